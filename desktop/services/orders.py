"""Who may act for whom: the letters of order of an office, recorded and ended by whoever keeps its order."""

from datetime import date, datetime, time, timedelta
from enum import Enum

import msgspec

from core.domain.delegations import NOBODY, Delegation, EndDelegation, OpenDelegation
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId, PositionId, RowId, UserId
from core.domain.offices import ActingKind, Person, Scope
from core.domain.permissions import Power, has_power
from desktop.services.acting_titles import acting_title
from desktop.services.clock import WIB, local_date, millis
from desktop.services.person_service import PersonService
from desktop.storage.base import SyncMark
from desktop.storage.delegations import delegations
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import UnitOfWork


class OrderState(Enum):
    """Where a letter of order stands today."""

    COMING = "coming"
    HOLDS = "holds"
    OVER = "over"
    CUT = "cut"


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """A letter of order in words. `replaced` is empty where the position was vacant; `last_day` is included."""

    id: RowId
    title: str
    acting: str
    replaced: str
    scopes: tuple[Scope, ...]
    order_no: str
    order_date: date
    first_day: date
    last_day: date
    state: OrderState
    made_by: str
    cut_by: str
    cut_at: datetime | None
    cut_reason: str
    mark: SyncMark


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to choose from a list, by its number."""

    number: int
    text: str


class OrderChoices(msgspec.Struct, frozen=True, kw_only=True):
    """What a new letter of order can name: the positions of the office with their holders, and its people."""

    positions: tuple[Choice, ...] = ()
    people: tuple[Choice, ...] = ()


class NewOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A letter of order as it was filled in; both days are included."""

    kind: ActingKind
    position: PositionId
    acting: UserId
    scopes: tuple[Scope, ...]
    order_no: str
    order_date: date | None
    first_day: date | None
    last_day: date | None


class OrderService(PersonService):
    """The letters of order of one office."""

    @property
    def may_let(self) -> bool:
        """Whether this person may let others act."""
        return has_power(self._actor, Power.DELEGATE)

    def listed(self, office: OfficeId | None = None) -> tuple[OrderRow, ...]:
        """The orders of the office, those that begin last first."""
        with self._store.read() as uow:
            found = delegations.of_office(uow.connection, office or self._actor.office)
            now = uow.meta.moment(millis(self._clock()))
            return tuple(_row(uow, one, now) for one in found)

    def choices(self, office: OfficeId | None = None) -> OrderChoices:
        """What a new order can name."""
        with self._store.read() as uow:
            places = uow.directory.positions_of(office or self._actor.office)
            people = uow.directory.people_of(office or self._actor.office)
        titles = {one.number: one.title for one in places}
        holders = {number: one.name for one in people for number in one.positions}
        return OrderChoices(
            positions=tuple(
                Choice(
                    number=one.number,
                    text=f"{one.title} — {holders[one.number]}" if one.number in holders else one.title,
                )
                for one in places
            ),
            people=tuple(
                Choice(number=one.number, text=_with_titles(one, titles))
                for one in people
                if one.number != self._actor.user
            ),
        )

    def open(self, wanted: NewOrder) -> None:
        """Record a letter of order; Refusal if the rules say no."""
        if wanted.order_date is None:
            raise Refusal(RefusalCode.DATE_MALFORMED, "order_date")
        if wanted.first_day is None or wanted.last_day is None:
            raise Refusal(RefusalCode.DELEGATION_DATES, "last_day" if wanted.first_day else "first_day")
        now = self._clock()
        with self._store.begin() as uow:
            place = uow.directory.position(wanted.position)
            holders = [
                one
                for one in (uow.directory.people_of(place.office) if place else ())
                if wanted.position in one.positions and one.number != wanted.acting
            ]
            acting = uow.directory.person(wanted.acting)
            act = OpenDelegation(
                delegation_id=self._new_id(now),
                kind=wanted.kind,
                position=wanted.position,
                replaces=holders[0].number if holders else NOBODY,
                acting_user=wanted.acting,
                acting_position=acting.positions[0] if acting and acting.positions else PositionId(0),
                scopes=wanted.scopes,
                order_no=wanted.order_no,
                order_date=wanted.order_date,
                starts_at=_morning(wanted.first_day),
                ends_at=_morning(wanted.last_day + timedelta(days=1)),
            )
            self._perform_in(uow, act, now)

    def end(self, order: RowId, reason: str) -> None:
        """End an order before its day; Refusal if the rules say no."""
        self._perform(EndDelegation(delegation_id=order, reason=reason))


def _morning(day: date) -> datetime:
    """When a day begins where the offices are."""
    return datetime.combine(day, time(), tzinfo=WIB)


def _row(uow: UnitOfWork, stored: Stored[Delegation], now: datetime) -> OrderRow:
    one = stored.record
    place = uow.directory.position(one.position)
    acting, replaced, maker, cutter = (
        uow.directory.person(number) for number in (one.acting_user, one.replaces, one.made_by, one.cut_by)
    )
    return OrderRow(
        id=one.id,
        title=acting_title(place.title if place else "", one.kind),
        acting=acting.name if acting else "",
        replaced=replaced.name if replaced else "",
        scopes=one.scopes,
        order_no=one.order_no,
        order_date=one.order_date,
        first_day=local_date(one.starts_at),
        last_day=local_date(one.ends_at - timedelta(seconds=1)),
        state=_state(one, now),
        made_by=maker.name if maker else "",
        cut_by=cutter.name if cutter else "",
        cut_at=one.cut_at,
        cut_reason=one.cut_reason,
        mark=stored.mark,
    )


def _state(one: Delegation, now: datetime) -> OrderState:
    if one.cut_at is not None:
        return OrderState.CUT
    if now < one.starts_at:
        return OrderState.COMING
    return OrderState.HOLDS if now < one.ends_at else OrderState.OVER


def _with_titles(person: Person, titles: dict[PositionId, str]) -> str:
    held = [titles[number] for number in person.positions if number in titles]
    return f"{person.name} — {held[0]}" if held else person.name
