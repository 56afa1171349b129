"""The books of numbers of offices, the years of them that were closed, and what became of numbers without a letter."""

from typing import Any

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, bindparam, select
from sqlalchemy.engine import Connection

from core.domain.books import BookYear, NumberBook, YearBy
from core.domain.ids import BookId, OfficeId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.number_fates import Fate, FateCause, NumberFate
from desktop.storage.base import UtcSeconds, metadata
from desktop.storage.letters import letter
from desktop.storage.record_table import RecordTable
from sql.direct import kept

number_book = Table(
    "number_book",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("office", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("template", String, nullable=False),
    Column("year_by", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)
book_year = Table(
    "book_year",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("office", Integer, nullable=False),
    Column("book", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("closed_at", UtcSeconds, nullable=False),
    Column("closed_by", Integer, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)
number_fate = Table(
    "number_fate",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("office", Integer, nullable=False),
    Column("book", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("low", Integer, nullable=False),
    Column("high", Integer, nullable=False),
    Column("suffix", String, nullable=False),
    Column("fate", Integer, nullable=False),
    Column("cause", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("letter", LargeBinary),
    Column("by", Integer, nullable=False),
    Column("at", UtcSeconds, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)


@kept
def _books_of() -> Any:
    # Built once: building a statement costs more than running it.
    return select(number_book).where(number_book.c.office == bindparam("of")).order_by(number_book.c.number)


class NumberBookTable(RecordTable[NumberBook]):
    """The books of every office."""

    def __init__(self) -> None:
        """The one table of books."""
        super().__init__(number_book, NumberBook, packed={}, enums={"year_by": YearBy})

    def of_office(self, connection: Connection, office: OfficeId) -> tuple[NumberBook, ...]:
        """The books of an office by number, without the agenda book of incoming letters, which needs no record."""
        return tuple(self.record(row) for row in connection.execute(_books_of(), {"of": office}))


class NumberFateTable(RecordTable[NumberFate]):
    """Numbers without a letter, or with one that is struck through."""

    def __init__(self) -> None:
        """The one table of fates."""
        super().__init__(number_fate, NumberFate, packed={}, enums={"fate": Fate, "cause": FateCause})

    def of_book(self, connection: Connection, office: OfficeId, book: BookId, year: int) -> tuple[NumberFate, ...]:
        """The fates of one year of a book, by number."""
        statement = (
            select(number_fate)
            .where(number_fate.c.year == year, number_fate.c.book == book, number_fate.c.office == office)
            .order_by(number_fate.c.low, number_fate.c.id)
        )
        return tuple(self.record(row) for row in connection.execute(statement))

    def of_letter(self, connection: Connection, record: IncomingLetter) -> tuple[NumberFate, ...]:
        """Why a letter is struck through; empty if it is not."""
        if record.status != LetterStatus.VOID:
            return ()
        fates = self.of_book(connection, record.office, record.book, record.agenda_year)
        return tuple(fate for fate in fates if fate.letter == record.id)


def issued_numbers(connection: Connection, office: OfficeId, book: BookId, year: int) -> list[tuple[int, str]]:
    """The numbers that letters here hold in one year of a book, with their suffixes, in order."""
    statement = (
        select(letter.c.agenda_no, letter.c.agenda_suffix)
        .where(
            letter.c.agenda_year == year,
            letter.c.agenda_no > 0,
            letter.c.office == office,
            letter.c.book == book,
        )
        .order_by(letter.c.agenda_no, letter.c.agenda_suffix)
    )
    return [(int(row.agenda_no), str(row.agenda_suffix)) for row in connection.execute(statement)]


@kept
def _held() -> Any:
    return select(letter.c.agenda_suffix).where(
        letter.c.agenda_year == bindparam("year"),
        letter.c.agenda_no == bindparam("number"),
        letter.c.office == bindparam("office"),
        letter.c.book == bindparam("book"),
    )


@kept
def _voided() -> Any:
    return select(number_fate.c.suffix).where(
        number_fate.c.year == bindparam("year"),
        number_fate.c.book == bindparam("book"),
        number_fate.c.office == bindparam("office"),
        number_fate.c.low == bindparam("number"),
        number_fate.c.fate == Fate.VOID,
        number_fate.c.cause == FateCause.BY_HAND,
        number_fate.c.letter.is_(None),
    )


def suffixes_at(connection: Connection, office: OfficeId, book: BookId, year: int, *, number: int) -> frozenset[str]:
    """The suffixes under which letters here stand at a number, and that a person voided; the number itself is ""."""
    at = {"office": office, "book": book, "year": year, "number": number}
    return frozenset((*connection.execute(_held(), at).scalars(), *connection.execute(_voided(), at).scalars()))


def holds_number(connection: Connection, office: OfficeId, book: BookId, year: int, *, number: int) -> bool:
    """Whether a letter here holds a number already, or a person voided it."""
    return "" in suffixes_at(connection, office, book, year, number=number)


number_books = NumberBookTable()
book_years: RecordTable[BookYear] = RecordTable(book_year, BookYear, packed={}, enums={})
number_fates = NumberFateTable()
