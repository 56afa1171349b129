"""Riwayat: what became of a letter, by whom and when, as one person may read it.

Everything comes from what this PC holds, so it is there with the line down. The letter keeps its own changes; its
dispositions, values that lost, struck number and held acts say of themselves who did what and when.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from types import MappingProxyType

import msgspec

from core.domain.attendance import Attending
from core.domain.attending import decision_told
from core.domain.dispositions import Disposition, Recipient
from core.domain.held_acts import HeldState
from core.domain.ids import LetterId, PositionId, UserId, small_row_id
from core.domain.letter_changes import PRIVATE_FIELDS, LetterChange
from core.domain.letter_readings import LetterReading, ReadingWay
from core.domain.letters import Channel, IncomingLetter, register_visible, subject_visible
from core.domain.number_fates import FateCause
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from core.domain.receipts import receipt_of
from core.domain.secrecy import is_sealed
from desktop.services.arrivals import arrivals_of
from desktop.services.clock import Clock
from desktop.services.letter_lines import sheets_of_lines
from desktop.services.secrecy import Secrecy
from desktop.services.secret_readings import note_reading
from desktop.services.told_values import value_told
from desktop.storage.archives import record_files
from desktop.storage.base import SyncMark
from desktop.storage.conflicts import conflicts
from desktop.storage.directory import people, positions
from desktop.storage.held_acts import held_acts
from desktop.storage.letters import letters
from desktop.storage.number_books import number_fates
from desktop.storage.unit_of_work import Store, UnitOfWork


class Event(Enum):
    """What happened."""

    REGISTERED = "registered"
    CHANGED = "changed"
    ATTACHED = "attached"
    FILED = "filed"
    UNFILED = "unfiled"
    DISPOSED = "disposed"
    ENTERED = "entered"
    WITHDRAWN = "withdrawn"
    READ = "read"
    ANSWERED = "answered"
    STRUCK = "struck"
    ARRIVED = "arrived"
    MERGED = "merged"
    MERGED_INTO = "merged_into"
    LOST = "lost"
    SETTLED = "settled"
    HELD_ACCEPTED = "held_accepted"
    HELD_REJECTED = "held_rejected"
    OPENED = "opened"
    PRINTED = "printed"
    COMES = "comes"
    DELEGATES = "delegates"
    STAYS_AWAY = "stays_away"
    REPLY_WANTED = "reply_wanted"
    REPLIED = "replied"
    REPLY_DROPPED = "reply_dropped"


REPLIES: Mapping[str, Event] = MappingProxyType(
    {"reply_by": Event.REPLY_WANTED, "reply_no": Event.REPLIED, "reply_reason": Event.REPLY_DROPPED}
)
DECISIONS: Mapping[Attending, Event] = MappingProxyType(
    {Attending.COMES: Event.COMES, Attending.DELEGATED: Event.DELEGATES, Attending.ABSENT: Event.STAYS_AWAY}
)


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened; `at` by the server's clock, `pc_at` by the PC's where that showed another time.

    `received` is when the server got it, where that was not within the minute of `at`.

    `before` and `after` are values as they are kept (dates in ISO 8601), or what else the sentence tells: titles,
    an answer, a reason. `came` is the day and the way of an arrival. `sealed` says that there are values, but not
    for this person. `waiting` says that the server has not got it yet, or not all that is in the same record.
    """

    event: Event
    at: datetime
    person: str
    position: str = ""
    pc_at: datetime | None = None
    received: datetime | None = None
    field: str = ""
    before: str = ""
    after: str = ""
    count: int = 0
    sealed: bool = False
    waiting: bool = False
    came: tuple[date, Channel] | None = None


class HistoryService:
    """Tells one signed-in person what became of letters."""

    def __init__(self, store: Store, actor: Actor, clock: Clock) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor
        self._clock = clock

    def of_letter(self, letter_id: LetterId) -> tuple[HistoryLine, ...]:
        """What became of a letter, the newest first; () if it is not here or not for this person.

        Who reads it here of a secret letter stands in it from then on.
        """
        today = note_reading(self._store, self._actor, self._clock, letter_id)
        with self._store.read() as uow:
            stored = letters.get(uow.connection, letter_id)
            if stored is None or not register_visible(self._actor, stored.record):
                return ()
            letter, told = stored.record, _Teller(uow)
            opened = Secrecy(uow).letter(letter, today)
            sealed = opened is None or not subject_visible(self._actor, letter)
            letter = letter if opened is None else opened
            waiting = stored.mark == SyncMark.WAITING
            lines = [told.registered(letter, waiting=waiting and not stored.rev)]
            lines += [told.changed(one, letter, sealed=sealed) for one in letter.changes]
            if waiting and letter.changes:
                lines[-1] = msgspec.structs.replace(lines[-1], waiting=True)
            lines += [told.reading(one, letter) for one in letter.readings]
            lines += told.struck(letter)
            lines += told.arrived(letter)
            if has_power(self._actor, Power.READ_REGISTER):
                lines += told.lost(letter, sealed=sealed)
            if not sealed:
                for line, one in sheets_of_lines(uow, letter):
                    lines += told.disposed(
                        Secrecy(uow).disposition(one.record, line, today), waiting=one.mark == SyncMark.WAITING
                    )
                lines += told.held(letter)
        # Sorted from the oldest on and turned round: what happened in one second stays in its order.
        lines.sort(key=lambda line: line.at)
        lines.reverse()
        return tuple(lines)


