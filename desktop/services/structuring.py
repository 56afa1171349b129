"""The offices, units and streams of an administrator, and the rule for passwords."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from core.domain.administering import AddUser, OpenPosition, drawn_number
from core.domain.books import DEFAULT_TEMPLATE, NumberBook, SetBook, YearBy
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId, OfficeId, PositionId, RandomBytes, UnitId, UserId, small_row_id
from core.domain.letters import SecurityLevel
from core.domain.offices import Actor, Position, Role
from core.domain.passwords import PROFILES
from core.domain.streams import StreamKey, StreamKind, may_hold
from core.domain.structuring import PASSWORD_RULE, AddOffice, SetPasswordRule, SetUnit
from desktop.services.administering import AdminService, NewCode
from desktop.services.clock import Clock
from desktop.services.person_service import PersonService
from desktop.storage.base import SyncMark
from desktop.storage.directory import offices, people, units
from desktop.storage.number_books import number_books
from desktop.storage.password_rules import password_rules
from desktop.storage.unit_of_work import Store


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of the office in words."""

    unit: UnitId
    name: str
    parent: UnitId | None
    above: str
    active: bool
    mark: SyncMark


class BookRow(msgspec.Struct, frozen=True, kw_only=True):
    """A book of numbers of the office, beside the agenda of incoming letters."""

    book: BookId
    name: str
    template: str
    year_by: YearBy
    active: bool
    mark: SyncMark


class OfficeRow(msgspec.Struct, frozen=True, kw_only=True):
    """An office of the region in words."""

    office: OfficeId
    name: str
    short_name: str
    code: str
    positions: int
    people: int
    mark: SyncMark


class NewOffice(msgspec.Struct, frozen=True, kw_only=True):
    """An office to be made, and its first administrator."""

    name: str
    short_name: str
    code: str
    admin_name: str
    admin_username: str


class AccessRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a position of the office receives: how many records lie there; None where it does not receive them.

    `counted_at` is when the server counted; None if it did not yet.
    """

    position: PositionId
    title: str
    role: Role
    holders: tuple[str, ...]
    inbox: int
    plain: int | None
    secret: int | None
    counted_at: datetime | None


class StructureService(PersonService):
    """What an administrator sees and changes of the offices themselves."""

    def __init__(
        self, store: Store, actor: Actor, clock: Clock, random_bytes: RandomBytes, *, admin: AdminService
    ) -> None:
        """Over the open store; `admin` gives out the code for the first administrator of a new office."""
        super().__init__(store, actor, clock, random_bytes)
        self._admin = admin

    @property
    def of_region(self) -> bool:
        """Whether this person administers the region."""
        return self._actor.role == Role.REGION_ADMIN

    def units(self) -> tuple[UnitRow, ...]:
        """The units of the office, those that were retired last."""
        with self._store.read() as uow:
            mine = [one for one in units.every(uow.connection) if one.office == self._actor.office]
            marks = {one.number: units.get(uow.connection, one.id) for one in mine}
        names = {one.number: one.name for one in mine}
        rows = [
            UnitRow(
                unit=one.number,
                name=one.name,
                parent=one.parent,
                above=names.get(one.parent, "") if one.parent else "",
                active=one.active,
                mark=stored.mark if (stored := marks[one.number]) else SyncMark.ON_SERVER,
            )
            for one in mine
        ]
        return tuple(sorted(rows, key=lambda one: (not one.active, one.name.casefold(), one.unit)))

    def books(self) -> tuple[BookRow, ...]:
        """The books of the office, those that are offered no more last."""
        with self._store.read() as uow:
            mine = number_books.of_office(uow.connection, self._actor.office)
            rows = [
                BookRow(
                    book=one.number,
                    name=one.name,
                    template=one.template,
                    year_by=one.year_by,
                    active=one.active,
                    mark=stored.mark if (stored := number_books.get(uow.connection, one.id)) else SyncMark.ON_SERVER,
                )
                for one in mine
            ]
        return tuple(sorted(rows, key=lambda one: (not one.active, one.name.casefold(), one.book)))

    def offices(self) -> tuple[OfficeRow, ...]:
        """The offices of the region, by name; nothing for who administers one of them."""
        if not self.of_region:
            return ()
        with self._store.read() as uow:
            found = [
                OfficeRow(
                    office=one.number,
                    name=one.name,
                    short_name=one.short_name,
                    code=one.code,
                    positions=len(uow.directory.positions_of(one.number)),
                    people=len(uow.directory.people_of(one.number)),
                    mark=stored.mark if (stored := offices.get(uow.connection, one.id)) else SyncMark.ON_SERVER,
                )
                for one in list(offices.every(uow.connection))
            ]
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.office)))

    def access(self) -> tuple[AccessRow, ...]:
        """What each position of the office receives."""
        with self._store.read() as uow:
            known = uow.meta.devices()
            counted = uow.meta.moment(known.whole_ms) if known.streams else None
            holders: dict[PositionId, list[str]] = {}
            for person in uow.directory.people_of(self._actor.office):
                for number in person.positions:
                    holders.setdefault(number, []).append(person.name)
            places = uow.directory.positions_of(self._actor.office)
        rows = {(one.kind, one.owner, one.level): one.rows for one in known.streams}
        return tuple(
            AccessRow(
                position=place.number,
                title=place.title,
                role=place.role,
                holders=tuple(holders.get(place.number, ())),
                inbox=rows.get((int(StreamKind.INBOX), int(place.number), 0), 0),
                plain=_seen(place, rows, levels=(SecurityLevel.OPEN, SecurityLevel.RESTRICTED)),
                secret=_seen(place, rows, levels=(SecurityLevel.SECRET, SecurityLevel.TOP_SECRET)),
                counted_at=counted,
            )
            for place in places
        )

    def password_profile(self) -> str:
        """The name of the policy for passwords that holds in the region."""
        with self._store.read() as uow:
            stored = password_rules.get(uow.connection, PASSWORD_RULE)
        return stored.record.profile if stored else PROFILES[0]

    def set_unit(self, unit: UnitId | None, name: str, *, parent: UnitId | None, active: bool = True) -> None:
        """Make a unit, or change one; Refusal if the rules say no."""
        number = unit or UnitId(drawn_number(self._random))
        self._perform(SetUnit(unit=number, office=self._actor.office, name=name, parent=parent, active=active))

    def add_book(self, name: str, year_by: YearBy, template: str = DEFAULT_TEMPLATE) -> None:
        """Make a book of numbers; Refusal if the rules say no."""
        number = BookId(drawn_number(self._random))
        self._perform(
            SetBook(
                book=number,
                office=self._actor.office,
                name=name,
                template=template,
                year_by=year_by,
                active=True,
            )
        )

    def change_book(self, book: BookId, name: str, *, active: bool, template: str | None = None) -> None:
        """Call a book otherwise, give it another pattern, or offer it or no more.

        Refusal if the rules say no, or this PC does not know it.
        """
        with self._store.begin() as uow:
            known = uow.get(NumberBook, small_row_id(book))
            if known is None:
                raise Refusal(RefusalCode.UNKNOWN_BOOK, "book")
            act = SetBook(
                book=book,
                office=known.office,
                name=name,
                template=known.template if template is None else template,
                year_by=known.year_by,
                active=active,
            )
            self._perform_in(uow, act)

    def set_password_profile(self, profile: str) -> None:
        """Let a policy hold in the region; Refusal if the rules say no."""
        self._perform(SetPasswordRule(profile=profile))

    def add_office(self, wanted: NewOffice) -> NewCode:
        """Make an office with its first administrator, who gets a code; Refusal if the rules say no."""
        number = OfficeId(drawn_number(self._random))
        place, user = PositionId(drawn_number(self._random)), UserId(drawn_number(self._random))
        acts = (
            AddOffice(office=number, name=wanted.name, short_name=wanted.short_name, code=wanted.code),
            OpenPosition(
                position=place, office=number, title="Admin Kantor", role=Role.OFFICE_ADMIN, order=1, superior=None
            ),
            AddUser(user=user, username=wanted.admin_username, name=wanted.admin_name, positions=(place,)),
        )
        with self._store.begin() as uow:
            if any(one.username == wanted.admin_username for one in people.every(uow.connection)):
                raise Refusal(RefusalCode.USERNAME_TAKEN, "username")
            for act in acts:
                self._perform_in(uow, act)
        return self._admin.issue_code(user, resets=False)


def _seen(
    place: Position, rows: Mapping[tuple[int, int, int], int], *, levels: tuple[SecurityLevel, ...]
) -> int | None:
    """How many records of the office's registers at these levels the position receives; None if none of them."""
    kind = StreamKind.REGISTER
    held = [level for level in levels if may_hold(StreamKey(kind=kind, owner=place.office, level=level), [place])]
    if not held:
        return None
    return sum(rows.get((int(kind), int(place.office), int(level)), 0) for level in held)
