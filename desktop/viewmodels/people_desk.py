"""What the screen of people and positions shows, and what is done there."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from core.domain.delegations import Delegation
from core.domain.ids import RowId
from core.domain.offices import Office, Person, Position
from desktop.services.orders import NewOrder, OrderChoices, OrderRow, OrderService
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import CancelToken, Lane, TaskRunner

COLUMNS = 6
CHANGES_MS = 150


class PeopleServices(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen works with."""

    orders: OrderService


class PeopleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the screen shows, read at once."""

    orders: tuple[OrderRow, ...] = ()
    choices: OrderChoices = OrderChoices()


class PeopleDesk(QObject):
    """Keeps the lists fresh and takes what is done.

    Signals: `changed()`; `done(str)` with the name of what was done, after the commit; `refused(str, str)` with code
    and field; `busy_changed(bool)`.
    """

    changed = Signal()
    done = Signal(str)
    refused = Signal(str, str)
    busy_changed = Signal(bool)

    def __init__(
        self, services: PeopleServices, runner: TaskRunner, *, feed: ChangeFeed, parent: QObject | None = None
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(parent)
        self._services = services
        self._runner = runner
        self._loading = self._stale = False
        self.loaded = self.busy = False
        self.facts = PeopleFacts()
        self.orders: RowList[OrderRow] = RowList(_order_key, columns=COLUMNS, parent=self)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        feed.changed.connect(self._on_change)

    @property
    def may_let(self) -> bool:
        """Whether letters of order may be recorded and ended here."""
        return self._services.orders.may_let

    @Slot()
    def refresh(self) -> None:
        """Read everything again; several wishes while one reading is under way become one."""
        if self._loading:
            self._stale = True
            return
        self._loading, self._stale = True, False
        self._runner.run(Lane.STORE, partial(_read, self._services), done=self._on_read, failed=self._on_unread)

    def let_act(self, wanted: NewOrder) -> None:
        """Record a letter of order; `done("let_act")` or `refused` follows."""
        self._run("let_act", lambda: self._services.orders.open(wanted))

    def end_order(self, order: RowId, reason: str) -> None:
        """End a letter of order; `done("end_order")` or `refused` follows."""
        self._run("end_order", lambda: self._services.orders.end(order, reason))

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
        # Before the screen was seen once there is nothing to keep fresh.
        if self.loaded and changes.touches(Delegation, Person, Position, Office):
            self._changes.ask()

    def _on_read(self, facts: PeopleFacts) -> None:
        self._loading, self.loaded = False, True
        self.facts = facts
        self.orders.replace(facts.orders)
        self.changed.emit()
        if self._stale:
            self.refresh()

    def _on_unread(self, error: Exception) -> None:
        self._loading = False
        self.refused.emit(*failure_of(error))

    def _on_done(self, name: str, _value: object) -> None:
        self._set_busy(busy=False)
        self.done.emit(name)
        self.refresh()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self.refused.emit(*failure_of(error))

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit(busy)


def _order_key(row: OrderRow) -> bytes:
    return row.id


def _read(services: PeopleServices, _token: CancelToken) -> PeopleFacts:
    return PeopleFacts(orders=services.orders.listed(), choices=services.orders.choices())


def _work(work: Callable[[], Any], _token: CancelToken) -> Any:
    return work()
