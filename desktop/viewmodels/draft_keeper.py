"""Keeps what is typed into the letter form, about a second behind the keys."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from desktop.services.drafts import DraftService
from desktop.services.letters import LetterEntry
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner

KEEP_AFTER_MS = 900


class DraftKeeper(QObject):
    """One write at most for each `KEEP_AFTER_MS` of typing.

    Signals: `kept(bool)` after what was typed is on disk, False where it is of a secret letter and was kept in part;
    `failed(str)` with a code; `thrown()` after what was typed is in the trash; `found(object)` once,
    with the LetterEntry that an earlier run of the program left.
    """

    kept = Signal(bool)
    failed = Signal(str)
    found = Signal(object)
    thrown = Signal()

    def __init__(self, drafts: DraftService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._runner = runner
        self._noted: tuple[LetterEntry | None] | None = None
        self._looked = False
        self._soon = Coalescer(KEEP_AFTER_MS, parent=self)
        self._soon.due.connect(self._keep)

    def look(self) -> None:
        """Look for what was left, the first time; `found` follows if there is anything."""
        if not self._looked:
            self._looked = True
            self._runner.run(Lane.STORE, partial(_kept, self._drafts), done=self._on_found, failed=self._on_failed)

    def note(self, entry: LetterEntry | None) -> None:
        """This stands in the form now, or nothing."""
        self._noted = (entry,)
        self._soon.ask()

    def stop(self) -> None:
        """The letter is being saved, and its draft goes with that: keep nothing of it any more."""
        self._soon.cancel()
        self._noted = None

    def throw_away(self, entry: LetterEntry) -> None:
        """The form is emptied on purpose: this goes into the trash, and nothing is kept."""
        self.stop()
        work = partial(_throw_away, self._drafts, entry=entry)
        self._runner.run(Lane.STORE, work, done=self._on_thrown, failed=self._on_failed, priority=1)

    @Slot()
    def keep_now(self) -> None:
        """Do not wait: the form is put away."""
        self._soon.cancel()
        self._keep()

    @Slot()
    def _keep(self) -> None:
        noted, self._noted = self._noted, None
        if noted is None:
            return
        # With the priority of saving: a draft that is written after its letter was saved would come back.
        work = partial(_keep, self._drafts, entry=noted[0])
        self._runner.run(Lane.STORE, work, done=self._on_kept, failed=self._on_failed, priority=1)

    def _on_kept(self, whole: bool) -> None:  # noqa: FBT001  # the value of the work
        self.kept.emit(whole)

    def _on_thrown(self, _nothing: object) -> None:
        self.thrown.emit()

    def _on_found(self, entry: LetterEntry | None) -> None:
        if entry is not None:
            self.found.emit(entry)

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(failure_of(error).code)


def _kept(drafts: DraftService, _token: CancelToken) -> LetterEntry | None:
    return drafts.kept()


def _keep(drafts: DraftService, _token: CancelToken, *, entry: LetterEntry | None) -> bool:
    if entry is None:
        drafts.drop()
        return True
    drafts.keep(entry)
    return not entry.is_secret


def _throw_away(drafts: DraftService, _token: CancelToken, *, entry: LetterEntry) -> None:
    drafts.throw_away(entry)
