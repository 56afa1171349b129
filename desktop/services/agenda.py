"""The agenda of a position: its invitations day by day, what meets at the same time, and deciding on them."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from core.domain.attendance import (
    BUSY,
    Attendance,
    Attending,
    EventTime,
    Part,
    decision_of,
    meet,
    part_of,
    represented_by,
)
from core.domain.attending import AttendEvent, is_concerned
from core.domain.ids import LetterId, PositionId
from core.domain.leading import leads
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel, register_visible, subject_visible
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from core.domain.secrecy import is_sealed
from desktop.services.clock import Clock, local_date
from desktop.services.dispositions import DispositionService, Order
from desktop.services.person_service import ActingService
from desktop.storage.dated_letters import with_events
from desktop.storage.letters import letters
from desktop.storage.replica import Replica
from desktop.storage.undoing import one_step
from desktop.storage.unit_of_work import Store, UnitOfWork

# "Hadiri/wakili" in the list of instructions of every office.
ATTEND_INSTRUCTION = 2


class AgendaItem(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it concerns one position. `subject` is None where the letter is secret.

    `people` are who goes instead, or whom the position represents; `meets` the other events of the position at the
    same time.
    """

    letter: LetterId
    time: EventTime
    subject: str | None
    sender: str
    place: str
    part: Part
    security: SecurityLevel = SecurityLevel.OPEN
    people: tuple[str, ...] = ()
    meets: tuple[LetterId, ...] = ()


class AgendaChair(msgspec.Struct, frozen=True, kw_only=True):
    """Whose agenda can be looked at, and whether it is one's own."""

    position: PositionId
    title: str
    own: bool


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What one position decided on an invitation, in words."""

    title: str
    how: Attending
    delegates: tuple[str, ...]


class Delegate(msgspec.Struct, frozen=True, kw_only=True):
    """Who could go instead, and what he has at that time."""

    position: PositionId
    title: str
    meets: tuple[AgendaItem, ...]


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """The event of one letter, as one person sees it.

    `chairs` are the positions for which he may decide, whom the letter concerns first; `parts` and `meets` say for each
    of them what the event is to it, and what it has at the same time.
    """

    letter: LetterId
    time: EventTime
    place: str
    part: Part
    decided: tuple[Decided, ...]
    chairs: tuple[AgendaChair, ...]
    people: tuple[Delegate, ...]

    def meets(self, position: PositionId) -> tuple[AgendaItem, ...]:
        """What a position has at the same time."""
        return next((one.meets for one in self.people if one.position == position), ())


class AgendaService(ActingService):
    """The agenda of one signed-in person, and those that he keeps for others."""

    def __init__(self, store: Store, actor: Actor, clock: Clock, dispositions: DispositionService) -> None:
        """Over the open store; `dispositions` give the letter to who represents somebody."""
        super().__init__(store, actor, clock)
        self._dispositions = dispositions

    @property
    def today(self) -> date:
        """The day at the office."""
        return local_date(self._clock())

    def chairs(self) -> tuple[AgendaChair, ...]:
        """Whose agendas this person may look at: his own, and those of the leaders whose register he reads."""
        with self._store.read() as uow:
            positions = uow.directory.positions_of(self._actor.office)
        reads = has_power(self._actor, Power.READ_REGISTER)
        me = self._actor.position
        found = [one for one in positions if one.number == me or (reads and leads(one.role))]
        found.sort(key=lambda one: one.number != me)
        return tuple(AgendaChair(position=one.number, title=one.title, own=one.number == me) for one in found)

    def between(self, position: PositionId, first: date, last: date) -> tuple[AgendaItem, ...]:
        """The events of a position on these days, in their order, with what meets at the same time."""
        with self._store.read() as uow:
            return self._items(uow, position, first, last)

    def of_letter(self, letter_id: LetterId) -> EventView | None:
        """The event of a letter, or None if it has none or is not for this person."""
        with self._store.read() as uow:
            stored = letters.get(uow.connection, letter_id)
            if stored is None or stored.record.event_on is None or not register_visible(self._actor, stored.record):
                return None
            letter = stored.record
            time = _time_of(letter)
            titles = _titles(uow, letter)
            found = with_events(uow.connection, self._actor.office, time.day, time.day)
            others = [one.record for one in found if one.record.id != letter_id]
            return EventView(
                letter=letter_id,
                time=time,
                place=letter.event_place if subject_visible(self._actor, letter) else "",
                part=_part(letter, self._actor.position),
                decided=tuple(_decided(one, titles) for one in letter.attendance),
                chairs=self._deciders(uow, letter),
                people=tuple(
                    Delegate(position=number, title=title, meets=self._busy(uow, others, number, time))
                    for number, title in titles.items()
                ),
            )

    def decide(self, letter_id: LetterId, how: Attending, *, leader: PositionId | None = None) -> None:
        """Say that the position comes or stays away; `leader` names another's whose agenda this person keeps."""
        act = AttendEvent(letter_id=letter_id, how=how, on_behalf=self._on_behalf(leader))
        self._perform(act, undoable=True)

    def delegate(
        self, letter_id: LetterId, delegates: Sequence[PositionId], note: str = "", *, leader: PositionId | None = None
    ) -> None:
        """Send others: they are given the letter to attend, in the same step. Refusal: nothing was changed."""
        on_behalf = self._on_behalf(leader)
        now = self._clock()
        act = AttendEvent(letter_id=letter_id, how=Attending.DELEGATED, delegates=tuple(delegates), on_behalf=on_behalf)
        with self._store.begin() as uow, one_step(uow, self._actor.user, now):
            group = self._dispositions.new_group()
            fresh = self._not_asked(uow, act)
            if fresh:
                order = Order(
                    letter_id=letter_id,
                    recipients=fresh,
                    instructions=(ATTEND_INSTRUCTION,),
                    note=note,
                    on_behalf=on_behalf,
                )
                self._dispositions.issue_in(uow, order, group=group)
            Replica(uow).perform(act, self._actor, now, group=group if fresh else 0)

    def _not_asked(self, uow: UnitOfWork, act: AttendEvent) -> tuple[PositionId, ...]:
        """Those of the delegates who have not been told yet that they represent this position there."""
        stored = letters.get(uow.connection, act.letter_id)
        if stored is None:
            return act.delegates
        known = decision_of(act.on_behalf or self._actor.position, stored.record.attendance)
        told = known.delegates if known is not None else ()
        return tuple(one for one in act.delegates if one not in told or one not in stored.record.involved)

    def _on_behalf(self, leader: PositionId | None) -> PositionId:
        return PositionId(0) if leader is None or leader == self._actor.position else leader

    def _deciders(self, uow: UnitOfWork, letter: IncomingLetter) -> tuple[AgendaChair, ...]:
        actor = self._actor
        if letter.status == LetterStatus.VOID:
            return ()
        own = has_power(actor, Power.ANSWER) and is_concerned(actor, letter)
        keeps = has_power(actor, Power.ENTER_WRITTEN)
        found = []
        for one in uow.directory.positions_of(letter.office):
            mine = one.number == actor.position
            if (mine and own) or (not mine and keeps and leads(one.role)):
                found.append(AgendaChair(position=one.number, title=one.title, own=mine))
        # Whom the letter concerns first: as a rule it is his invitation that is entered.
        found.sort(key=lambda one: (_part(letter, one.position) == Part.NONE, not one.own))
        return tuple(found)

    def _items(self, uow: UnitOfWork, position: PositionId, first: date, last: date) -> tuple[AgendaItem, ...]:
        found = with_events(uow.connection, self._actor.office, first, last)
        return with_meetings(self._of(uow, [one.record for one in found], position))

    def _busy(
        self, uow: UnitOfWork, letters_of_day: Sequence[IncomingLetter], position: PositionId, time: EventTime
    ) -> tuple[AgendaItem, ...]:
        there = self._of(uow, letters_of_day, position)
        return tuple(one for one in there if one.part in BUSY and meet(one.time, time))

    def _of(self, uow: UnitOfWork, found: Sequence[IncomingLetter], position: PositionId) -> list[AgendaItem]:
        return [
            self._item(uow, letter, position, part)
            for letter in found
            if (part := _part(letter, position)) is not Part.NONE and register_visible(self._actor, letter)
        ]

    def _item(self, uow: UnitOfWork, letter: IncomingLetter, position: PositionId, part: Part) -> AgendaItem:
        titles = _titles(uow, letter)
        own = decision_of(position, letter.attendance)
        named = represented_by(position, letter.attendance) if part is Part.REPRESENTS else ()
        if part is Part.DELEGATED and own is not None:
            named = own.delegates
        visible = subject_visible(self._actor, letter) and not is_sealed(letter.subject)
        return AgendaItem(
            letter=letter.id,
            time=_time_of(letter),
            subject=letter.subject if visible else None,
            sender=letter.sender,
            place=letter.event_place if visible else "",
            part=part,
            security=letter.security,
            people=tuple(titles.get(one, "") for one in named),
        )


