"""Takes what several devices of one tenant sent in one transaction: they share its locks, its reads and its commit.

Each device's batch is judged by itself, in memory, before anything is written: one that is refused as a whole leaves
nothing behind, and the others go on. A batch that looks at something an earlier one of the group has changed is put
off to the next group, since the revisions that it has to be judged by do not exist yet.

Locks are taken in one order: devices by their ids, then the tenant's head. With the head locked first of all reads,
nothing that a decision rests on can change, so nothing has to be read twice.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from core.domain.ids import DeviceId, OfficeId, small_row_id
from core.domain.letters import IncomingLetter
from core.domain.numbering import NumberLease
from core.domain.offices import Office, Position
from core.domain.server_room import operator_of
from core.protocol.codec import decode, encode
from core.protocol.faults import FaultCode
from core.protocol.messages import ChainState, NumberNeed, OpResult, SyncRequest
from core.protocol.ops import Op
from core.protocol.records import KIND_OF
from server.services.administering import follow_up
from server.services.batch_signatures import BatchEnd, BatchSignatures
from server.services.chains import Batch, chain_state, check_batch, in_epoch, rechained
from server.services.covering import cover_what_was_sealed
from server.services.device_notes import state_told
from server.services.faults import RequestFault
from server.services.grants import read_grants
from server.services.ground import Ground, Reading
from server.services.ledger import Entry, Written, write_entries
from server.services.newly_sealed import newly_sealed
from server.services.number_fates import account_for_batch, fence_older_epochs
from server.services.numbering import grant_leases, wants_lease
from server.services.pull import RevisionRange
from server.services.push import Authors, decide_batch, foreseen_records, foreseen_years, readable_acts
from server.services.revoking import devices_to_revoke, shut_out
from server.services.seats import Seats
from server.services.storable import MAX_INTEGER
from server.services.tokens import Caller
from server.storage.database import TenantStore
from server.storage.devices import ChainEnd, DeviceRow, DeviceToken
from server.storage.faults import StoreFault, StoreTrouble
from server.storage.op_log import Writer
from server.storage.records import RowKey
from server.storage.streams import FeedChange

_POSITION = KIND_OF[Position].code
_LETTER = KIND_OF[IncomingLetter].code
_OFFICE = KIND_OF[Office].code


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A request that changes something, and its ops with their acts; None is an act that cannot be read.

    `late`: the answer goes by stick.
    """

    caller: Caller
    request: SyncRequest
    acts: tuple[tuple[Op, Any | None], ...] = ()
    late: bool = False

    @property
    def ops(self) -> list[Op]:
        """The ops alone."""
        return [op for op, _ in self.acts]


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of what a device sent: results in its order, where their records are, leases, feed changes.

    `chain` says where the device's chain stands here if what it sent does not continue it, `end` where it stands now if
    something of it was new.
    """

    results: tuple[OpResult, ...] = ()
    chain: ChainState | None = None
    own: tuple[RevisionRange, ...] = ()
    leases: tuple[NumberLease, ...] = ()
    changes: tuple[FeedChange, ...] = ()
    all_same: bool = True
    end: BatchEnd | None = None


class GroupTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each arrival, in their order: None is put off. And what the transaction found and wrote."""

    outcomes: tuple[Taken | RequestFault | StoreFault | None, ...]
    reading: Reading
    written: Written
    tokens: dict[DeviceId, list[DeviceToken]]
    now_ms: int


class _Decided(msgspec.Struct, frozen=True, kw_only=True):
    arrival: Arrival
    device: DeviceRow
    batch: Batch | None
    entries: list[Entry]
    end: BatchEnd | None = None


def arrival_of(caller: Caller, request: SyncRequest, ops: Iterable[Op], *, late: bool = False) -> Arrival:
    """The arrival of a request whose ops were read."""
    return Arrival(caller=caller, request=request, acts=tuple(readable_acts(ops)), late=late)


