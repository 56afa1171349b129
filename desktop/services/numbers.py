"""Books of numbers: which there are, what became of every number, and the acts on numbers of one signed-in person."""

from datetime import datetime

import msgspec

from core.domain.books import DEFAULT_BOOK, BookYear, CloseBookYear, book_year_id
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId, DeviceId, LetterId, UserId
from core.domain.number_fates import FateCause, NumberFate, ReturnNumbers, VoidLetter, VoidNumber
from core.domain.number_report import Account, NumberState, OpenRange, Span, account_for
from core.domain.numbering import series_of
from core.domain.permissions import Power, has_power
from desktop.services.books import BookChoice, books_of
from desktop.services.clock import local_date
from desktop.services.person_service import PersonService
from desktop.storage.number_books import holds_number, issued_numbers, number_books, number_fates


class BookReport(msgspec.Struct, frozen=True, kw_only=True):
    """A year of a book as this PC knows it, with the names of the people that it mentions."""

    book: BookId
    year: int
    closed_at: datetime | None
    account: Account
    people: dict[UserId, str]


class NumberService(PersonService):
    """The acts on numbers, and their account."""

    @property
    def this_year(self) -> int:
        """The year it is where the office is."""
        return local_date(self._clock()).year

    @property
    def may_read(self) -> bool:
        """Whether this person reads the book."""
        return has_power(self._actor, Power.READ_REGISTER)

    @property
    def may_void(self) -> bool:
        """Whether this person may strike a letter through or void a number."""
        return has_power(self._actor, Power.VOID_NUMBER)

    @property
    def may_close(self) -> bool:
        """Whether this person may close the book of a year that is over."""
        return has_power(self._actor, Power.CLOSE_BOOK)

    def books(self, *, active: bool = True) -> tuple[BookChoice, ...]:
        """The books of the office, the agenda book first; with `active` only those that are offered."""
        with self._store.read() as uow:
            return books_of(uow, self._actor.office, active=active)

    def report(self, year: int, book: BookId = DEFAULT_BOOK) -> BookReport:
        """Every number of a year of a book; what other PCs hold is not known here."""
        office = self._actor.office
        with self._store.read() as uow:
            identity = uow.meta.identity()
            device = identity.device if identity is not None else DeviceId(b"")
            issued = issued_numbers(uow.connection, office, book, year) if self.may_read else []
            fates = number_fates.of_book(uow.connection, office, book, year) if self.may_read else ()
            held = uow.leases.held(office, year, series_of(book))
            closed = uow.get(BookYear, book_year_id(office, book, year))
            people = {by: uow.directory.person(by) for by in {fate.by for fate in fates}}
        leases = [OpenRange(low=low, high=high, device=device) for low, high in held]
        return BookReport(
            book=book,
            year=year,
            closed_at=None if closed is None else closed.closed_at,
            account=account_for(issued, fates, leases, complete=False),
            people={by: person.name for by, person in people.items() if person is not None},
        )

    def void_letter(self, letter_id: LetterId, reason: str) -> None:
        """Strike a letter through; Refusal if the rules say no."""
        self._perform(VoidLetter(fate_id=self._new_id(), letter_id=letter_id, reason=reason.strip()))

    def void_number(self, year: int, number: int, reason: str, *, book: BookId = DEFAULT_BOOK) -> None:
        """Void a number that no letter holds; Refusal if one here does, or if the rules say no."""
        with self._store.read() as uow:
            if holds_number(uow.connection, self._actor.office, book, year, number=number):
                raise Refusal(RefusalCode.NUMBER_TAKEN, "number")
        act = VoidNumber(fate_id=self._new_id(), book=book, year=year, number=number, suffix="", reason=reason.strip())
        self._perform(act)

    def close_year(self, year: int, book: BookId = DEFAULT_BOOK) -> None:
        """Give back what is left of the year, then close its book; Refusal if the rules say no."""
        with self._store.begin() as uow:
            now = self._clock()
            for act in self._returns(uow.leases.held(self._actor.office, year, series_of(book)), year, book):
                self._perform_in(uow, act, now)
                uow.leases.close(self._actor.office, year, series_of(book), high=act.high)
            self._perform_in(uow, CloseBookYear(book=book, year=year), now)

    def return_all(self, cause: FateCause = FateCause.DEVICE_RETIRED) -> int:
        """Give back everything that this PC holds, before it is taken out of use; how many numbers."""
        count, office, now = 0, self._actor.office, self._clock()
        with self._store.begin() as uow:
            books = number_books.of_office(uow.connection, office)
            for book in (DEFAULT_BOOK, *(one.number for one in books)):
                for year in uow.leases.years(office, series_of(book)):
                    for act in self._returns(uow.leases.held(office, year, series_of(book)), year, book, cause):
                        self._perform_in(uow, act, now)
                        uow.leases.close(office, year, series_of(book), high=act.high)
                        count += act.high - act.low + 1
        return count

    def _returns(
        self, held: list[tuple[int, int]], year: int, book: BookId, cause: FateCause = FateCause.YEAR_END
    ) -> list[ReturnNumbers]:
        return [
            ReturnNumbers(fate_id=self._new_id(), book=book, year=year, low=low, high=high, cause=cause)
            for low, high in held
        ]


# What the view-models need to read an account: the domain stands behind the services.
__all__ = [
    "Account",
    "BookChoice",
    "BookReport",
    "FateCause",
    "NumberFate",
    "NumberService",
    "NumberState",
    "Span",
]
