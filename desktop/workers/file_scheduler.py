"""When files go: after each visit and each act here, after a failure with a growing pause; in a lane of their own."""

import random
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.sync.file_visits import FileProgress, Watch
from desktop.sync.rounds import OK
from desktop.sync.server_fault import ServerFault
from desktop.sync.transfer import TransferReport
from desktop.system.faults import EnvironmentFault
from desktop.workers.runner import CancelToken, Lane, TaskRunner

DEBOUNCE_MS = 300
FIRST_BACKOFF_S = 5.0
LONGEST_S = 900.0
# The hour of the night window, and files that their author had not sent yet, are looked for so often.
LOOK_AGAIN_MS = 10 * 60 * 1000


class FileWork(Protocol):
    """What the scheduler sets going; built by the composition root."""

    def move_files(self, token: CancelToken, watch: Watch) -> TransferReport:
        """Bring over what waits; runs in the lane."""

    def urge(self) -> None:
        """Look again what goes first; called from the GUI thread."""


class FileScheduler(QObject):
    """Keeps the lane of files busy while something may go.

    Signals: `progressed(object)` with a FileProgress, or None when nothing is under way; `arrived()` after a file came
    that can be shown now.
    """

    progressed = Signal(object)
    arrived = Signal()

    def __init__(self, runner: TaskRunner, work: FileWork, parent: QObject | None = None) -> None:
        """Starts with the first `wake`."""
        super().__init__(parent)
        self._runner = runner
        self._work = work
        self._random = random.SystemRandom()
        self._failures = 0
        self._busy = self._again = self._stopped = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._begin)

    @Slot(object)
    def on_changes(self, changes: Any) -> None:
        """Records were committed here: perhaps a file is wanted, or was taken in."""
        if not changes.keys:
            return  # a note of how far a file is
        if self._busy:
            self._again = True
            self._work.urge()
        elif not self._failures:
            self._start(DEBOUNCE_MS)

    @Slot(str)
    def on_round(self, outcome: str) -> None:
        """A visit ended: when the line is there, so are the files."""
        if outcome == OK:
            self._failures = 0
            self._start(0)

    @Slot()
    def wake(self) -> None:
        """Somebody wants a file now."""
        self._work.urge()
        self._again = True
        self._start(0)

    def stop(self) -> None:
        """No further work is set going."""
        self._stopped = True
        self._timer.stop()

    def _start(self, after_ms: int) -> None:
        if not self._stopped and not self._busy:
            self._timer.start(after_ms)

    @Slot()
    def _begin(self) -> None:
        if self._busy or self._stopped:
            return
        self._busy, self._again = True, False
        self._runner.run(Lane.TRANSFER, self._move, done=self._on_done, failed=self._on_failed)

    def _move(self, token: CancelToken) -> TransferReport:
        return self._work.move_files(token, self._tell)

    def _tell(self, progress: FileProgress) -> None:
        if progress.arrived:
            self.arrived.emit()
        else:
            self.progressed.emit(progress)

    def _on_done(self, _report: TransferReport) -> None:
        self._busy = False
        self._failures = 0
        self.progressed.emit(None)
        self._start(DEBOUNCE_MS if self._again else LOOK_AGAIN_MS)

    def _on_failed(self, error: Exception) -> None:
        self._busy = False
        self._failures += 1
        self.progressed.emit(None)
        if not isinstance(error, EnvironmentFault | ServerFault):
            self._runner.unexpected.emit(error)
        longest = min(LONGEST_S, FIRST_BACKOFF_S * 2 ** min(self._failures, 10))
        self._start(int(1000 * max(1.0, self._random.uniform(0, longest))))
