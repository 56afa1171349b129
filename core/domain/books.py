"""The books of numbers of an office, and the closing of a book at the end of its year.

An office numbers its letters in one book or several; the book of incoming letters (number 0) always exists and needs
no record. Each book counts from 1 each year. The old year stays open for late entries until an officer closes it.
"""

from datetime import datetime
from enum import IntEnum
from functools import lru_cache

import msgspec

from core.domain.acting import Context, Decision
from core.domain.administering import DRAWN_BELOW, drawn_id
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId, OfficeId, RowId, UserId, content_row_id, small_row_id
from core.domain.number_template import NumberTemplate, parse_template
from core.domain.numbering import series_of
from core.domain.offices import Office
from core.domain.permissions import Power, require, require_over

DEFAULT_BOOK = BookId(0)
DEFAULT_TEMPLATE = "{urut:4}{sisipan}"
MAX_BOOK_NAME = 80
MAX_YEAR = 9999
_YEARS_KNOWN = 4096


class YearBy(IntEnum):
    """Which day decides into which year's book a letter goes: offices do both with what comes in after New Year."""

    RECEIVED = 1  # tanggal diterima
    ENTERED = 2  # tanggal dicatat


class NumberBook(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One book of numbers beside the book of incoming letters; made by an administrator.

    What is not `active` is offered no more; letters that were entered into it before stay as they are.
    """

    number: BookId
    office: OfficeId
    name: str
    template: str = DEFAULT_TEMPLATE
    year_by: YearBy = YearBy.RECEIVED
    active: bool = True

    @property
    def id(self) -> RowId:
        """The row id."""
        return small_row_id(self.number)

    @property
    def series(self) -> str:
        """The series that the book counts."""
        return series_of(self.number)


class BookYear(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The closing of one year of one book."""

    id: RowId
    office: OfficeId
    book: BookId
    year: int
    closed_at: datetime
    closed_by: UserId


class SetBook(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Make a book, or call it or write its numbers otherwise, or offer it no more.

    `book` of a new one was drawn by the PC.
    """

    book: BookId
    office: OfficeId
    name: str
    template: str
    year_by: YearBy
    active: bool


class CloseBookYear(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Close a year of a book: from now on nothing is entered into it."""

    book: BookId
    year: int


@lru_cache(_YEARS_KNOWN)
def book_year_id(office: OfficeId, book: BookId, year: int) -> RowId:
    """The row id of the closing of a year: made from what it closes, so that it is found and made once."""
    return content_row_id(f"book-year {office} {book} {year}")


def check_book(name: str, template: str) -> NumberTemplate:
    """The template of a book to be made; Refusal if its name or template cannot be used."""
    if not name.strip():
        raise Refusal(RefusalCode.TITLE_MISSING, "name")
    if len(name) > MAX_BOOK_NAME:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "name")
    return parse_template(template)


def set_book(act: SetBook, context: Context) -> Decision:
    """Make or change a book of an office that the actor administers.

    Its pattern is how numbers are written from then on: what was given is a number and stays. Which day decides the
    year stays as it was made.
    """
    require_over(context.actor, Power.ADMINISTER, act.office)
    if context.records.get(Office, small_row_id(max(0, act.office))) is None:
        raise Refusal(RefusalCode.WRONG_OFFICE, "office")
    check_book(act.name, act.template)
    made = NumberBook(
        number=act.book,
        office=act.office,
        name=" ".join(act.name.split()),
        template=act.template,
        year_by=act.year_by,
        active=act.active,
    )
    known = context.records.get(NumberBook, small_row_id(act.book)) if 0 < act.book < DRAWN_BELOW else None
    if known is None:
        drawn_id(act.book, "book", context)
    elif (known.office, known.year_by) != (made.office, made.year_by):
        raise Refusal(RefusalCode.ALREADY_EXISTS, "book")
    return Decision(records=() if known == made else (made,))


def require_book(context: Context, office: OfficeId, book: BookId) -> None:
    """Refuse a book that the office does not have."""
    if book == DEFAULT_BOOK:
        return
    known = context.records.get(NumberBook, small_row_id(book))
    if known is None or known.office != office:
        raise Refusal(RefusalCode.UNKNOWN_BOOK, "book")


def require_open_year(context: Context, office: OfficeId, book: BookId, year: int) -> None:
    """Refuse an entry into a year that was closed before the act.

    What was entered before the closing on a PC that was cut off still arrives: its number may be printed already.
    """
    require_book(context, office, book)
    closed = context.records.get(BookYear, book_year_id(office, book, year))
    if closed is not None and context.now >= closed.closed_at:
        raise Refusal(RefusalCode.BOOK_CLOSED, "received_on")


def close_book_year(act: CloseBookYear, context: Context) -> Decision:
    """Close a year that is over; one that is closed already stays as it is."""
    actor = context.actor
    require(actor, Power.CLOSE_BOOK, actor.office)
    require_book(context, actor.office, act.book)
    if not 1 <= act.year <= MAX_YEAR:
        raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE, "year")
    if act.year >= context.now.year:
        raise Refusal(RefusalCode.BOOK_STILL_RUNNING, "year")
    row_id = book_year_id(actor.office, act.book, act.year)
    if context.records.get(BookYear, row_id) is not None:
        return Decision(records=())
    closed = BookYear(
        id=row_id, office=actor.office, book=act.book, year=act.year, closed_at=context.now, closed_by=actor.user
    )
    return Decision(records=(closed,))
