"""Agenda numbers: unique in (office, year, series), handed to PCs in blocks.

Unique, gapless and offline on several PCs cannot all be had, so the server hands each registering PC a block of
numbers (a lease) while it is in touch. A PC without a number left registers provisionally (number 0) and the server
numbers the letter when it arrives. A number once leased is never leased again.
"""

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId

INCOMING_AGENDA = "agenda-masuk"
MAX_NUMBER = 999_999
BLOCK_SIZE = 50


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


def check_number(number: int) -> None:
    """Refuse a number outside 1..999,999."""
    if not 1 <= number <= MAX_NUMBER:
        raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE, "agenda_no")


def format_agenda(number: int, suffix: str = "") -> str:
    """`412` -> `0412`; an inserted number (sisipan) keeps its letter: `0125a`."""
    return f"{number:04d}{suffix}"
