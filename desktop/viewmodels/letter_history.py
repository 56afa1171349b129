"""Riwayat of the letter in the reading pane, read only while somebody looks at it."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter
from core.domain.number_fates import NumberFate
from desktop.services.history import HistoryLine, HistoryService
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import CancelToken, Lane, TaskRunner

CHANGES_MS = 60


class LetterHistory(QObject):
    """What became of one letter.

    Signals: `changed()` when other lines are here; `failed(str, str)`.
    """

    changed = Signal()
    failed = Signal(str, str)

    def __init__(
        self, service: HistoryService, runner: TaskRunner, *, feed: ChangeFeed, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._wanted: LetterId | None = None
        self._token: CancelToken | None = None
        self.lines: tuple[HistoryLine, ...] = ()
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self._read)
        feed.changed.connect(self._on_changed)

    def look_at(self, letter_id: LetterId | None) -> None:
        """Read what became of a letter, and go on reading while it changes; None: nobody looks any more."""
        if letter_id == self._wanted:
            return
        self._wanted = letter_id
        self.lines = ()
        self.changed.emit()
        self._read()

    @Slot()
    def _read(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self._token = None
        if self._wanted is not None:
            work = partial(_of_letter, self._service, letter_id=self._wanted)
            self._token = self._runner.run(Lane.STORE, work, done=self._take, failed=self._on_failed, priority=1)

    def _take(self, lines: tuple[HistoryLine, ...]) -> None:
        self._token = None
        self.lines = lines
        self.changed.emit()

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if self._wanted is None:
            return
        if self._wanted in changes.of(IncomingLetter) or changes.touches(Disposition, Conflict, NumberFate):
            self._changes.ask()

    def _on_failed(self, error: Exception) -> None:
        self._token = None
        self.failed.emit(*failure_of(error))


def _of_letter(service: HistoryService, _token: CancelToken, *, letter_id: LetterId) -> tuple[HistoryLine, ...]:
    return service.of_letter(letter_id)
