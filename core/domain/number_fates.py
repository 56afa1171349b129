"""What became of numbers that stand for no letter: voided with a reason, or given back unused.

Every number of a series is issued, voided, returned or open in a lease; what is recorded here is why a number of the
book has no letter, or has one that is struck through. A number that left its series is never handed out again, since
it may be printed somewhere; a late letter may still be entered under a number that was returned, or that was voided
because nothing more was expected of its PC. A number that a person voided is held by that for good.

A letter that was entered by mistake keeps its line and its number, as in the book of paper: struck through, with the
reason beside it.
"""

from datetime import datetime
from enum import IntEnum

import msgspec

from core.domain.acting import Context, Decision
from core.domain.books import require_open_year
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId, LetterId, OfficeId, RowId, UserId
from core.domain.letters import LetterStatus, visible_letter
from core.domain.numbering import NumberClaim, check_number, check_suffix, series_of
from core.domain.permissions import Power, require

MAX_REASON = 300
MAX_RETURN = 2000


class Fate(IntEnum):
    """What became of numbers."""

    VOID = 1  # batal
    RETURNED = 2  # dikembalikan


class FateCause(IntEnum):
    """Why: what a person decided carries a reason in words, the rest says it by its cause."""

    BY_HAND = 0
    YEAR_END = 1  # the year of the book was closed
    DEVICE_RETIRED = 2  # the PC was taken out of use
    NEW_EPOCH = 3  # the PC was restored or copied: which numbers it used cannot be known
    REFUSED = 4  # the letter that carried it was refused
    AUTHORITY_MOVED = 5  # another holder gives the numbers of this series
    SERVER_RESTORED = 6  # an older copy of the server was put back: who holds the number cannot be known
    HELD = 7  # the letter that carried it waits for the decision of a superior
    MERGED = 8  # the letter that carries it is an arrival of another one; the reason is the number of that


class NumberFate(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The fate of the numbers `low` to `high`, inclusive; `letter` if a letter holds the number and is struck through.

    `by` is 0 where no person decided it. `low` 0: the letter had no number yet.
    """

    id: RowId
    office: OfficeId
    book: BookId
    year: int
    low: int
    high: int
    suffix: str
    fate: Fate
    cause: FateCause
    reason: str
    letter: LetterId | None
    by: UserId
    at: datetime


class VoidLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Strike a letter through that was entered by mistake; it keeps its line and its number."""

    fate_id: RowId
    letter_id: LetterId
    reason: str


class VoidNumber(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Declare that a number stands for nothing and never will."""

    fate_id: RowId
    book: BookId
    year: int
    number: int
    suffix: str
    reason: str


class ReturnNumbers(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Give back the rest of a lease, `low` to `high`."""

    fate_id: RowId
    book: BookId
    year: int
    low: int
    high: int
    cause: FateCause


def fate_claims(fate: NumberFate) -> tuple[NumberClaim, ...]:
    """The number that a person voided is held by that; every other fate leaves room for a letter that comes late."""
    if fate.fate != Fate.VOID or fate.cause != FateCause.BY_HAND or fate.letter is not None:
        return ()
    series = series_of(fate.book)
    return (NumberClaim(office=fate.office, year=fate.year, series=series, number=fate.low, suffix=fate.suffix),)


def void_letter(act: VoidLetter, context: Context) -> Decision:
    """Strike the letter through; what was handed on to people must be answered, not struck."""
    letter = visible_letter(act.letter_id, context)
    require(context.actor, Power.VOID_NUMBER, letter.office)
    if _is_done(act.fate_id, context):
        return Decision(records=())
    if letter.status == LetterStatus.VOID:
        raise Refusal(RefusalCode.LETTER_VOID)
    if letter.status != LetterStatus.REGISTERED:
        raise Refusal(RefusalCode.LETTER_DISPOSED)
    _check_reason(act.reason)
    require_open_year(context, letter.office, letter.book, letter.agenda_year)
    fate = NumberFate(
        id=act.fate_id,
        office=letter.office,
        book=letter.book,
        year=letter.agenda_year,
        low=letter.agenda_no,
        high=letter.agenda_no,
        suffix=letter.agenda_suffix,
        fate=Fate.VOID,
        cause=FateCause.BY_HAND,
        reason=act.reason,
        letter=letter.id,
        by=context.actor.user,
        at=context.now,
    )
    return Decision(records=(msgspec.structs.replace(letter, status=LetterStatus.VOID), fate))


def void_number(act: VoidNumber, context: Context) -> Decision:
    """Void a number that no letter holds; a letter that holds it is found by the unique claim."""
    actor = context.actor
    require(actor, Power.VOID_NUMBER, actor.office)
    if _is_done(act.fate_id, context):
        return Decision(records=())
    check_number(act.number)
    check_suffix(act.suffix)
    _check_reason(act.reason)
    require_open_year(context, actor.office, act.book, act.year)
    fate = NumberFate(
        id=act.fate_id,
        office=actor.office,
        book=act.book,
        year=act.year,
        low=act.number,
        high=act.number,
        suffix=act.suffix,
        fate=Fate.VOID,
        cause=FateCause.BY_HAND,
        reason=act.reason,
        letter=None,
        by=actor.user,
        at=context.now,
    )
    return Decision(records=(fate,))


def return_numbers(act: ReturnNumbers, context: Context) -> Decision:
    """Give numbers back. Whether the PC holds them in a lease and used none of them, the server knows."""
    actor = context.actor
    require(actor, Power.REGISTER_LETTER, actor.office)
    if _is_done(act.fate_id, context):
        return Decision(records=())
    check_number(act.low)
    check_number(act.high)
    if not act.low <= act.high < act.low + MAX_RETURN:
        raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE, "high")
    if act.cause not in (FateCause.BY_HAND, FateCause.YEAR_END, FateCause.DEVICE_RETIRED):
        raise Refusal(RefusalCode.NOT_ALLOWED, "cause")
    fate = NumberFate(
        id=act.fate_id,
        office=actor.office,
        book=act.book,
        year=act.year,
        low=act.low,
        high=act.high,
        suffix="",
        fate=Fate.RETURNED,
        cause=act.cause,
        reason="",
        letter=None,
        by=actor.user,
        at=context.now,
    )
    return Decision(records=(fate,))


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(RefusalCode.REASON_MISSING, "reason")
    if len(reason) > MAX_REASON:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "reason")


def _is_done(fate_id: RowId, context: Context) -> bool:
    """Whether the act was done before: a PC whose chain was mended sends it again under another number."""
    known = context.records.get(NumberFate, fate_id)
    if known is not None and (known.by, known.office) != (context.actor.user, context.actor.office):
        raise Refusal(RefusalCode.ALREADY_EXISTS)
    return known is not None
