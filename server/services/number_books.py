"""The books of numbers of offices: making them, accounting for every number, and saying who gives them out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from core.domain.books import DEFAULT_BOOK, BookYear, NumberBook, SetBook, YearBy, book_year_id, check_book
from core.domain.ids import BookId, DeviceId, OfficeId, TenantId, UserId
from core.domain.letters import IncomingLetter
from core.domain.number_fates import NumberFate
from core.domain.number_report import Account, OpenRange, account_for
from core.domain.numbering import series_of
from core.domain.offices import Office, Person
from core.domain.streams import StreamKey
from core.protocol.codec import decode_record
from core.protocol.records import KIND_OF
from server.services.announcer import Announcer
from server.services.console import Command, ServerConsole
from server.services.desk import Desk, DirectoryError
from server.services.grants import topic_of
from server.services.ground import Ground
from server.services.number_authority import move_authority
from server.services.tokens import Clock
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.numbers import SeriesKey

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

    def __init__(self, database: Database, clock: Clock, *, console: ServerConsole, announcer: Announcer) -> None:
        self._database = database
        self._console = console
        self._clock = clock
        self._announcer = announcer

    def add_book(
        self, tenant: TenantId, office: OfficeId, *, name: str, template: str, year_by: YearBy = YearBy.RECEIVED
    ) -> NumberBook:
        """Make one more book for an office; Refusal if its name or template cannot be used."""
        check_book(name, template)
        number: list[BookId] = []

        def plan(desk: Desk) -> list[Any]:
            _require_office(desk, office)
            number.append(BookId(desk.next_number(NumberBook)))
            return [SetBook(book=number[-1], office=office, name=name, template=template, year_by=year_by, active=True)]

        command = Command(verb="book", about=f"{name}, kantor {office}")
        return self._console.run(tenant, command, plan=plan, then=lambda store: _book(Desk(store), number[-1]))

    def set_active(self, tenant: TenantId, book: BookId, *, active: bool) -> NumberBook:
        """Offer a book, or offer it no more; what was entered into it stays."""

        def plan(desk: Desk) -> list[Any]:
            known = _book(desk, book)
            return [
                SetBook(
                    book=book,
                    office=known.office,
                    name=known.name,
                    template=known.template,
                    year_by=known.year_by,
                    active=active,
                )
            ]

        command = Command(verb="book", about=f"buku {book}")
        return self._console.run(tenant, command, plan=plan, then=lambda store: _book(Desk(store), book))

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

        def move(store: TenantStore) -> tuple[int, frozenset[StreamKey]]:
            if holder and store.devices.get(holder) is None:
                raise DirectoryError("unknown_device", holder.hex())
            key = SeriesKey(office=office, year=year, series=series_of(book))
            return move_authority(store, key, holder, now_ms=self._clock())

        command = Command(
            verb="number-holder", about=f"kantor {office}, buku {book}, {year}: {holder.hex() or 'peladen'}"
        )
        fence, streams = self._console.run(tenant, command, then=move)
        self._announcer.announce(tenant, [topic_of(stream) for stream in streams], except_device=None)
        return fence


def _book(desk: Desk, number: BookId) -> NumberBook:
    known = desk.get(NumberBook, number)
    if known is None:
        raise DirectoryError("unknown_book", str(number))
    return known


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
