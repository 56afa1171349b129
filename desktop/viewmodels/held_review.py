"""What waits for this person's decision, because its author's right had ended."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from desktop.services.held_acts import HeldActService, HeldItem
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.viewmodels.reading import Reading
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner

COLUMNS = 4
CHANGES_MS = 150


class HeldReview(OneAtATime):
    """Keeps the list fresh and takes the decisions.

    Signals besides those of OneAtATime: `changed()`; `accepted()` and `rejected()` after the commit.
    """

    changed = Signal()
    accepted = Signal()
    rejected = Signal()

    def __init__(
        self, service: HeldActService, runner: TaskRunner, *, feed: ChangeFeed, parent: QObject | None = None
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(runner, parent=parent)
        self._service = service
        self.decides = service.decides
        self.items: RowList[HeldItem] = RowList(_key_of, columns=COLUMNS, parent=self)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        feed.changed.connect(self._changes.ask)
        self._reading = Reading(runner, service.waiting, parent=self)
        self._reading.done.connect(self._on_read)
        self._reading.failed.connect(self.refused)

    @Slot()
    def refresh(self) -> None:
        """Read the list again; several wishes while one reading is under way become one."""
        self._reading.ask()

    def accept(self, item: HeldItem) -> None:
        """Perform it in this person's name; `accepted` or `refused` follows. A second wish meanwhile is ignored."""
        self._begin(partial(self._service.accept, item.id), self._on_accepted, priority=1)

    def reject(self, item: HeldItem, reason: str) -> None:
        """Let it have no effect; `rejected` or `refused` follows. A second wish meanwhile is ignored."""
        self._begin(partial(self._service.reject, item.id, reason), self._on_rejected, priority=1)

    @Slot(object)
    def _on_read(self, items: tuple[HeldItem, ...]) -> None:
        self.items.replace(items)
        self.changed.emit()

    def _on_accepted(self, _nothing: object) -> None:
        self.accepted.emit()
        self.refresh()

    def _on_rejected(self, _nothing: object) -> None:
        self.rejected.emit()
        self.refresh()


def _key_of(item: HeldItem) -> bytes:
    return bytes(item.id)
