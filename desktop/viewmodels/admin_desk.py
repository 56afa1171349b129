"""What the desks behind the pages of Pengelolaan have in common: lists that stay fresh, and work one at a time."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.viewmodels.reading import Reading
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import TaskRunner

CHANGES_MS = 150


class AdminDesk(OneAtATime):
    """Reads everything that its pages show at once, again when records of the `touched` kinds change.

    Signals besides those of OneAtATime: `changed()`; `done(str)` with the name of what was done, after the commit.
    """

    changed = Signal()
    done = Signal(str)

    def __init__(
        self, runner: TaskRunner, *, feed: ChangeFeed, touched: tuple[type[Any], ...], parent: QObject | None = None
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(runner, parent=parent)
        self._touched = touched
        self.loaded = False
        self._reading = Reading(runner, self._read, parent=self)
        self._reading.done.connect(self._on_read)
        self._reading.failed.connect(self.refused)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        feed.changed.connect(self._on_change)

    @Slot()
    def refresh(self) -> None:
        """Read everything again; several wishes while one reading is under way become one."""
        self._reading.ask()

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
        self._begin(work, partial(self._on_ran, name), priority=1)

    @Slot(object)
    def _on_change(self, changes: Changes) -> None:
        # Before the pages were seen once there is nothing to keep fresh.
        if changes.touches(*self._touched):
            self.refresh_if_seen()

    @Slot(object)
    def _on_read(self, facts: Any) -> None:
        self.loaded = True
        self._take(facts)
        self.changed.emit()

    def _on_ran(self, name: str, value: object) -> None:
        self.done.emit(name)
        self._take_result(value)
        self.refresh()
