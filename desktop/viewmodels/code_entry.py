"""Coming in with a code from the administrator: a person who is new on this PC, or who forgot the password."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.first_start import SHORTEST_PASSWORD
from desktop.workers.runner import CancelToken, Lane, TaskRunner

Enter = Callable[[str, str], None]


class CodeEntry(QObject):
    """Asks for the code and a password; the work itself is injected.

    Signals: `busy_changed(bool)`; `refused(str, str)` with a code and the field it is about; `entered()` when the
    person may sign in.
    """

    busy_changed = Signal(bool)
    refused = Signal(str, str)
    entered = Signal()

    def __init__(self, runner: TaskRunner, enter: Enter, *, parent: QObject | None = None) -> None:
        """`enter(code, password)` is called on a background thread."""
        super().__init__(parent)
        self._runner = runner
        self._enter = enter
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether the server is being asked."""
        return self._busy

    def enter(self, code: str, *, password: str, repeated: str) -> None:
        """Let the person in; what is missing is said before anything is sent."""
        code = code.strip()
        checks = (
            (not code, EntryCode.CODE_MISSING, "code"),
            (len(password) < SHORTEST_PASSWORD, EntryCode.PASSWORD_SHORT, "password"),
            (password != repeated, EntryCode.PASSWORDS_DIFFER, "repeated"),
        )
        for wrong, reason, field in checks:
            if wrong:
                self.refused.emit(reason.value, field)
                return
        if self._busy:
            return
        self._set_busy(busy=True)
        work = partial(_enter, self._enter, code=code, password=password)
        self._runner.run(Lane.FILES, work, done=self._on_done, failed=self._on_failed)

    def _on_done(self, _value: object) -> None:
        self._set_busy(busy=False)
        self.entered.emit()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        failure = failure_of(error)
        field = "code" if failure.code.startswith("code_") else failure.field
        self.refused.emit(failure.code, "password" if failure.code in _OF_PASSWORD else field)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.busy_changed.emit(busy)


_OF_PASSWORD = ("weak_password", "wrong_password")


def _enter(enter: Enter, _token: CancelToken, *, code: str, password: str) -> None:
    enter(code, password)
