"""Why numbers stand for no letter: recorded by the server where it is the only one who knows.

What a letter was refused under, what is left of the blocks of a PC that was restored or copied, revoked, or whose
book was closed: each becomes a record that travels like any other. None of these records holds a number: a letter
that was printed under it and comes late after all is still entered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TypeVar

import msgspec

from core.domain.books import CloseBookYear, NumberBook
from core.domain.held_acts import AcceptHeld, HeldAct
from core.domain.ids import BookId, DeviceId, OfficeId, UserId, content_row_id, small_row_id
from core.domain.number_fates import Fate, FateCause, NumberFate, ReturnNumbers
from core.domain.numbering import INCOMING_AGENDA, MAX_NUMBER, book_of, series_of
from core.domain.offices import Position
from core.domain.registering import RegisterLetter
from core.protocol.codec import CodecError, decode_record
from core.protocol.messages import OpResult, Outcome
from core.protocol.ops import Op, read_op
from core.protocol.records import ACT_OF, KIND_OF
from server.services.chains import Batch
from server.services.grants import read_grants
from server.services.ground import Ground
from server.services.ledger import Entry, write_entries
from server.services.numbering import leased_years
from server.services.storable import all_storable
from server.storage.database import TenantStore
from server.storage.numbers import GrantedLease, SeriesKey
from server.storage.op_log import Writer
from server.storage.streams import FeedChange

_REGISTER, _RETURN, _CLOSE, _ACCEPT = (
    ACT_OF[struct].code for struct in (RegisterLetter, ReturnNumbers, CloseBookYear, AcceptHeld)
)
_ENDING = frozenset((_RETURN, _CLOSE, _ACCEPT))
# What became of the number of a letter that did not come to be.
_WITHOUT_LETTER: Mapping[Outcome, FateCause] = MappingProxyType(
    {Outcome.REFUSED: FateCause.REFUSED, Outcome.HELD: FateCause.HELD}
)
_BOOK = KIND_OF[NumberBook].code
_NOBODY = UserId(0)
ActT = TypeVar("ActT")
_NOTHING: tuple[FeedChange, ...] = ()


def account_for_batch(
    store: TenantStore, batch: Batch, *, results: Sequence[OpResult], now_ms: int
) -> tuple[FeedChange, ...]:
    """Record what became of numbers through the ops of a batch that was just settled; what changed in the feed."""
    fates: list[NumberFate] = []
    news = _NOTHING
    for one, result in zip(batch.fresh, results, strict=True):
        if result.outcome in _WITHOUT_LETTER:
            if one.op.act == _REGISTER:
                cause = _WITHOUT_LETTER[result.outcome]
                fates.extend(_without_letter(store, one.op, batch.writer, cause=cause, now_ms=now_ms))
            continue
        for op in _performed(store, one.op) if one.op.act in _ENDING else ():
            if op.act == _RETURN:
                _close_returned(store, op, batch.writer)
            elif op.act == _CLOSE:
                news += _close_year(store, op, now_ms=now_ms)
    return news + _write(store, fates, now_ms=now_ms)


def fence_older_epochs(store: TenantStore, writer: Writer, *, now_ms: int) -> tuple[FeedChange, ...]:
    """Void what is left of the blocks that a device had before it was restored or copied; what changed in the feed.

    Its used numbers are known by then from the ops it sent; which of the rest it printed, nobody knows.
    """
    if writer.epoch == 1:
        return _NOTHING
    held = store.numbers.open_leases(writer.device, before_epoch=writer.epoch)
    return close_leases(store, held, fate=Fate.VOID, cause=FateCause.NEW_EPOCH, now_ms=now_ms)


def retire_device(store: TenantStore, device: DeviceId, *, now_ms: int) -> tuple[FeedChange, ...]:
    """Void what is left of the blocks of a device that is let in no more; what changed in the feed."""
    held = store.numbers.open_leases(device)
    return close_leases(store, held, fate=Fate.VOID, cause=FateCause.DEVICE_RETIRED, now_ms=now_ms)


def close_leases(
    store: TenantStore, leases: Iterable[GrantedLease], *, fate: Fate, cause: FateCause, now_ms: int
) -> tuple[FeedChange, ...]:
    """Account for the rest of blocks: one record for each run of unused numbers; what changed in the feed."""
    fates: list[NumberFate] = []
    for granted in leases:
        lease = granted.lease
        book = book_of(lease.series)
        store.numbers.close_lease(lease)
        if book is None:
            continue
        key = SeriesKey(office=lease.office, year=lease.year, series=lease.series)
        for low, high in _unused(store, key, low=lease.low, high=lease.high):
            fates.append(_fate(key, book, low=low, high=high, fate=fate, cause=cause, now_ms=now_ms))
    return _write(store, fates, now_ms=now_ms)


def skip_after_restore(store: TenantStore, *, margin: int, now_ms: int) -> int:
    """After an older copy of the database was put back: leap over the numbers it may have forgotten to have given.

    Each series goes on `margin` numbers further, which are voided with the reason; letters that hold some of them
    come back from the PCs and are entered. So does a series that the copy does not know, if a PC may hold a block of
    it: who registers letters at a turn of the year, or in a new book, begins one. The answer is how many there are.
    """
    store.head.lock()
    fates: list[NumberFate] = []
    for key in dict.fromkeys((*store.numbers.series(), *_perhaps_begun(store, now_ms=now_ms))):
        state, book = store.numbers.state(key), book_of(key.series)
        if book is None:
            continue
        high = min(MAX_NUMBER, state.highest + margin)
        if high == state.highest:
            continue
        store.numbers.set_state(key, msgspec.structs.replace(state, highest=high, fence=state.fence + 1))
        fates.append(
            _fate(
                key,
                book,
                low=state.highest + 1,
                high=high,
                fate=Fate.VOID,
                cause=FateCause.SERVER_RESTORED,
                now_ms=now_ms,
            )
        )
    _write(store, fates, now_ms=now_ms)
    return len(fates)


def _perhaps_begun(store: TenantStore, *, now_ms: int) -> list[SeriesKey]:
    """The series of which blocks may have been given out by now to the PCs that there are."""
    desks = {office for row in store.devices.all() for office in read_grants(store, row.id).desks}
    books: list[NumberBook] = [decode_record(_BOOK, one) for one in store.records.of_kind(_BOOK)]
    names = [(office, INCOMING_AGENDA) for office in desks]
    names += [(book.office, book.series) for book in books if book.active and book.office in desks]
    return [
        SeriesKey(office=office, year=year, series=series)
        for office, series in sorted(names)
        for year in sorted(leased_years(now_ms))
    ]


def _performed(store: TenantStore, op: Op) -> Iterator[Op]:
    """The op, or those that it had performed which were held before."""
    if op.act != _ACCEPT:
        yield op
        return
    act = _read(op, AcceptHeld)
    held = None if act is None else Ground(store, None).get(HeldAct, act.held_id)
    for data in () if held is None else held.ops:
        yield read_op(data)


def _without_letter(
    store: TenantStore, op: Op, writer: Writer, *, cause: FateCause, now_ms: int
) -> Iterator[NumberFate]:
    """The fate of the leased number of a letter that was refused or is held, unless another letter holds it."""
    act = _read(op, RegisterLetter)
    if act is None or not act.agenda_no or act.agenda_suffix:
        return
    for granted in store.numbers.open_leases(writer.device):
        lease = granted.lease
        if (lease.year, lease.series) != (act.agenda_year, series_of(act.book)):
            continue
        if not lease.low <= act.agenda_no <= lease.high:
            continue
        key = SeriesKey(office=lease.office, year=lease.year, series=lease.series)
        if any(_unused(store, key, low=act.agenda_no, high=act.agenda_no)):
            yield _fate(
                key,
                act.book,
                low=act.agenda_no,
                high=act.agenda_no,
                fate=Fate.VOID,
                cause=cause,
                now_ms=now_ms,
                by=op.user,
            )


def _close_returned(store: TenantStore, op: Op, writer: Writer) -> None:
    act = _read(op, ReturnNumbers)
    for granted in store.numbers.open_leases(writer.device):
        lease = granted.lease
        if act and (lease.year, lease.series, lease.high) == (act.year, series_of(act.book), act.high):
            store.numbers.close_lease(lease)


def _close_year(store: TenantStore, op: Op, *, now_ms: int) -> tuple[FeedChange, ...]:
    act = _read(op, CloseBookYear)
    position = Ground(store, None).get(Position, small_row_id(op.position))
    if act is None or position is None:
        return _NOTHING
    key = SeriesKey(office=position.office, year=act.year, series=series_of(act.book))
    held = [granted for granted in store.numbers.leases(key) if not granted.closed]
    return close_leases(store, held, fate=Fate.RETURNED, cause=FateCause.YEAR_END, now_ms=now_ms)


def _unused(store: TenantStore, key: SeriesKey, *, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The runs of numbers that no record holds."""
    after = low - 1
    for number, suffix, _ in store.numbers.issued(key, low=low, high=high):
        if not suffix:
            if number - 1 > after:
                yield after + 1, number - 1
            after = number
    if high > after:
        yield after + 1, high


