"""Coming in with a code from the administrator: a person who is new on this PC, or who forgot the password."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.first_start import SHORTEST_PASSWORD
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import Lane, TaskRunner

Enter = Callable[[str, str], None]


class CodeEntry(OneAtATime):
    """Asks for the code and a password; the work itself is injected.

    Signals besides those of OneAtATime: `entered()` when the person may sign in.
    """

    entered = Signal()

    def __init__(self, runner: TaskRunner, enter: Enter, *, parent: QObject | None = None) -> None:
        """`enter(code, password)` is called on a background thread."""
        super().__init__(runner, parent=parent)
        self._enter = enter

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
        self._begin(partial(self._enter, code, password), self._on_entered, lane=Lane.FILES)

    def _on_entered(self, _value: object) -> None:
        self.entered.emit()

    def _refuse(self, error: Exception) -> None:
        failure = failure_of(error)
        field = "code" if failure.code.startswith("code_") else failure.field
        self.refused.emit(failure.code, "password" if failure.code in _OF_PASSWORD else field)


_OF_PASSWORD = ("weak_password", "wrong_password")