def take_group(work: "GroupWork", arrivals: Sequence[Arrival], *, feed_epoch: int) -> GroupTaken:
    """Take the arrivals of one tenant, durably once the transaction is; at least the first is not put off.

    Nothing is taken of a sender who heard last of another feed epoch than `feed_epoch`.
    """
    store, now_ms = work.store, work.now_ms
    work.begin()
    decided = [
        Taken() if arrival.request.heard not in (0, feed_epoch) else work.decide(arrival) for arrival in arrivals
    ]
    entries = [entry for one in decided if isinstance(one, _Decided) for entry in one.entries]
    ground = Ground(store, None, reading=work.reading)
    ends = [one.end.chain for one in decided if isinstance(one, _Decided) and one.end is not None]
    sealed = newly_sealed(ground, entries, feed_epoch=feed_epoch)
    written = write_entries(store, ground, entries=entries, now_ms=now_ms, ends=ends)
    follow_up(store, entries)
    cover_what_was_sealed(store, entries, sealed)
    for one in decided:
        if isinstance(one, _Decided) and (state := state_told(one.arrival.request)) is not None:
            store.devices.tell(one.device.id, state=encode(state), now_ms=now_ms)
    outcomes = [one if not isinstance(one, _Decided) else Taken() for one in decided]
    place, feed_place = 0, 0
    for at, one in enumerate(decided):
        if isinstance(one, _Decided) and one.batch is not None:
            end, feed_end = place + len(one.entries), feed_place
            last = written.op_seqs[end - 1] if one.entries else 0
            # Every record belongs to one arrival, so its changes stand together, below the number of its last op.
            while feed_end < len(written.changes) and written.changes[feed_end].seq <= last:
                feed_end += 1
            outcomes[at] = _taken(one, written, ops=slice(place, end), feed=slice(feed_place, feed_end))
            place, feed_place = end, feed_end
    noted: tuple[FeedChange, ...] = ()
    for at, one in enumerate(decided):
        outcome = outcomes[at]
        if isinstance(one, _Decided) and isinstance(outcome, Taken):
            # The claims of the whole group are stored by now, so a number that any of them holds counts as used.
            changes = _account(store, one, outcome, now_ms=now_ms)
            noted += changes
            leases = _leases(store, one, outcome, now_ms=now_ms) if one.arrival.request.needs else ()
            chain = outcome.chain or _chain_now(one)
            if changes or leases or chain is not outcome.chain:
                changed = outcome.changes + changes
                outcomes[at] = msgspec.structs.replace(outcome, changes=changed, leases=leases, chain=chain)
    if noted:
        written = msgspec.structs.replace(written, changes=written.changes + noted)
    return GroupTaken(
        outcomes=tuple(outcomes), reading=work.reading, written=written, tokens=work.tokens, now_ms=now_ms
    )


