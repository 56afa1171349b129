"""Numbers on the server: the authority of every series.

A number given out in any way - leased in a block, assigned to a letter that came without one, or claimed by an
imported book - raises the `highest` of its series, so nothing is ever given out twice.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId
from core.domain.number_fates import NumberFate
from core.domain.numbering import (
    BLOCK_SIZE,
    MAX_NUMBER,
    NumberClaim,
    NumberLease,
    book_of,
    may_be_leased,
    needs_refill,
    next_block,
    series_of,
)
from core.protocol.messages import NumberNeed
from server.services.number_use import usual_block
from server.storage.database import TenantStore
from server.storage.faults import StaleRead
from server.storage.numbers import NumberTable, SeriesKey, SeriesState
from server.storage.op_log import Writer
from server.storage.records import RowKey

MAX_NEEDS = 32
MAX_YEAR = 9999
MONTH_DAYS = 31
MAX_SERIES_CHARS = 40
# A block of which no number was used may not have arrived, and is handed out again; but not for ever, since its
# numbers may all have gone into letters that were refused.
MAX_HANDINGS = 5


class Savepoint(msgspec.Struct, frozen=True):
    """A moment in the life of a book: how many changes it had seen."""

    changes: int


class NumberClaims:
    """The numbers of one transaction: read when first asked for, written at its end."""

    def __init__(self, table: NumberTable) -> None:
        self._table = table
        self._read: dict[SeriesKey, SeriesState] = {}
        self._highest: dict[SeriesKey, int] = {}
        # The first of the claims are stored already.
        self._claims: dict[NumberClaim, RowKey] = {}
        self._stored = 0
        self._returned: frozenset[tuple[SeriesKey, int]] = frozenset()
        # What was before each change, newest last: a series with its highest number, a claim that was not there, or
        # the ranges that had come back.
        self._undo: list[tuple[SeriesKey, int] | NumberClaim | frozenset[tuple[SeriesKey, int]]] = []

    def assign(self, key: SeriesKey) -> int:
        """The next number of a series; Refusal where there is none left."""
        if not 1 <= key.year <= MAX_YEAR:
            raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE, "agenda_year")
        number = self._highest_of(key) + 1
        if number > MAX_NUMBER:
            raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE, "agenda_no")
        self._raise(key, number)
        return number

    def claim(self, claims: Iterable[NumberClaim], row: RowKey) -> None:
        """Let a row hold numbers; Refusal if another row holds one of them."""
        for claim in claims:
            holder = self._claims.get(claim) or self._table.holder(claim)
            if holder is not None and holder != row:
                raise Refusal(RefusalCode.NUMBER_TAKEN, "agenda_no")
            if holder is None:
                self._claims[claim] = row
                self._undo.append(claim)
                key = SeriesKey(office=claim.office, year=claim.year, series=claim.series)
                if not claim.suffix:  # an inserted number takes none of the series
                    self._raise(key, claim.number)

    def check_return(self, fate: NumberFate, writer: Writer | None) -> None:
        """Refuse to take numbers back that are not the whole unused rest of a lease of the device in this epoch."""
        key = SeriesKey(office=fate.office, year=fate.year, series=series_of(fate.book))
        held = self._table.lease_at(key, fate.low)
        if held is None or held.closed or writer is None or (held.device, held.epoch) != (writer.device, writer.epoch):
            raise Refusal(RefusalCode.NUMBER_NOT_LEASED, "low")
        used = [number for number, suffix, _ in self._table.issued(key, low=fate.low, high=fate.high) if not suffix]
        used += [
            claim.number
            for claim in self._claims
            if (claim.office, claim.year, claim.series) == (key.office, key.year, key.series)
            and fate.low <= claim.number <= fate.high
            and not claim.suffix
        ]
        if held.lease.high != fate.high or used or (key, fate.high) in self._returned:
            raise Refusal(RefusalCode.NUMBER_NOT_LEASED, "high")
        self._undo.append(self._returned)
        self._returned |= {(key, fate.high)}

    def savepoint(self) -> Savepoint:
        """What the book holds now, to return to."""
        return Savepoint(len(self._undo))

    def return_to(self, savepoint: Savepoint) -> None:
        """Forget what was assigned and claimed since."""
        while len(self._undo) > savepoint.changes:
            change = self._undo.pop()
            if isinstance(change, NumberClaim):
                del self._claims[change]
            elif isinstance(change, frozenset):
                self._returned = change
            else:
                key, highest = change
                self._highest[key] = highest

    def verify(self) -> None:
        """StaleRead if a series moved since it was read. Needs the tenant's head locked."""
        for key, before in self._read.items():
            if self._table.state(key) != before:
                raise StaleRead(f"series {key.series}")

    def write(self) -> None:
        """Store what was not stored yet, after `verify`; reads nothing. What is stored is returned to no more."""
        for key, highest in self._highest.items():
            before = self._read[key]
            if highest != before.highest:
                self._read[key] = msgspec.structs.replace(before, highest=highest)
                self._table.set_state(key, self._read[key])
        self._table.claim(list(islice(self._claims.items(), self._stored, None)))
        self._stored = len(self._claims)

    def _raise(self, key: SeriesKey, number: int) -> None:
        before = self._highest_of(key)
        if number > before:
            self._undo.append((key, before))
            self._highest[key] = number

    def _highest_of(self, key: SeriesKey) -> int:
        if key not in self._highest:
            self._read[key] = self._table.state(key)
            self._highest[key] = self._read[key].highest
        return self._highest[key]


