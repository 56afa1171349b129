"""Acts on numbers with ordinary values."""

from __future__ import annotations

from core.domain.books import DEFAULT_BOOK, CloseBookYear
from core.domain.ids import BookId, LetterId, RowId
from core.domain.number_fates import FateCause, ReturnNumbers, VoidLetter, VoidNumber
from tests.support.acts import YEAR


def strike(fate_id: bytes, letter_id: bytes, reason: str = "Tercatat dua kali") -> VoidLetter:
    """Strike a letter through."""
    return VoidLetter(fate_id=RowId(fate_id), letter_id=LetterId(letter_id), reason=reason)


def void(fate_id: bytes, number: int, *, book: BookId = DEFAULT_BOOK, reason: str = "Salah cap") -> VoidNumber:
    """Void a number without a letter."""
    return VoidNumber(fate_id=RowId(fate_id), book=book, year=YEAR, number=number, suffix="", reason=reason)


def give_back(fate_id: bytes, low: int, high: int, *, book: BookId = DEFAULT_BOOK) -> ReturnNumbers:
    """Return numbers of a lease."""
    return ReturnNumbers(
        fate_id=RowId(fate_id), book=book, year=YEAR, low=low, high=high, cause=FateCause.DEVICE_RETIRED
    )


def close(year: int, *, book: BookId = DEFAULT_BOOK) -> CloseBookYear:
    """Close a year."""
    return CloseBookYear(book=book, year=year)
