"""Joining the arrivals of one letter, of which each may have been taken for a letter of its own.

Merged are only letters of one level, and none that is sealed: what is for readers alone cannot be moved by a rule.
"""

from datetime import date

import msgspec

from core.domain.acting import Context, Decision
from core.domain.attachments import MAX_SCANS, Attachment, kept_scans
from core.domain.books import require_open_year
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId, RowId, content_row_id
from core.domain.letters import (
    EVENT_FIELDS,
    Arrival,
    Channel,
    IncomingLetter,
    LetterStatus,
    carrier_of,
    visible_letter,
)
from core.domain.number_fates import Fate, FateCause, NumberFate
from core.domain.numbering import format_agenda
from core.domain.permissions import Power, require

MAX_ARRIVALS = 20
# Three arrivals of a long letter; what is beyond has no place in one message any more.
MAX_JOINED_SCANS = 3 * MAX_SCANS


class JoinArrival(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A letter that stands in the book has come once more."""

    arrival_id: RowId
    letter_id: LetterId
    received_on: date
    channel: Channel
    scans: tuple[Attachment, ...]


class MergeLetters(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A letter of the book is an arrival of another one: its line is struck through, its number keeps its fate."""

    letter_id: LetterId
    into: LetterId


def join_arrival(act: JoinArrival, context: Context) -> Decision:
    """Add the arrival; of its scans those that the letter has not got. The same arrival twice is one."""
    letter = visible_letter(act.letter_id, context, "letter_id")
    require(context.actor, Power.REGISTER_LETTER, letter.office)
    letter = carrier_of(letter, context)
    if letter.status == LetterStatus.VOID:
        raise Refusal(RefusalCode.LETTER_VOID)
    if act.scans and letter.is_secret:
        raise Refusal(RefusalCode.FILE_NOT_SEALED, "scans")
    if len(act.scans) > MAX_SCANS:
        raise Refusal(RefusalCode.TOO_MANY_SCANS, "scans")
    fresh = fresh_scans(letter.scans, kept_scans(act.scans, secret=letter.is_secret))
    arrival = Arrival(
        id=act.arrival_id,
        received_on=act.received_on,
        channel=act.channel,
        scans=len(fresh),
        by=context.actor.user,
        position=context.actor.position,
        at=context.now,
    )
    if any(one.id == arrival.id for one in letter.arrivals) or (not fresh and _is_known(arrival, letter)):
        return Decision(records=())
    return Decision(records=(_with(letter, (arrival,), fresh),))


def merge_letters(act: MergeLetters, context: Context) -> Decision:
    """Strike the one through and let the other stand for both, with the scans, dispositions and inboxes of both.

    Whoever says the same pair again, in whatever direction, says nothing new.
    """
    letter, into = visible_letter(act.letter_id, context, "letter_id"), visible_letter(act.into, context, "into")
    require(context.actor, Power.VOID_NUMBER, letter.office)
    if into.office != letter.office or act.letter_id == act.into:
        raise Refusal(RefusalCode.UNKNOWN_LETTER, "into")
    into = carrier_of(into, context)
    if carrier_of(letter, context).id == into.id:
        return Decision(records=())
    if letter.merged_into is not None:
        raise Refusal(RefusalCode.LETTER_MERGED)
    if LetterStatus.VOID in (letter.status, into.status):
        raise Refusal(RefusalCode.LETTER_VOID)
    if letter.keys or into.keys or letter.security != into.security:
        raise Refusal(RefusalCode.MERGE_SECURITY, "into")
    require_open_year(context, letter.office, letter.book, letter.agenda_year)
    struck = msgspec.structs.replace(letter, status=LetterStatus.VOID, merged_into=into.id)
    return Decision(records=(_merged(into, letter, context), struck, _fate(letter, into, context)))


def first_scan_of(arrivals: tuple[Arrival, ...], place: int, scans: int) -> int:
    """Where the scans of the `place`-th arrival begin among `scans` of the letter; of place -1 those of the first."""
    return 0 if place < 0 else scans - sum(one.scans for one in arrivals[place:])


def fresh_scans(have: tuple[Attachment, ...], scans: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Those of the scans that are not there yet, each once."""
    known = {one.sha256 for one in have}
    return tuple({one.sha256: one for one in scans if one.sha256 not in known}.values())


def _merged(into: IncomingLetter, letter: IncomingLetter, context: Context) -> IncomingLetter:
    own = first_scan_of(letter.arrivals, 0, len(letter.scans))
    first = fresh_scans(into.scans, letter.scans[:own])
    arrivals = [
        Arrival(
            id=RowId(letter.id),
            received_on=letter.received_on,
            channel=letter.channel,
            scans=len(first),
            by=context.actor.user,
            position=context.actor.position,
            at=context.now,
            letter=letter.id,
        )
    ]
    scans, start = (*into.scans, *first), own
    for one in letter.arrivals:
        fresh = fresh_scans(scans, letter.scans[start : start + one.scans])
        arrivals.append(msgspec.structs.replace(one, scans=len(fresh)))
        scans, start = (*scans, *fresh), start + one.scans
    open_answers = into.open_answers + letter.open_answers
    status = max(into.status, letter.status)
    joined = msgspec.structs.replace(
        into,
        status=LetterStatus.FOLLOWED_UP if status == LetterStatus.DONE and open_answers else status,
        open_answers=open_answers,
        involved=tuple(sorted({*into.involved, *letter.involved})),
    )
    return _with(_with_days(joined, letter), tuple(arrivals), scans[len(into.scans) :])


def _with_days(into: IncomingLetter, letter: IncomingLetter) -> IncomingLetter:
    """The event of the other line with what was decided on it, and its day for an answer, where this one has none."""
    if into.event_on is None and letter.event_on is not None:
        event = (*EVENT_FIELDS, "attendance")
        into = msgspec.structs.replace(into, **{field: getattr(letter, field) for field in event})
    if into.reply_by is None and not into.reply_asked:
        answer = ("reply_by", "reply_asked", "reply_no", "reply_reason")
        into = msgspec.structs.replace(into, **{field: getattr(letter, field) for field in answer})
    return into


def _with(letter: IncomingLetter, arrivals: tuple[Arrival, ...], fresh: tuple[Attachment, ...]) -> IncomingLetter:
    if len(letter.arrivals) + len(arrivals) > MAX_ARRIVALS or len(letter.scans) + len(fresh) > MAX_JOINED_SCANS:
        raise Refusal(RefusalCode.TOO_MANY_SCANS, "scans")
    return msgspec.structs.replace(letter, arrivals=(*letter.arrivals, *arrivals), scans=(*letter.scans, *fresh))


def _is_known(arrival: Arrival, letter: IncomingLetter) -> bool:
    """Whether the letter has come on this day and in this way already."""
    come = {(letter.received_on, letter.channel), *((one.received_on, one.channel) for one in letter.arrivals)}
    return (arrival.received_on, arrival.channel) in come


def _fate(letter: IncomingLetter, into: IncomingLetter, context: Context) -> NumberFate:
    """One for a letter, however many PCs find out: it is named by the letter."""
    return NumberFate(
        id=content_row_id(f"merged {letter.id.hex()}"),
        office=letter.office,
        book=letter.book,
        year=letter.agenda_year,
        low=letter.agenda_no,
        high=letter.agenda_no,
        suffix=letter.agenda_suffix,
        fate=Fate.VOID,
        cause=FateCause.MERGED,
        reason=f"{format_agenda(into.agenda_no, into.agenda_suffix)}/{into.agenda_year}" if into.agenda_no else "",
        letter=letter.id,
        by=context.actor.user,
        at=context.now,
    )
