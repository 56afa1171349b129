"""What the desks behind the pages of Pengelolaan have in common: lists that stay fresh, and work one at a time."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import CancelToken, Lane, TaskRunner

CHANGES_MS = 150


class AdminDesk(QObject):
    """Reads everything that its pages show at once, again when records of the `touched` kinds change.

    Signals: `changed()`; `done(str)` with the name of what was done, after the commit; `refused(str, str)` with code
    and field; `busy_changed(bool)`.
    """

    changed = Signal()
    done = Signal(str)
    refused = Signal(str, str)
    busy_changed = Signal(bool)

    def __init__(
        self, runner: TaskRunner, *, feed: ChangeFeed, touched: tuple[type[Any], ...], parent: QObject | None = None
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(parent)
        self._runner = runner
        self._touched = touched
        self._loading = self._stale = False
        self.loaded = self.busy = False
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        feed.changed.connect(self._on_change)

    @Slot()
    def refresh(self) -> None:
        """Read everything again; several wishes while one reading is under way become one."""
        if self._loading:
            self._stale = True
            return
        self._loading, self._stale = True, False
        self._runner.run(Lane.STORE, partial(_work, self._read), done=self._on_read, failed=self._on_unread)

    @Slot()
    def refresh_if_seen(self) -> None:
        """Read again, unless nobody has looked yet."""
        if self.loaded:
            self._changes.ask()

    def _read(self) -> Any:
        """Everything that is shown; runs in a lane."""
        raise NotImplementedError

    def _take(self, facts: Any) -> None:
        """Show what was read."""
        raise NotImplementedError

    def _take_result(self, value: object) -> None:
        """Tell what came of something that was done, where there is something to tell."""

    def _run(self, name: str, work: Callable[[], Any]) -> None:
        """Do something on the lane of the store. A second wish meanwhile is ignored."""
        if self.busy:
            return
        self._set_busy(busy=True)
        self._runner.run(
            Lane.STORE, partial(_work, work), done=partial(self._on_done, name), failed=self._on_failed, priority=1
        )

    @Slot(object)
    def _on_change(self, changes: Changes) -> None:
        # Before the pages were seen once there is nothing to keep fresh.
        if changes.touches(*self._touched):
            self.refresh_if_seen()

    def _on_read(self, facts: Any) -> None:
        self._loading, self.loaded = False, True
        self._take(facts)
        self.changed.emit()
        if self._stale:
            self.refresh()

    def _on_unread(self, error: Exception) -> None:
        self._loading = False
        self.refused.emit(*failure_of(error))

    def _on_done(self, name: str, value: object) -> None:
        self._set_busy(busy=False)
        self.done.emit(name)
        self._take_result(value)
        self.refresh()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self.refused.emit(*failure_of(error))

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit(busy)


def _work(work: Callable[[], Any], _token: CancelToken) -> Any:
    return work()
