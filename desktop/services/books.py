"""The books of numbers that a letter of an office can be entered into."""

import msgspec

from core.domain.books import DEFAULT_BOOK
from core.domain.ids import BookId, OfficeId
from desktop.storage.number_books import number_books
from desktop.storage.unit_of_work import UnitOfWork


class BookChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A book; the name of the agenda book of incoming letters is empty."""

    book: BookId
    name: str


def books_of(uow: UnitOfWork, office: OfficeId, *, active: bool) -> tuple[BookChoice, ...]:
    """The books of an office, the agenda book first; with `active` only those that are offered."""
    found = number_books.of_office(uow.connection, office)
    own = [BookChoice(book=one.number, name=one.name) for one in found if one.active or not active]
    return (BookChoice(book=DEFAULT_BOOK, name=""), *own)
