"""What the screen of people and positions shows, and what is done there."""

import msgspec
from PySide6.QtCore import QObject, Signal

from core.domain.delegations import Delegation
from core.domain.ids import PositionId, RowId, UserId
from core.domain.offices import Office, Person, Position, Role
from desktop.services.administering import AdminService, NewCode, PositionRow, UserRow
from desktop.services.handing_over import DutyRow, HandOverService
from desktop.services.orders import NewOrder, OrderChoices, OrderRow, OrderService
from desktop.viewmodels.admin_desk import AdminDesk
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner

COLUMNS = 6


class PeopleServices(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen works with."""

    orders: OrderService
    admin: AdminService
    duties: HandOverService


class PeopleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the screen shows, read at once."""

    orders: tuple[OrderRow, ...] = ()
    choices: OrderChoices = OrderChoices()
    users: tuple[UserRow, ...] = ()
    positions: tuple[PositionRow, ...] = ()
    duties: tuple[DutyRow, ...] = ()


class PeopleDesk(AdminDesk):
    """The desk of letters of order, people and positions.

    Signals: those of an AdminDesk, and `code_issued(object)` with a NewCode.
    """

    code_issued = Signal(object)

    def __init__(
        self, services: PeopleServices, runner: TaskRunner, *, feed: ChangeFeed, parent: QObject | None = None
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(runner, feed=feed, touched=(Delegation, Person, Position, Office), parent=parent)
        self._services = services
        self.facts = PeopleFacts()
        self.orders: RowList[OrderRow] = RowList(_order_key, columns=COLUMNS, parent=self)
        self.users: RowList[UserRow] = RowList(_user_key, columns=COLUMNS, parent=self)
        self.positions: RowList[PositionRow] = RowList(_position_key, columns=COLUMNS, parent=self)
        self.duties: RowList[DutyRow] = RowList(_duty_key, columns=COLUMNS, parent=self)

    @property
    def may_let(self) -> bool:
        """Whether letters of order may be recorded and ended here."""
        return self._services.orders.may_let

    @property
    def administers(self) -> bool:
        """Whether people and positions may be changed here."""
        return self._services.admin.administers

    def let_act(self, wanted: NewOrder) -> None:
        """Record a letter of order; `done("let_act")` or `refused` follows."""
        self._run("let_act", lambda: self._services.orders.open(wanted))

    def end_order(self, order: RowId, reason: str) -> None:
        """End a letter of order; `done("end_order")` or `refused` follows."""
        self._run("end_order", lambda: self._services.orders.end(order, reason))

    def add_user(self, username: str, name: str, position: PositionId) -> None:
        """Let one more person in; `done("add_user")` with `code_issued`, or `refused` follows."""
        self._run("add_user", lambda: self._services.admin.add_user(username, name, position))

    def rename_user(self, user: UserId, name: str) -> None:
        """Call a person otherwise; `done("rename_user")` or `refused` follows."""
        self._run("rename_user", lambda: self._services.admin.rename_user(user, name))

    def move_user(self, user: UserId, held: tuple[PositionId, ...]) -> None:
        """Give a person these positions; `done("move_user")` or `refused` follows."""
        self._run("move_user", lambda: self._services.admin.move_user(user, held))

    def suspend_user(self, user: UserId, *, active: bool) -> None:
        """Shut a person out or let the person in again; `done("suspend_user")` or `refused` follows."""
        self._run("suspend_user", lambda: self._services.admin.suspend_user(user, active=active))

    def end_sessions(self, user: UserId) -> None:
        """End a person's sessions at all PCs; `done("end_sessions")` or `refused` follows."""
        self._run("end_sessions", lambda: self._services.admin.end_sessions(user))

    def issue_code(self, user: UserId, *, resets: bool) -> None:
        """A fresh code for a person; `done("issue_code")` with `code_issued`, or `refused` follows."""
        self._run("issue_code", lambda: self._services.admin.issue_code(user, resets=resets))

    def open_position(self, title: str, role: Role, superior: PositionId | None) -> None:
        """Make a position; `done("open_position")` or `refused` follows."""
        self._run("open_position", lambda: self._services.admin.open_position(title, role, superior))

    def hand_over(self, duty: DutyRow, successor: UserId) -> None:
        """Hand a position over; `done("hand_over")` or `refused` follows."""
        self._run("hand_over", lambda: self._services.duties.hand_over(duty.position, duty.leaving, successor))

    def _read(self) -> PeopleFacts:
        administers = self._services.admin.administers
        return PeopleFacts(
            orders=self._services.orders.listed(),
            choices=self._services.orders.choices(),
            users=self._services.admin.users() if administers else (),
            positions=self._services.admin.positions() if administers else (),
            duties=self._services.duties.duties(),
        )

    def _take(self, facts: PeopleFacts) -> None:
        self.facts = facts
        self.orders.replace(facts.orders)
        self.users.replace(facts.users)
        self.positions.replace(facts.positions)
        self.duties.replace(facts.duties)

    def _take_result(self, value: object) -> None:
        if isinstance(value, NewCode):
            self.code_issued.emit(value)


def _order_key(row: OrderRow) -> bytes:
    return row.id


def _user_key(row: UserRow) -> int:
    return row.user


def _duty_key(row: DutyRow) -> int:
    return row.position


def _position_key(row: PositionRow) -> int:
    return row.position
