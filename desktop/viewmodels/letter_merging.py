"""Gabungkan surat: which letter of the book is the same as another one."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from desktop.services.joining import JoiningService, MergeChoice, MergeChoices, Merged
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.viewmodels.row_list import RowList
from desktop.workers.runner import CancelToken, Lane, TaskRunner, untold

LOOK_AFTER_MS = 120


class LetterMerging(OneAtATime):
    """Lists what a letter may be merged with, and merges it.

    Signals besides those of OneAtATime: `changed()` when the list is another; `merged(object)` with a Merged.
    """

    changed = Signal()
    merged = Signal(object)

    def __init__(
        self, service: JoiningService, choices: MergeChoices, runner: TaskRunner, *, parent: QObject | None = None
    ) -> None:
        """Without a letter."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._choices = choices
        self._letter_id: LetterId | None = None
        self._asked: CancelToken | None = None
        self._soon = Coalescer(LOOK_AFTER_MS, restart=True, parent=self)
        self._soon.due.connect(self._look)
        self.rows: RowList[MergeChoice] = RowList(_key_of, columns=4, parent=self)
        self.words = ""
        self._listed_for: str | None = None

    def open(self, letter_id: LetterId) -> None:
        """Begin with a letter; `changed` follows with what looks like it."""
        self._letter_id = letter_id
        self.words, self._listed_for = "", None
        self.rows.reset([])
        self._look()

    def set_words(self, text: str) -> None:
        """List the letters in which these words stand, or whose agenda number it is."""
        self.words = text.strip()
        self._soon.ask()

    def merge_with(self, choice: MergeChoice) -> None:
        """The two are one; `merged` or `refused` follows. Nothing while the list is not that of the words."""
        if self._letter_id is not None and self._listed_for == self.words:
            work = partial(self._service.merge, self._letter_id, choice.letter_id)
            self._begin(work, self._on_merged, priority=1)

    @Slot()
    def _look(self) -> None:
        if self._letter_id is None:
            return
        if self._asked is not None:
            self._asked.cancel()
        work = untold(partial(self._choices.of, self._letter_id, self.words))
        done = partial(self._show, self.words)
        self._asked = self._runner.run(Lane.STORE, work, done=done, failed=self._refuse)

    def _show(self, words: str, found: tuple[MergeChoice, ...]) -> None:
        self._listed_for = words
        self.rows.replace(found)
        self.changed.emit()

    def _on_merged(self, merged: Merged) -> None:
        self.merged.emit(merged)


def _key_of(choice: MergeChoice) -> bytes:
    return choice.letter_id