class _Teller:
    """Makes lines of records, with the names of today."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._names: dict[UserId, str] = {}
        self._titles: dict[PositionId, str] = {}

    def registered(self, letter: IncomingLetter, *, waiting: bool) -> HistoryLine:
        line = HistoryLine(
            event=Event.REGISTERED,
            at=letter.registered_at,
            person=self._name(letter.registered_by),
            count=_registered_scans(letter),
            waiting=waiting,
        )
        return _with_receipt(line, letter, letter.registered_by)

    def changed(self, one: LetterChange, letter: IncomingLetter, *, sealed: bool) -> HistoryLine:
        plain = HistoryLine(
            event=Event.CHANGED,
            at=one.at,
            person=self._name(one.by),
            position=self._title(one.position),
            pc_at=one.at - timedelta(seconds=one.behind_s) if one.behind_s else None,
            field=one.field,
            before=value_told(self._uow, one.field, one.before),
            after=value_told(self._uow, one.field, one.after),
        )
        line = _with_receipt(plain, letter, one.by)
        if one.field == "scans":
            more = int(one.after) - int(one.before)
            return msgspec.structs.replace(line, event=Event.ATTACHED, count=more, field="", before="", after="")
        if one.field == "record_file":
            event = Event.FILED if one.after else Event.UNFILED
            before, after = self._berkas(one.before), self._berkas(one.after)
            return msgspec.structs.replace(line, event=event, before=before, after=after)
        if one.field == "attendance":
            return self._attendance(line)
        if one.field in REPLIES:
            line = msgspec.structs.replace(line, event=REPLIES[one.field])
        if sealed and one.field in PRIVATE_FIELDS:
            return msgspec.structs.replace(line, before="", after="", sealed=True)
        return line

    def _attendance(self, line: HistoryLine) -> HistoryLine:
        """What was decided on an invitation: for which position, and who goes instead."""
        position, how, delegates = decision_told(line.after)
        named = ", ".join(filter(None, (self._title(one) for one in delegates)))
        return msgspec.structs.replace(line, event=DECISIONS[how], field="", before=self._title(position), after=named)

    def reading(self, one: LetterReading, letter: IncomingLetter) -> HistoryLine:
        printed = one.way == ReadingWay.PRINTED
        line = HistoryLine(
            event=Event.PRINTED if printed else Event.OPENED,
            at=one.at,
            person=self._name(one.user),
            position=self._title(one.position),
        )
        return _with_receipt(line, letter, one.user)

    def struck(self, letter: IncomingLetter) -> Iterator[HistoryLine]:
        for fate in number_fates.of_letter(self._uow.connection, letter):
            event = Event.MERGED_INTO if fate.cause == FateCause.MERGED else Event.STRUCK
            yield HistoryLine(event=event, at=fate.at, person=self._name(fate.by), after=fate.reason)

    def arrived(self, letter: IncomingLetter) -> Iterator[HistoryLine]:
        """The arrivals after the first; `after` of one that had a line of its own is the number of that."""
        for one, view in zip(letter.arrivals, arrivals_of(self._uow, letter)[1:], strict=True):
            yield HistoryLine(
                event=Event.ARRIVED if one.letter is None else Event.MERGED,
                at=one.at,
                person=self._name(one.by),
                position=self._title(one.position),
                after=view.struck,
                count=one.scans,
                came=(one.received_on, one.channel),
            )

    def lost(self, letter: IncomingLetter, *, sealed: bool) -> Iterator[HistoryLine]:
        for one in conflicts.of_letter(self._uow.connection, letter.id):
            hidden = one.field in PRIVATE_FIELDS and (sealed or is_sealed(one.stands) or is_sealed(one.wanted))
            yield HistoryLine(
                event=Event.LOST,
                at=one.wanted_at,
                person=self._name(one.wanted_by),
                position=self._title(one.wanted_as),
                field=one.field,
                before="" if hidden else value_told(self._uow, one.field, one.stands),
                after="" if hidden else value_told(self._uow, one.field, one.wanted),
                sealed=hidden,
            )
            if one.settled is not None and one.settled_at is not None:
                yield HistoryLine(
                    event=Event.SETTLED,
                    at=one.settled_at,
                    person=self._name(one.settled_by),
                    position=self._title(one.settled_as),
                    field=one.field,
                    after="" if hidden else value_told(self._uow, one.field, one.settled),
                    sealed=hidden,
                )

    def disposed(self, one: Disposition, *, waiting: bool) -> Iterator[HistoryLine]:
        titles = ", ".join(self._title(each.position) for each in one.recipients)
        line = HistoryLine(
            event=Event.ENTERED if one.entered_as else Event.DISPOSED,
            at=one.issued_at,
            person=self._name(one.from_user),
            position=self._title(one.entered_as or one.from_position),
            before=self._title(one.from_position) if one.entered_as else "",
            after=titles,
            waiting=waiting,
        )
        yield _with_receipt(line, one, one.from_user)
        for each in one.recipients:
            for line, by in self._received(each, waiting=waiting):
                yield _with_receipt(line, one, by)

    def held(self, letter: IncomingLetter) -> Iterator[HistoryLine]:
        for one in held_acts.naming(self._uow.connection, letter.id):
            if one.decided_at is not None:
                accepted = one.state == HeldState.ACCEPTED
                yield HistoryLine(
                    event=Event.HELD_ACCEPTED if accepted else Event.HELD_REJECTED,
                    at=one.decided_at,
                    person=self._name(one.decided_by),
                    position=self._title(one.decided_as),
                    before=self._name(one.user),
                    after=one.reason,
                )

    def _received(self, one: Recipient, *, waiting: bool) -> Iterator[tuple[HistoryLine, UserId | None]]:
        """What a recipient did, and who that was."""
        position = self._title(one.position)
        if one.read_at is not None:
            read = HistoryLine(
                event=Event.READ, at=one.read_at, person=self._name(one.read_by), position=position, waiting=waiting
            )
            yield read, one.read_by
        if one.withdrawn_at is not None:
            withdrawn = HistoryLine(
                event=Event.WITHDRAWN,
                at=one.withdrawn_at,
                person=self._name(one.withdrawn_by),
                before=position,
                after=one.withdrawn_reason,
                waiting=waiting,
            )
            yield withdrawn, one.withdrawn_by
        answers = [(each.answered_at, each.answered_by, each.result) for each in one.earlier]
        answers.append((one.answered_at, one.answered_by, one.result))
        before = ""
        for at, by, result in answers:
            if at is not None:
                answered = HistoryLine(
                    event=Event.ANSWERED,
                    at=at,
                    person=self._name(by),
                    position=position,
                    before=before,
                    after=result,
                    waiting=waiting,
                )
                yield answered, by
            before = result

    def _name(self, user: UserId | None) -> str:
        if user is None:
            return ""
        if user not in self._names:
            stored = people.get(self._uow.connection, small_row_id(user)) if user > 0 else None
            self._names[user] = "" if stored is None else stored.record.name
        return self._names[user]

    def _title(self, position: PositionId | None) -> str:
        if position is None:
            return ""
        if position not in self._titles:
            stored = positions.get(self._uow.connection, small_row_id(position)) if position > 0 else None
            self._titles[position] = "" if stored is None else stored.record.title
        return self._titles[position]

    def _berkas(self, row_id: str) -> str:
        """The title of a record file; the empty text if it is not here."""
        stored = record_files.get(self._uow.connection, bytes.fromhex(row_id)) if row_id else None
        return "" if stored is None else stored.record.title


def _with_receipt(line: HistoryLine, record: IncomingLetter | Disposition, by: UserId | None) -> HistoryLine:
    """The line with when the server got it, and what the clock of the PC showed, as the record has them."""
    receipt = receipt_of(record.receipts, line.at, by)
    if receipt is None:
        return line
    received = line.at + timedelta(seconds=receipt.late_s) if receipt.late_s else None
    pc_at = line.at - timedelta(seconds=receipt.behind_s) if receipt.behind_s else line.pc_at
    return msgspec.structs.replace(line, received=received, pc_at=pc_at)


def _registered_scans(letter: IncomingLetter) -> int:
    """How many scans a letter was registered with: not those that came with other arrivals or were attached."""
    joined = sum(one.scans for one in letter.arrivals)
    attached = sum(int(one.after) - int(one.before) for one in letter.changes if one.field == "scans")
    return len(letter.scans) - joined - attached
