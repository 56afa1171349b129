"""What the screen of people and positions shows, and what is done there."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from core.domain.delegations import Delegation
from core.domain.ids import PositionId, RowId, UserId
from core.domain.offices import Office, Person, Position, Role
from desktop.services.administering import AdminService, NewCode, PositionRow, UserRow
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
    admin: AdminService


class PeopleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the screen shows, read at once."""

    orders: tuple[OrderRow, ...] = ()
    choices: OrderChoices = OrderChoices()
    users: tuple[UserRow, ...] = ()
    positions: tuple[PositionRow, ...] = ()


class PeopleDesk(QObject):
    """Keeps the lists fresh and takes what is done.

    Signals: `changed()`; `done(str)` with the name of what was done, after the commit; `code_issued(object)` with a
    NewCode; `refused(str, str)` with code and field; `busy_changed(bool)`.
    """

    changed = Signal()
    code_issued = Signal(object)
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
        self.users: RowList[UserRow] = RowList(_user_key, columns=COLUMNS, parent=self)
        self.positions: RowList[PositionRow] = RowList(_position_key, columns=COLUMNS, parent=self)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        feed.changed.connect(self._on_change)

    @property
    def may_let(self) -> bool:
        """Whether letters of order may be recorded and ended here."""
        return self._services.orders.may_let

    @property
    def administers(self) -> bool:
        """Whether people and positions may be changed here."""
        return self._services.admin.administers

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

    def add_user(self, username: str, name: str, position: PositionId) -> None:
        """Let one more person in; `done("add_user")` with `code_issued`, or `refused` follows."""
        self._run("add_user", lambda: self._services.admin.add_user(username, name, position))

    def move_user(self, user: UserId, held: tuple[PositionId, ...]) -> None:
        """Give a person these positions; `done("move_user")` or `refused` follows."""
        self._run("move_user", lambda: self._services.admin.move_user(user, held))

    def suspend_user(self, user: UserId, *, active: bool) -> None:
        """Shut a person out or let the person in again; `done("suspend_user")` or `refused` follows."""
        self._run("suspend_user", lambda: self._services.admin.suspend_user(user, active=active))

    def issue_code(self, user: UserId, *, resets: bool) -> None:
        """A fresh code for a person; `done("issue_code")` with `code_issued`, or `refused` follows."""
        self._run("issue_code", lambda: self._services.admin.issue_code(user, resets=resets))

    def open_position(self, title: str, role: Role, superior: PositionId | None) -> None:
        """Make a position; `done("open_position")` or `refused` follows."""
        self._run("open_position", lambda: self._services.admin.open_position(title, role, superior))

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
        self.users.replace(facts.users)
        self.positions.replace(facts.positions)
        self.changed.emit()
        if self._stale:
            self.refresh()

    def _on_unread(self, error: Exception) -> None:
        self._loading = False
        self.refused.emit(*failure_of(error))

    def _on_done(self, name: str, value: object) -> None:
        self._set_busy(busy=False)
        self.done.emit(name)
        if isinstance(value, NewCode):
            self.code_issued.emit(value)
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


def _user_key(row: UserRow) -> int:
    return row.user


def _position_key(row: PositionRow) -> int:
    return row.position


def _read(services: PeopleServices, _token: CancelToken) -> PeopleFacts:
    administers = services.admin.administers
    return PeopleFacts(
        orders=services.orders.listed(),
        choices=services.orders.choices(),
        users=services.admin.users() if administers else (),
        positions=services.admin.positions() if administers else (),
    )


def _work(work: Callable[[], Any], _token: CancelToken) -> Any:
    return work()
