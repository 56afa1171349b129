"""Changing one's own password: the old one, a new one, and that again."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.passwords import PasswordPolicy
from desktop.services.locksmith import TooManyTries
from desktop.services.password_change import PasswordRefused
from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import SIGN_IN_REFUSED, failure_of
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import TaskRunner

Change = Callable[[str, str], None]


class PasswordEntry(OneAtATime):
    """The form; the work itself is injected.

    Signals besides those of OneAtATime: `held_off(int)` with the seconds until the next try; `changed()`.
    """

    held_off = Signal(int)
    changed = Signal()

    def __init__(
        self, runner: TaskRunner, change: Change, *, policy: Callable[[], PasswordPolicy], parent: QObject | None = None
    ) -> None:
        """`change(old, new)` is called on a background thread; `policy` is what holds at the moment."""
        super().__init__(runner, parent=parent)
        self._change = change
        self._policy = policy

    @property
    def wants_mix(self) -> bool:
        """Whether several kinds of characters are asked for now."""
        return self._policy().kinds > 1

    def change(self, old: str, *, new: str, repeated: str) -> None:
        """Change it; what is missing is said at once."""
        checks = (
            (not old, EntryCode.OLD_PASSWORD_MISSING, "old"),
            (new == old, EntryCode.PASSWORD_SAME, "new"),
            (new != repeated, EntryCode.PASSWORDS_DIFFER, "repeated"),
        )
        for wrong, reason, field in checks:
            if wrong:
                self.refused.emit(reason.value, field)
                return
        self._begin(partial(self._change, old, new), self._on_changed)

    def _on_changed(self, _value: object) -> None:
        self.changed.emit()

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, TooManyTries):
            self.held_off.emit(error.seconds)
        elif isinstance(error, PasswordRefused):
            self.refused.emit(error.flaw.value, "new")
        else:
            failure = failure_of(error)
            self.refused.emit(failure.code, "old" if failure.code == SIGN_IN_REFUSED else failure.field)
