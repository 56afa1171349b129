"""Ending one's sessions on other PCs: the password once more, then it is done."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.services.locksmith import TooManyTries
from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import SIGN_IN_REFUSED, failure_of
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import TaskRunner


class SessionEntry(OneAtATime):
    """The form; the work itself is injected.

    Signals besides those of OneAtATime: `held_off(int)` with the seconds until the next try; `ended()`.
    """

    held_off = Signal(int)
    ended = Signal()

    def __init__(self, runner: TaskRunner, end: Callable[[str], None], *, parent: QObject | None = None) -> None:
        """`end(password)` is called on a background thread."""
        super().__init__(runner, parent=parent)
        self._end = end

    def end(self, password: str) -> None:
        """End them; a password that is missing is said at once."""
        if not password:
            self.refused.emit(EntryCode.OLD_PASSWORD_MISSING.value, "password")
            return
        self._begin(partial(self._end, password), self._on_ended)

    def _on_ended(self, _value: object) -> None:
        self.ended.emit()

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, TooManyTries):
            self.held_off.emit(error.seconds)
        else:
            failure = failure_of(error)
            self.refused.emit(failure.code, "password" if failure.code == SIGN_IN_REFUSED else failure.field)