class GroupWork:
    """The reading and judging of one group."""

    def __init__(
        self,
        store: TenantStore,
        arrivals: Sequence[Arrival],
        *,
        now_ms: int,
        trusting: bool,
        signatures: BatchSignatures,
        seats: Seats,
    ) -> None:
        """Lock, and ask for what can be foreseen; to be made in a `together` of the transaction.

        With `trusting`, numbers that new records claim are believed to be free; where one is not, the transaction
        fails, and is to be run again without. `seats` tell who sat where the last time: it decides only what is asked
        at once.
        """
        self.store = store
        self.now_ms = now_ms
        self._signatures = signatures
        self.tokens: dict[DeviceId, list[DeviceToken]] = {}
        self._ops = [op for arrival in arrivals for op in arrival.ops]
        self._devices: dict[DeviceId, DeviceRow] = {}
        self._changed: set[RowKey] = set()
        self._served: set[DeviceId] = set()
        self._numbers = store.held_numbers(trusting=trusting)
        self.reading = Reading(store, held=True, numbers=self._numbers)
        names = {arrival.caller.device for arrival in arrivals}
        # Whoever is to be shut out is locked with the others: after the tenant's head no device may be.
        self._asked_devices = store.devices.ask_locked(names | devices_to_revoke(self._ops))
        self._asked_head = store.head.ask_lock()
        self._asked_tokens = store.devices.ask_tokens(names)
        self._acts = [pair for arrival in arrivals for pair in arrival.acts]
        known = seats.of(store.id, names)
        offices = self._foreseen_offices = {int(seat.position): seat.office for seat in known}
        self._since_year = datetime.fromtimestamp(now_ms // 1000, UTC).year - 1
        foreseen = foreseen_records(self._acts) | foreseen_years(self._acts, offices=offices)
        self._asked_records = self.reading.ask(foreseen)
        self._asked_numbers = self._numbers.ask(set(offices.values()), since_year=self._since_year)
        positions = {seat.position for seat in known}
        self._asked_streams = store.streams.hold(positions=positions, offices=set(offices.values()))

    def begin(self) -> None:
        """Take the answers, and ask for what follows from them."""
        self._devices = self._asked_devices()
        self._asked_head()
        self.tokens = self._asked_tokens()
        self._asked_records()
        self._asked_numbers()
        self._asked_streams()
        offices = self._offices(self._ops)
        if offices.items() <= self._foreseen_offices.items():
            return
        with self.store.together():
            years = self.reading.ask(foreseen_years(self._acts, offices=offices))
            numbers = self._numbers.ask(set(offices.values()), since_year=self._since_year)
        years()
        numbers()

    def decide(self, arrival: Arrival) -> _Decided | RequestFault | StoreFault | None:
        """The verdict over one arrival, or the fault it is answered with, or None: not in this transaction."""
        if arrival.caller.device in self._served:
            return None
        self._served.add(arrival.caller.device)
        savepoint = self.reading.numbers.savepoint()
        try:
            decided = self._decide(arrival)
        except RequestFault as fault:
            self.reading.numbers.return_to(savepoint)
            return fault
        except StoreFault as fault:
            if fault.trouble != StoreTrouble.DAMAGED:
                raise
            self.reading.numbers.return_to(savepoint)
            return fault
        if decided is None:
            self.reading.numbers.return_to(savepoint)
        return decided

    def _decide(self, arrival: Arrival) -> _Decided | None:
        device = self._admitted(arrival)
        if not arrival.acts:
            return _Decided(arrival=arrival, device=device, batch=None, entries=[])
        request = arrival.request
        batch = check_batch(
            self.store,
            device,
            epoch=request.epoch,
            ops=arrival.ops,
            sent=request.ops,
            signature=request.signature,
            signatures=self._signatures,
        )
        acts = {op.seq: act for op, act in arrival.acts if act is not None}
        if arrival.caller.sealed and (batch.chain is not None or any(one.op.made_in for one in batch.fresh)):
            device = in_epoch(device, device.epoch + 1)
            batch = rechained(self.store, device, arrival.ops[len(batch.known) :], made_in=request.epoch)
            acts = {}
        ground = Ground(self.store, batch.writer, reading=self.reading)
        users = frozenset(token.user for token in self.tokens[device.id])
        operator = operator_of(self._first_office()) if arrival.caller.operator else None
        authors = Authors(users=users, sealed=arrival.caller.sealed, operator=operator)
        entries = decide_batch(ground, batch=batch, authors=authors, now_ms=self.now_ms, acts=acts)
        changed = _touched(entries)
        if not self._changed.isdisjoint(changed | ground.seen):
            return None
        self._changed |= changed
        end = _batch_end(device, batch) if entries else None
        return _Decided(arrival=arrival, device=device, batch=batch, entries=entries, end=end)

    def _admitted(self, arrival: Arrival) -> DeviceRow:
        caller = arrival.caller
        device = self._devices.get(caller.device)
        if device is None:
            raise RequestFault(FaultCode.SIGNED_OUT)
        if device.revoked_ms is not None and not caller.sealed:
            raise RequestFault(FaultCode.DEVICE_REVOKED)
        if not caller.is_let_in(self.tokens[caller.device], now_ms=self.now_ms):
            raise RequestFault(FaultCode.SIGNED_OUT)
        return in_epoch(device, arrival.request.epoch)

    def _first_office(self) -> OfficeId:
        """The office that was made first: the operator's, where an act names none."""
        first = self.store.records.first_id(_OFFICE)
        return OfficeId(0 if first is None else int.from_bytes(first, "big"))

    def _offices(self, ops: Sequence[Op]) -> dict[int, OfficeId]:
        """The office of each position that acts."""
        numbers = {int(op.position) for op in ops if 0 <= op.position <= MAX_INTEGER}
        positions = {number: self.reading.record((_POSITION, small_row_id(number))) for number in numbers}
        return {number: position.office for number, position in positions.items() if position is not None}


def _touched(entries: Iterable[Entry]) -> set[RowKey]:
    """The records that change, and the letters that they speak of: what a letter has beside it changes with them."""
    touched: set[RowKey] = set()
    for entry in entries:
        for one in (*entry.records, *entry.kept):
            touched.add(one.key)
            if one.about:
                touched.update((_LETTER, letter) for letter in one.about)
    return touched


def _batch_end(device: DeviceRow, batch: Batch) -> BatchEnd:
    last = batch.fresh[-1]
    chain = ChainEnd(device=device.id, epoch=device.epoch, next_seq=last.op.seq + 1, head=last.head)
    return BatchEnd(sign_key=device.sign_key, chain=chain)


def _chain_now(one: _Decided) -> ChainState | None:
    """Where the chain stands, if the device has fallen behind it."""
    device, request = one.device, one.arrival.request
    if one.batch is not None and one.batch.fresh:
        device = msgspec.structs.replace(device, next_seq=one.batch.fresh[-1].op.seq + 1)
    return chain_state(device, epoch=request.epoch, next_seq=request.next_seq)


def _taken(one: _Decided, written: Written, *, ops: slice, feed: slice) -> Taken:
    batch = one.batch
    assert batch is not None  # noqa: S101  # asked of those who sent one; tells mypy
    known = [decode(logged.result, OpResult) for logged in batch.known]
    results = written.results[ops]
    own = [(result, logged.seq) for result, logged in zip(known, batch.known, strict=True)]
    own += zip(results, written.op_seqs[ops], strict=True)
    return Taken(
        results=(*known, *results),
        chain=batch.chain,
        own=_own(own),
        changes=written.changes[feed],
        all_same=all(result.same for result in results if result.first_rev or result.conflicts),
        end=one.end,
    )


def _own(results: Iterable[tuple[OpResult, int]]) -> tuple[RevisionRange, ...]:
    """The revisions that results of ops with these numbers tell the device, in as few ranges as possible.

    They are those from the first that a result names up to the op's own number, which so stands between those of two.
    """
    spans: list[tuple[int, int]] = []
    for result, seq in results:
        if not result.first_rev or not result.same:
            continue
        if spans and result.first_rev == spans[-1][1] + 1:
            spans[-1] = spans[-1][0], seq
        else:
            spans.append((result.first_rev, seq))
    return tuple([RevisionRange(first=first, last=last) for first, last in spans])


def _account(store: TenantStore, one: _Decided, taken: Taken, *, now_ms: int) -> tuple[FeedChange, ...]:
    """Record what became of numbers through this arrival, and of those that its device had in older epochs."""
    noted: tuple[FeedChange, ...] = ()
    if one.batch is not None and one.entries:
        noted = account_for_batch(store, one.batch, results=taken.results[-len(one.entries) :], now_ms=now_ms)
        noted += shut_out(store, one.entries, now_ms=now_ms)
    writer = Writer(device=one.device.id, epoch=one.device.epoch)
    return noted + fence_older_epochs(store, writer, now_ms=now_ms)


def _leases(store: TenantStore, one: _Decided, taken: Taken, *, now_ms: int) -> tuple[NumberLease, ...]:
    wanted = _wanted_leases(store, one.arrival, now_ms=now_ms)
    if not wanted:
        return ()
    device = one.device
    if not taken.results:
        # A lease belongs to the epoch that it was granted in, so the epoch begins with it.
        end = ChainEnd(device=device.id, epoch=device.epoch, next_seq=device.next_seq, head=device.head)
        store.devices.advance([end])
    writer = Writer(device=device.id, epoch=device.epoch)
    return grant_leases(store, writer, needs=wanted, now_ms=now_ms)


def _wanted_leases(store: TenantStore, arrival: Arrival, *, now_ms: int) -> list[NumberNeed]:
    desks = read_grants(store, arrival.caller.device).desks
    return [need for need in arrival.request.needs if wants_lease(need, desks, now_ms=now_ms)]