def _fate(
    key: SeriesKey,
    book: BookId,
    *,
    low: int,
    high: int,
    fate: Fate,
    cause: FateCause,
    now_ms: int,
    by: UserId = _NOBODY,
) -> NumberFate:
    return NumberFate(
        id=content_row_id(f"fate {key.office} {key.year} {key.series} {low} {high} {int(cause)} {now_ms}"),
        office=OfficeId(key.office),
        book=book,
        year=key.year,
        low=low,
        high=high,
        suffix="",
        fate=fate,
        cause=cause,
        reason="",
        letter=None,
        by=by,
        at=datetime.fromtimestamp(now_ms // 1000, UTC),
    )


def _write(store: TenantStore, fates: Sequence[NumberFate], *, now_ms: int) -> tuple[FeedChange, ...]:
    if not fates:
        return _NOTHING
    ground = Ground(store, None)
    # Letters that did not come to be, of one batch or of two in one moment, may have named one number: it has one fate.
    new = {fate.id: fate for fate in fates if ground.get(NumberFate, fate.id) is None}
    if not new:
        return _NOTHING
    return write_entries(store, ground, entries=[Entry(records=all_storable(new.values()))], now_ms=now_ms).changes


def _read(op: Op, struct: type[ActT]) -> ActT | None:
    try:
        act = op.read_act()
    except CodecError:
        return None
    return act if isinstance(act, struct) else None