def with_meetings(items: Sequence[AgendaItem]) -> tuple[AgendaItem, ...]:
    """The items, each with those at the same time where the position may have to be in both places."""
    busy = [one for one in items if one.part in BUSY]
    return tuple(
        msgspec.structs.replace(
            one, meets=tuple(other.letter for other in busy if other is not one and meet(one.time, other.time))
        )
        if one.part in BUSY
        else one
        for one in items
    )


def week_of(day: date) -> tuple[date, date]:
    """The Monday and the Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _time_of(letter: IncomingLetter) -> EventTime:
    day = letter.event_on
    if day is None:
        message = "a letter without an event"
        raise ValueError(message)
    return EventTime(day, letter.event_from, letter.event_until)


def _part(letter: IncomingLetter, position: PositionId) -> Part:
    return part_of(position, letter.attendance, addressee=letter.addressee, involved=letter.involved)


def _titles(uow: UnitOfWork, letter: IncomingLetter) -> dict[PositionId, str]:
    return {one.number: one.title for one in uow.directory.positions_of(letter.office)}


def _decided(one: Attendance, titles: dict[PositionId, str]) -> Decided:
    return Decided(
        title=titles.get(one.position, ""),
        how=one.how,
        delegates=tuple(titles.get(each, "") for each in one.delegates),
    )


__all__ = [
    "AgendaChair",
    "AgendaItem",
    "AgendaService",
    "Attending",
    "Decided",
    "Delegate",
    "EventTime",
    "EventView",
    "Part",
    "week_of",
    "with_meetings",
]
