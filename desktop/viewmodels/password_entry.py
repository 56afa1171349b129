"""Changing one's own password: the old one, a new one, and that again."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.services.locksmith import TooManyTries
from desktop.services.password_change import PasswordRefused
from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import SIGN_IN_REFUSED, failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner

Change = Callable[[str, str], None]


class PasswordEntry(QObject):
    """The form; the work itself is injected.

    Signals: `busy_changed(bool)`; `refused(str, str)` with a code and the field it is about; `held_off(int)` with the
    seconds until the next try; `changed()`.
    """

    busy_changed = Signal(bool)
    refused = Signal(str, str)
    held_off = Signal(int)
    changed = Signal()

    def __init__(self, runner: TaskRunner, change: Change, *, parent: QObject | None = None) -> None:
        """`change(old, new)` is called on a background thread."""
        super().__init__(parent)
        self._runner = runner
        self._change = change
        self.busy = False

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
        if not self.busy:
            self._set_busy(busy=True)
            work = partial(_change, self._change, old=old, new=new)
            self._runner.run(Lane.STORE, work, done=self._on_done, failed=self._on_failed)

    def _on_done(self, _value: object) -> None:
        self._set_busy(busy=False)
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        if isinstance(error, TooManyTries):
            self.held_off.emit(error.seconds)
        elif isinstance(error, PasswordRefused):
            self.refused.emit(error.flaw.value, "new")
        else:
            failure = failure_of(error)
            self.refused.emit(failure.code, "old" if failure.code == SIGN_IN_REFUSED else failure.field)

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)


def _change(change: Change, _token: CancelToken, *, old: str, new: str) -> None:
    change(old, new)
