"""Exchange with the server by stick: one way at a time, with progress, on a lane of its own kind."""

from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from core.protocol.bundle import PART_BYTES
from desktop.sync.bundle_reports import InReport, OutReport
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner

Progress = Callable[[int, int], None]
Stopped = Callable[[], bool]
WHOLE = 100


class Post(Protocol):
    """What writes bundles and takes them."""

    def write(self, folder: Path, *, progress: Progress, stopped: Stopped, part_bytes: int = PART_BYTES) -> OutReport:
        """Write everything that waits into a folder."""

    def take(self, places: Sequence[Path], *, progress: Progress, stopped: Stopped) -> InReport:
        """Take the bundles in files or folders."""


class StickState(Enum):
    """What is going on."""

    IDLE = "idle"
    WRITING = "writing"
    TAKING = "taking"
    WRITTEN = "written"
    TAKEN = "taken"
    FAILED = "failed"


class StickExchange(QObject):
    """Writes to a stick and reads from one.

    `changed()` after every step; `percent` runs to 100 while something is under way. `written` and `taken` are the
    reports of what ended well, `failure` the code of what did not.
    """

    changed = Signal()
    _progressed = Signal(int)

    def __init__(self, make_post: Callable[[], Post], runner: TaskRunner, parent: QObject | None = None) -> None:
        """`make_post` is called on the lane, when the post is first needed."""
        super().__init__(parent)
        self._make_post = make_post
        self._runner = runner
        self._stopping = False
        self.state = StickState.IDLE
        self.percent = 0
        self.written: OutReport | None = None
        self.taken: InReport | None = None
        self.failure = ""
        # Sent from the lane's thread, received on this one.
        self._progressed.connect(self._on_progress)

    @property
    def busy(self) -> bool:
        """Whether something is being written or taken."""
        return self.state in (StickState.WRITING, StickState.TAKING)

    def write(self, folder: Path) -> None:
        """Write everything that waits into a folder; ignored while busy."""

        def work(token: CancelToken) -> OutReport:
            return self._make_post().write(folder, progress=self._teller(), stopped=self._stopper(token))

        self._begin(StickState.WRITING, work, self._on_written)

    def take(self, places: Sequence[Path]) -> None:
        """Take what the server sent, from files or folders; ignored while busy."""

        def work(token: CancelToken) -> InReport:
            return self._make_post().take(places, progress=self._teller(), stopped=self._stopper(token))

        self._begin(StickState.TAKING, work, self._on_taken)

    @Slot()
    def stop(self) -> None:
        """Break off what is under way; it fails with the code that says so."""
        self._stopping = True

    def _begin(self, state: StickState, work: Callable[[CancelToken], object], done: Callable[[object], None]) -> None:
        if self.busy:
            return
        self.state, self.percent, self.failure = state, 0, ""
        self.written = self.taken = None
        self._stopping = False
        self._runner.run(Lane.STICK, work, done=done, failed=self._on_failed)
        self.changed.emit()

    def _teller(self) -> Progress:
        told = -1

        def progress(done: int, whole: int) -> None:
            nonlocal told
            percent = WHOLE * done // max(1, whole)
            if percent != told:
                told = percent
                self._progressed.emit(percent)

        return progress

    def _stopper(self, token: CancelToken) -> Stopped:
        return lambda: self._stopping or token.cancelled

    def _on_progress(self, percent: int) -> None:
        if self.busy and percent != self.percent:
            self.percent = percent
            self.changed.emit()

    def _on_written(self, report: object) -> None:
        assert isinstance(report, OutReport)  # noqa: S101  # tells mypy what the lane brings
        self.state, self.written = StickState.WRITTEN, report
        self.changed.emit()

    def _on_taken(self, report: object) -> None:
        assert isinstance(report, InReport)  # noqa: S101  # as above
        self.state, self.taken = StickState.TAKEN, report
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self.state, self.failure = StickState.FAILED, failure_of(error).code
        self.changed.emit()
