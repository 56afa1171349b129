"""Practice values as records, the way a server would hand them out: the same for practice, tests and benchmarks."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from core.domain.attachments import Attachment
from core.domain.dispositions import Disposition, Recipient, RecipientState
from core.domain.event_reading import read_event
from core.domain.ids import DispositionId, LetterId, OfficeId, PositionId, UnitId, UserId, uuid7
from core.domain.letters import Channel, IncomingLetter, LetterStatus, SecurityLevel, Urgency
from core.domain.offices import Office, Person, Position, Role, Unit
from desktop.services.practice.records import PracticeDisposition, PracticeLetter, PracticeOffice

OFFICE = OfficeId(1)
_OPENING = time(1, 30, tzinfo=UTC)  # half past eight in the morning, WIB


class PracticeDirectory(msgspec.Struct, frozen=True, kw_only=True):
    """The records of the invented office, and the numbers behind the keys."""

    office: Office
    units: tuple[Unit, ...]
    positions: tuple[Position, ...]
    people: tuple[Person, ...]
    position_of: Mapping[str, PositionId]
    user_of: Mapping[str, UserId]

    @property
    def head(self) -> Position:
        """The position that letters are addressed to."""
        return next(one for one in self.positions if one.role == Role.HEAD)

    @property
    def registrar(self) -> Person:
        """Who registers letters."""
        position = next(one for one in self.positions if one.role == Role.REGISTRAR)
        return next(one for one in self.people if position.number in one.positions)


def directory_records(office: PracticeOffice) -> PracticeDirectory:
    """The office, its units, positions and people, numbered from 1 in their order."""
    unit_of = {unit.key: UnitId(number) for number, unit in enumerate(office.units, start=1)}
    position_of = {one.key: PositionId(number) for number, one in enumerate(office.positions, start=1)}
    positions = tuple(
        Position(
            number=position_of[one.key],
            office=OFFICE,
            unit=unit_of.get(one.unit) if one.unit else None,
            title=one.title,
            role=Role[one.role.upper()],
            order=order,
            superior=position_of.get(one.superior) if one.superior else None,
        )
        for order, one in enumerate(office.positions, start=1)
    )
    people = tuple(
        Person(
            number=UserId(number),
            username=person.username,
            name=person.name,
            positions=tuple(position_of[key] for key in person.positions),
        )
        for number, person in enumerate(office.people, start=1)
    )
    holder = {key: person.number for person, one in zip(people, office.people, strict=True) for key in one.positions}
    return PracticeDirectory(
        office=Office(
            number=OFFICE, name=office.name, short_name=office.short_name, region=office.region, code=office.code
        ),
        units=tuple(Unit(number=unit_of[unit.key], office=OFFICE, name=unit.name) for unit in office.units),
        positions=positions,
        people=people,
        position_of=position_of,
        user_of=holder,
    )


def letter_records(
    letter: PracticeLetter,
    orders: Sequence[PracticeDisposition],
    directory: PracticeDirectory,
    *,
    agenda_no: int,
    scans: tuple[Attachment, ...] = (),
) -> tuple[IncomingLetter, tuple[Disposition, ...]]:
    """A letter and its dispositions as they stand after all that was done to them."""
    letter_id = LetterId(_id("surat", letter.index, letter.received_on))
    head = directory.head.number
    issued = tuple(
        _disposition(order, place, letter_id=letter_id, letter=letter, directory=directory)
        for place, order in enumerate(orders)
    )
    dispositions = tuple(
        msgspec.structs.replace(one, parent=issued[order.parent].id) if order.parent is not None else one
        for one, order in zip(issued, orders, strict=True)
    )
    open_answers = sum(
        one.state != RecipientState.ANSWERED for disposition in dispositions for one in disposition.recipients
    )
    named = {head}
    for disposition in dispositions:
        named.add(disposition.from_position)
        named.update(one.position for one in disposition.recipients)
    answered = any(one.state == RecipientState.ANSWERED for each in dispositions for one in each.recipients)
    record = IncomingLetter(
        id=letter_id,
        office=OFFICE,
        agenda_year=letter.received_on.year,
        agenda_no=agenda_no,
        received_on=letter.received_on,
        letter_no=letter.letter_no,
        letter_date=letter.letter_date,
        sender=letter.sender,
        subject=letter.subject,
        security=SecurityLevel(letter.security),
        urgency=Urgency(letter.urgency),
        classification=letter.classification,
        addressee=head,
        due_on=letter.due_on,
        channel=Channel[letter.channel.upper()],
        summary=letter.summary,
        scans=scans,
        status=_status(disposed=bool(dispositions), answered=answered, open_answers=open_answers),
        record_file=None,
        involved=tuple(sorted(named)),
        open_answers=open_answers,
        registered_by=directory.registrar.number,
        registered_at=_moment(letter.received_on, letter.index),
        **_event(letter),
    )
    return record, dispositions


def _disposition(
    order: PracticeDisposition,
    place: int,
    *,
    letter_id: LetterId,
    letter: PracticeLetter,
    directory: PracticeDirectory,
) -> Disposition:
    answers = dict(order.answers)
    issued_at = _moment(order.issued_on, letter.index) + timedelta(hours=2, minutes=7 * place)
    recipients = tuple(
        Recipient(
            position=directory.position_of[key],
            state=RecipientState.ANSWERED,
            read_at=issued_at + timedelta(hours=1),
            read_by=directory.user_of[key],
            answered_at=issued_at + timedelta(days=1),
            answered_by=directory.user_of[key],
            result=answers[key],
        )
        if key in answers
        else Recipient(position=directory.position_of[key])
        for key in order.recipients
    )
    return Disposition(
        id=DispositionId(_id(f"disposisi-{place}", letter.index, order.issued_on)),
        letter_id=letter_id,
        office=OFFICE,
        year=letter.received_on.year,
        security=SecurityLevel(letter.security),
        parent=None,
        from_position=directory.position_of[order.from_position],
        from_user=directory.user_of[order.from_position],
        recipients=recipients,
        instructions=order.instructions,
        note=order.note,
        due_on=order.due_on,
        issued_at=issued_at,
    )


def _status(*, disposed: bool, answered: bool, open_answers: int) -> LetterStatus:
    if not disposed:
        return LetterStatus.REGISTERED
    if not open_answers:
        return LetterStatus.DONE
    return LetterStatus.FOLLOWED_UP if answered else LetterStatus.DISPOSED


def _moment(day: date, index: int) -> datetime:
    return datetime.combine(day, _OPENING) + timedelta(seconds=index * 97 % 25_000)


def _id(kind: str, index: int, day: date) -> bytes:
    seed = hashlib.sha256(f"{kind}-{index}".encode()).digest()
    milliseconds = int(_moment(day, index).timestamp() * 1000)
    return uuid7(milliseconds, lambda count: seed[:count])


def _event(letter: PracticeLetter) -> dict[str, Any]:
    """When and where the event of an invitation is, as its summary says; of a secret one no place."""
    read = read_event(letter.summary, letter.received_on)
    if letter.event_on is None:
        return {}
    if read is None or read.day != letter.event_on:
        return {"event_on": letter.event_on}
    place = "" if letter.security >= SecurityLevel.SECRET else read.place
    return {"event_on": letter.event_on, "event_from": read.start, "event_until": read.end, "event_place": place}
