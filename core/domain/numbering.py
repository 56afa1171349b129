"""Agenda numbers: unique in (office, year, series), handed to PCs in blocks.

Unique, gapless and offline on several PCs cannot all be had, so the server hands each registering PC a block of
numbers (a lease) while it is in touch. A PC without a number left registers provisionally (number 0) and the server
numbers the letter when it arrives. A number once leased is never leased again.
"""

import string
from collections.abc import Collection, Sequence

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId, DeviceId, OfficeId
from core.domain.number_parts import SUFFIX

INCOMING_AGENDA = "agenda-masuk"
MAX_NUMBER = 999_999
BLOCK_SIZE = 50
MIN_BLOCK = 5
MAX_BLOCK = 500
# With fewer days on which letters were entered, the use of an office is not known yet.
KNOWN_AFTER_DAYS = 10
MAX_BOOK_DIGITS = 9
LEAST_DAYS_AWAY = 3


class NumberClaim(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A number that a record stands for; two records never hold the same claim."""

    office: OfficeId
    year: int
    series: str
    number: int
    suffix: str = ""


class NumberLease(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A block of numbers, `low` to `high` inclusive, that one device may issue; `fence` rises with each new grant."""

    office: OfficeId
    year: int
    series: str
    low: int
    high: int
    fence: int


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """Who gives out the numbers of one (office, year, series); `holder` is empty where the server does.

    `since` is the fence of the appointment: what was given out before it stands no longer.
    """

    holder: DeviceId = DeviceId(b"")
    since: int = 0


def may_be_leased(authority: Authority, device: DeviceId) -> bool:
    """Whether `device` may be given a block: anybody by the server, and only the holder where there is one."""
    return not authority.holder or authority.holder == device


def lease_stands(authority: Authority, lease: NumberLease, device: DeviceId) -> bool:
    """Whether the block of a device is still good: a holder that was replaced issues no more of it."""
    return may_be_leased(authority, device) or lease.fence > authority.since


def block_size(used_a_day: Sequence[int], days_away: int) -> int:
    """How many numbers a PC should be given: max(5, p95 of its daily use x the days it may be cut off).

    `used_a_day` holds one count for each day with a letter, in any order. A PC of which little is known gets 50.
    """
    if len(used_a_day) < KNOWN_AFTER_DAYS:
        return BLOCK_SIZE
    ordered = sorted(used_a_day)
    p95 = ordered[-(-95 * len(ordered) // 100) - 1]
    return min(MAX_BLOCK, max(MIN_BLOCK, p95 * max(LEAST_DAYS_AWAY, days_away)))


def next_block(highest_given: int, wanted: int = BLOCK_SIZE) -> tuple[int, int]:
    """The block after `highest_given`: `wanted` numbers, low and high inclusive."""
    low = highest_given + 1
    high = low + wanted - 1
    if high > MAX_NUMBER:
        raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE)
    return low, high


def needs_refill(remaining: int, block: int = BLOCK_SIZE) -> bool:
    """Whether a PC with `remaining` numbers should be given a further block: at half a block."""
    return remaining * 2 <= block


def series_of(book: BookId) -> str:
    """The series that a book counts; book 0 is the agenda of incoming letters."""
    return f"buku-{book}" if book else INCOMING_AGENDA


def book_of(series: str) -> BookId | None:
    """The book that counts a series, or None if no book does."""
    if series == INCOMING_AGENDA:
        return BookId(0)
    number = series.removeprefix("buku-")
    known = number.isascii() and number.isdigit() and len(number) <= MAX_BOOK_DIGITS
    return BookId(int(number)) if known and series == f"buku-{int(number)}" and int(number) else None


def check_suffix(suffix: str) -> None:
    """Refuse what is no suffix of an inserted number (`a`, `b`, ... `aa`, `.1`); the empty text is none."""
    if suffix and not SUFFIX.fullmatch(suffix):
        raise Refusal(RefusalCode.SUFFIX_MALFORMED, "agenda_suffix")


def next_suffix(taken: Collection[str]) -> str:
    """The first letter after `a` that no number inserted at the same place has; Refusal after `zz`."""
    letters = list(string.ascii_lowercase)
    suffixes = letters + [first + second for first in letters for second in letters]
    for suffix in suffixes:
        if suffix not in taken:
            return suffix
    raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE, "agenda_suffix")


def check_number(number: int) -> None:
    """Refuse a number outside 1..999,999."""
    if not 1 <= number <= MAX_NUMBER:
        raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE, "agenda_no")


def format_agenda(number: int, suffix: str = "") -> str:
    """`412` -> `0412`; an inserted number (sisipan) keeps its letter: `0125a`."""
    return f"{number:04d}{suffix}"
