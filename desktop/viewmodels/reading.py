"""What a screen shows, read again whenever it may be another."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import Lane, TaskRunner, untold


class Reading(QObject):
    """Reads from the store as often as it is asked to, never twice at once.

    Signals: `done(object)` with what was read; `failed(str, str)` with code and field.
    """

    done = Signal(object)
    failed = Signal(str, str)

    def __init__(self, runner: TaskRunner, read: Callable[[], object], *, parent: QObject) -> None:
        """`read` is called on a background thread, the first time when it is asked for."""
        super().__init__(parent)
        self._runner = runner
        self._read = read
        self._under_way = self._stale = False

    @Slot()
    def ask(self) -> None:
        """Read; several wishes while one reading is under way become one."""
        if self._under_way:
            self._stale = True
            return
        self._under_way, self._stale = True, False
        self._runner.run(Lane.STORE, untold(self._read), done=self._on_read, failed=self._on_failed)

    def _on_read(self, value: object) -> None:
        self._under_way = False
        self.done.emit(value)
        self._ask_again()

    def _on_failed(self, error: Exception) -> None:
        self._under_way = False
        self.failed.emit(*failure_of(error))
        self._ask_again()

    def _ask_again(self) -> None:
        if self._stale:
            self.ask()
