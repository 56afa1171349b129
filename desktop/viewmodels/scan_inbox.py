"""Pindaian: the items that came in, their pages, and what a person does with them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.attachments import Attachment
from core.domain.ids import UserId
from desktop.services.scan_inbox import Change, Pages, ScanInboxService, moved, split, turned
from desktop.system.scan_item import ScanItem
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.row_list import RowList
from desktop.workers.runner import Lane, TaskRunner, untold

MOST_UNDONE = 50


class ScanInbox(QObject):
    """The inbox of this PC.

    Signals: `changed()` after items were read anew; `refused(str)` with a code; `ready(object, int)` with the
    Attachment that an item became and its number; `busy_changed(bool)`.
    """

    changed = Signal()
    refused = Signal(str)
    ready = Signal(object, int)
    busy_changed = Signal(bool)

    def __init__(
        self, service: ScanInboxService, runner: TaskRunner, *, user: UserId, parent: QObject | None = None
    ) -> None:
        """`user` is who throws away."""
        super().__init__(parent)
        self._user = user
        self._service = service
        self._runner = runner
        self._done: list[Change] = []
        self.busy = False
        self.items: RowList[ScanItem] = RowList(lambda item: item.id, columns=4, parent=self)

    @property
    def can_undo(self) -> bool:
        """Whether a change can be undone."""
        return bool(self._done)

    def start(self) -> None:
        """Read what waits, and forget what is long done."""
        self._run(self._service.purge)

    @Slot()
    def refresh(self) -> None:
        """Read the items anew."""
        self._runner.run(Lane.STORE, untold(self._service.items), done=self._on_items, failed=self._on_failed)

    def turn(self, item: ScanItem, page: int) -> None:
        """Turn a page by a quarter."""
        self._change([item], [turned(item.pages, page)])

    def move(self, item: ScanItem, page: int, by: int) -> None:
        """Put a page before or behind its neighbour."""
        pages = moved(item.pages, page, by)
        if pages != item.pages:
            self._change([item], [pages])

    def split(self, item: ScanItem, page: int) -> None:
        """Begin a new item with a page."""
        if 0 < page < len(item.pages):
            self._change([item], split(item.pages, page))

    def drop(self, item: ScanItem, page: int) -> None:
        """Throw a page away; with the last one the item goes."""
        self._do(partial(self._service.throw_page, item, page, self._user))

    def join_with_above(self, item: ScanItem) -> None:
        """Put an item behind the one above it, as one."""
        place = self.items.place_of(item.id)
        above = self.items.row(place - 1)
        if above is not None:
            self._change([above, item], [above.pages + item.pages])

    def put_away(self, item: ScanItem) -> None:
        """Throw an item away."""
        self._do(partial(self._service.throw_away, item, self._user))

    @Slot()
    def undo(self) -> None:
        """Undo the last change."""
        if self._done:
            self._run(partial(self._service.undo, self._done.pop()))

    def use(self, item: ScanItem) -> None:
        """Make an item into the scan of a letter; `ready` follows."""
        if not self.busy:
            self._set_busy(busy=True)
            work = untold(partial(self._service.attachment, item))
            done, failed = partial(self._on_ready, item.id), self._on_use_failed
            self._runner.run(Lane.FILES, work, done=done, failed=failed)

    def forget_changes(self) -> None:
        """A letter has an item: what became of it is no longer to be undone."""
        self._done.clear()
        self.refresh()

    def _change(self, before: Sequence[ScanItem], after: Sequence[Pages]) -> None:
        self._do(partial(self._service.change, before, after))

    def _do(self, work: Callable[[], Change]) -> None:
        self._runner.run(Lane.STORE, untold(work), done=self._on_change, failed=self._on_failed)

    def _run(self, work: Callable[[], Any]) -> None:
        self._runner.run(Lane.STORE, untold(work), done=self._on_changed_there, failed=self._on_failed)

    def _on_change(self, change: Change) -> None:
        self._done = [*self._done[-MOST_UNDONE:], change]
        self.refresh()

    def _on_changed_there(self, _value: object) -> None:
        self.refresh()

    def _on_items(self, items: tuple[ScanItem, ...]) -> None:
        self.items.replace(items)
        self.changed.emit()

    def _on_ready(self, number: int, scan: Attachment) -> None:
        self._set_busy(busy=False)
        self.ready.emit(scan, number)

    def _on_use_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self._on_failed(error)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(failure_of(error).code)

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)
