"""What waits for this person's decision, because its author's right had ended."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from desktop.services.held_acts import HeldActService, HeldItem
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import CancelToken, Lane, TaskRunner

COLUMNS = 4
CHANGES_MS = 150


class HeldReview(QObject):
    """Keeps the list fresh and takes the decisions.

    Signals: `changed()`; `accepted()` and `rejected()` after the commit; `refused(str, str)` with code and field;
    `busy_changed(bool)`.
    """

    changed = Signal()
    accepted = Signal()
    rejected = Signal()
    refused = Signal(str, str)
    busy_changed = Signal(bool)

    def __init__(
        self, service: HeldActService, runner: TaskRunner, *, feed: ChangeFeed, parent: QObject | None = None
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._loading = self._stale = False
        self.busy = False
        self.decides = service.decides
        self.items: RowList[HeldItem] = RowList(_key_of, columns=COLUMNS, parent=self)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        feed.changed.connect(self._changes.ask)

    @Slot()
    def refresh(self) -> None:
        """Read the list again; several wishes while one reading is under way become one."""
        if self._loading:
            self._stale = True
            return
        self._loading, self._stale = True, False
        work = partial(_read, self._service)
        self._runner.run(Lane.STORE, work, done=self._on_read, failed=self._on_unread)

    def accept(self, item: HeldItem) -> None:
        """Perform it in this person's name; `accepted` or `refused` follows. A second wish meanwhile is ignored."""
        if not self.busy:
            self._set_busy(busy=True)
            work = partial(_accept, self._service, item)
            self._runner.run(Lane.STORE, work, done=self._on_accepted, failed=self._on_failed, priority=1)

    def reject(self, item: HeldItem, reason: str) -> None:
        """Let it have no effect; `rejected` or `refused` follows. A second wish meanwhile is ignored."""
        if not self.busy:
            self._set_busy(busy=True)
            work = partial(_reject, self._service, item, reason=reason)
            self._runner.run(Lane.STORE, work, done=self._on_rejected, failed=self._on_failed, priority=1)

    def _on_read(self, items: tuple[HeldItem, ...]) -> None:
        self._loading = False
        self.items.replace(items)
        self.changed.emit()
        if self._stale:
            self.refresh()

    def _on_unread(self, error: Exception) -> None:
        self._loading = False
        self.refused.emit(*failure_of(error))

    def _on_accepted(self, _nothing: object) -> None:
        self._set_busy(busy=False)
        self.accepted.emit()
        self.refresh()

    def _on_rejected(self, _nothing: object) -> None:
        self._set_busy(busy=False)
        self.rejected.emit()
        self.refresh()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self.refused.emit(*failure_of(error))

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit(busy)


def _key_of(item: HeldItem) -> bytes:
    return bytes(item.id)


def _read(service: HeldActService, _token: CancelToken) -> tuple[HeldItem, ...]:
    return service.waiting()


def _accept(service: HeldActService, item: HeldItem, _token: CancelToken) -> None:
    service.accept(item.id)


def _reject(service: HeldActService, item: HeldItem, _token: CancelToken, *, reason: str) -> None:
    service.reject(item.id, reason)
