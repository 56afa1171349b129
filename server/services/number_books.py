"""The books of numbers of offices: making them, accounting for every number, and saying who gives them out."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from core.domain.books import DEFAULT_BOOK, BookYear, NumberBook, YearBy, book_year_id, check_book
from core.domain.ids import BookId, DeviceId, OfficeId, TenantId, UserId
from core.domain.letters import IncomingLetter
from core.domain.number_fates import NumberFate
from core.domain.number_report import Account, OpenRange, account_for
from core.domain.numbering import series_of
from core.domain.offices import Office, Person
from core.domain.streams import DIRECTORY, StreamKey
from core.protocol.codec import decode_record
from core.protocol.records import KIND_OF
from server.services.announcer import Announcer
from server.services.desk import Desk, DirectoryError
from server.services.grants import topic_of
from server.services.ground import Ground
from server.services.number_authority import move_authority
from server.services.tokens import Clock
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.numbers import SeriesKey

ResultT = TypeVar("ResultT")
_LETTER, _FATE = KIND_OF[IncomingLetter].code, KIND_OF[NumberFate].code


class BookAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A year of one book with every number accounted for; names of people and PCs for those that it mentions."""

    office: OfficeId
    book: BookId
    year: int
    closed_at: datetime | None
    holder: DeviceId
    account: Account
    people: dict[UserId, str]
    devices: dict[DeviceId, str]


class NumberBookService:
    """Books of numbers, for the administrator."""

    def __init__(self, database: Database, clock: Clock, *, announcer: Announcer) -> None:
        self._database = database
        self._clock = clock
        self._announcer = announcer

    def add_book(
        self, tenant: TenantId, office: OfficeId, *, name: str, template: str, year_by: YearBy = YearBy.RECEIVED
    ) -> NumberBook:
        """Make one more book for an office; Refusal if its name or template cannot be used."""
        check_book(name, template)

        def work(store: TenantStore) -> tuple[NumberBook, frozenset[StreamKey]]:
            desk = Desk(store)
            _require_office(desk, office)
            number = BookId(desk.next_number(NumberBook))
            book = NumberBook(number=number, office=office, name=name.strip(), template=template, year_by=year_by)
            desk.put(book)
            desk.write(self._clock())
            return book, frozenset({DIRECTORY})

        return self._change(tenant, work)

    def set_active(self, tenant: TenantId, book: BookId, *, active: bool) -> NumberBook:
        """Offer a book, or offer it no more; what was entered into it stays."""

        def work(store: TenantStore) -> tuple[NumberBook, frozenset[StreamKey]]:
            desk = Desk(store)
            known = desk.get(NumberBook, book)
            if known is None:
                raise DirectoryError("unknown_book", str(book))
            changed = msgspec.structs.replace(known, active=active)
            desk.put(changed)
            desk.write(self._clock())
            return changed, frozenset({DIRECTORY})

        return self._change(tenant, work)

    def books(self, tenant: TenantId, office: OfficeId) -> tuple[NumberBook, ...]:
        """The books of an office beside its agenda book of incoming letters."""
        found = self._database.read(lambda unit: Desk(unit.of(tenant)).all(NumberBook))
        return tuple(book for book in found if book.office == office)

    def account(self, tenant: TenantId, office: OfficeId, year: int, *, book: BookId = DEFAULT_BOOK) -> BookAccount:
        """Every number of a year of a book with its fate."""

        def work(unit: UnitOfWork) -> BookAccount:
            store = unit.of(tenant)
            desk = Desk(store)
            _require_office(desk, office)
            return _account(store, desk, SeriesKey(office=office, year=year, series=series_of(book)), book)

        return self._database.read(work)

    def appoint(
        self, tenant: TenantId, office: OfficeId, year: int, *, book: BookId = DEFAULT_BOOK, holder: DeviceId
    ) -> int:
        """Let one device (a hub), or with an empty id the server, give out the numbers of a series; the new fence.

        What an earlier holder had left is voided: what it gave out without being able to say so is still taken.
        """

        def work(store: TenantStore) -> tuple[int, frozenset[StreamKey]]:
            if holder and store.devices.get(holder) is None:
                raise DirectoryError("unknown_device", holder.hex())
            key = SeriesKey(office=office, year=year, series=series_of(book))
            return move_authority(store, key, holder, now_ms=self._clock())

        return self._change(tenant, work)

    def _change(self, tenant: TenantId, work: Callable[[TenantStore], tuple[ResultT, frozenset[StreamKey]]]) -> ResultT:
        def locked(unit: UnitOfWork) -> tuple[ResultT, frozenset[StreamKey]]:
            store = unit.of(tenant)
            store.head.lock()
            return work(store)

        result, streams = self._database.write(locked)
        self._announcer.announce(tenant, [topic_of(stream) for stream in streams], except_device=None)
        return result


def _require_office(desk: Desk, office: OfficeId) -> None:
    if desk.get(Office, office) is None:
        raise DirectoryError("unknown_office", str(office))


def _account(store: TenantStore, desk: Desk, key: SeriesKey, book: BookId) -> BookAccount:
    leases = [one for one in store.numbers.leases(key) if not one.closed]
    fates = _fates(store, key, book)
    account = account_for(
        [(number, suffix) for number, suffix, kind in store.numbers.issued(key) if kind == _LETTER],
        fates,
        [OpenRange(low=one.lease.low, high=one.lease.high, device=one.device) for one in leases],
        highest=store.numbers.state(key).highest,
        complete=True,
    )
    closed = Ground(store, None).get(BookYear, book_year_id(key.office, book, key.year))
    named = {fate.by for fate in fates}
    held = {one.device for one in leases}
    return BookAccount(
        office=key.office,
        book=book,
        year=key.year,
        closed_at=None if closed is None else closed.closed_at,
        holder=store.numbers.state(key).holder,
        account=account,
        people={one.number: one.name for one in desk.all(Person) if one.number in named},
        devices={one.id: one.name for one in store.devices.all() if one.id in held},
    )


def _fates(store: TenantStore, key: SeriesKey, book: BookId) -> Sequence[NumberFate]:
    every: list[NumberFate] = [decode_record(_FATE, payload) for payload in store.records.of_kind(_FATE)]
    return [fate for fate in every if (fate.office, fate.book, fate.year) == (key.office, book, key.year)]
