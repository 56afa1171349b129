"""What a person starts and waits for: done in the background, one wish at a time."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import Lane, TaskRunner, untold


class OneAtATime(QObject):
    """A view-model that does one thing at a time; a second wish meanwhile is ignored.

    Signals: `busy_changed(bool)`; `refused(str, str)` with code and field: nothing was done.
    """

    busy_changed = Signal(bool)
    refused = Signal(str, str)

    def __init__(self, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        """Idle."""
        super().__init__(parent)
        self._runner = runner
        self.busy = False

    def _begin(
        self, work: Callable[[], Any], done: Callable[[Any], None], *, lane: Lane = Lane.STORE, priority: int = 0
    ) -> None:
        """Do `work` in the background; then `done` is called with its value, or `_refuse` with its error."""
        if self.busy:
            return
        self._set_busy(busy=True)
        then = partial(self._on_done, done)
        self._runner.run(lane, untold(work), done=then, failed=self._on_failed, priority=priority)

    def _refuse(self, error: Exception) -> None:
        """Say what went wrong; a form that knows the field of an error says it there."""
        self.refused.emit(*failure_of(error))

    def _on_done(self, done: Callable[[Any], None], value: object) -> None:
        self._set_busy(busy=False)
        done(value)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self._refuse(error)

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)