def leased_years(now_ms: int) -> frozenset[int]:
    """The years of which blocks are given out: this one, the next from December on, the last in January.

    So few, that a server which was put back can tell of which series there may be blocks that it has forgotten. A PC
    whose clock is in another year has its letters numbered here.
    """
    now = datetime.fromtimestamp(now_ms // 1000, UTC)
    return frozenset((now + timedelta(days=days)).year for days in (-MONTH_DAYS, 0, MONTH_DAYS))


def wants_lease(need: NumberNeed, offices: Collection[OfficeId], *, now_ms: int) -> bool:
    """Whether a device that may register letters in `offices` is to be given a block for this need."""
    sensible = 0 < len(need.series) <= MAX_SERIES_CHARS and book_of(need.series) is not None
    return sensible and need.year in leased_years(now_ms) and need.office in offices


def grant_leases(
    store: TenantStore, writer: Writer, *, needs: Iterable[NumberNeed], now_ms: int, least: int = 0
) -> tuple[NumberLease, ...]:
    """A block for each need that is due: half of the device's newest block is used. Locks the tenant's head then.

    A block has at least `least` numbers.
    """
    sizes: dict[SeriesKey, int] = {}
    for need in needs:
        key = SeriesKey(office=need.office, year=need.year, series=need.series)
        newest = store.numbers.newest_lease(key, writer)
        held = BLOCK_SIZE if newest is None else newest.lease.high - newest.lease.low + 1
        if needs_refill(need.remaining, held) and may_be_leased(store.numbers.state(key).authority, writer.device):
            # Counted before anybody has to wait for it.
            sizes[key] = max(least, usual_block(store, writer.device, need.series, now_ms=now_ms))
    if sizes:
        store.head.lock()
    leases = []
    for key, size in sizes.items():
        lease = _repeat(store.numbers, key, writer) or _next(store.numbers, key, size)
        before = store.numbers.state(key)
        if lease is None or not may_be_leased(before.authority, writer.device):
            continue
        if lease.fence > before.fence:
            store.numbers.set_state(key, msgspec.structs.replace(before, highest=lease.high, fence=lease.fence))
            store.numbers.add_lease(lease, writer, granted_ms=now_ms)
        else:
            store.numbers.count_handing(lease)
        leases.append(lease)
    return tuple(leases)


def _repeat(table: NumberTable, key: SeriesKey, writer: Writer) -> NumberLease | None:
    """The newest block of the device, if the reply that carried it may have been lost."""
    newest = table.newest_lease(key, writer)
    if newest is None or newest.closed or newest.handed >= MAX_HANDINGS or table.any_claimed(newest.lease):
        return None
    return newest.lease


def _next(table: NumberTable, key: SeriesKey, size: int) -> NumberLease | None:
    state = table.state(key)
    try:
        low, high = next_block(state.highest, size)
    except Refusal:
        return None  # the series is full: letters go without a lease, and are refused one by one with the reason
    return NumberLease(office=key.office, year=key.year, series=key.series, low=low, high=high, fence=state.fence + 1)
