"""Takes what several devices of one tenant sent in one transaction: they share its locks, its reads and its commit.

Each device's batch is judged by itself, in memory, before anything is written: one that is refused as a whole leaves
nothing behind, and the others go on. A batch that looks at something an earlier one of the group has changed is put
off to the next group, since the revisions that it has to be judged by do not exist yet.

Locks are taken in one order: devices by their ids, then the tenant's head. With the head locked first of all reads,
nothing that a decision rests on can change, so nothing has to be read twice.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from core.domain.ids import DeviceId
from core.domain.numbering import NumberLease
from core.protocol.codec import decode, encode
from core.protocol.messages import ChainState, NumberNeed, OpResult
from server.services.administering import follow_up
from server.services.batch_signatures import BatchEnd
from server.services.chains import chain_state
from server.services.covering import cover_what_was_sealed
from server.services.device_notes import state_told
from server.services.faults import RequestFault
from server.services.grants import read_grants
from server.services.ground import Ground, Reading
from server.services.judging import Arrival, GroupWork, Judged
from server.services.ledger import Entry, Written, write_entries
from server.services.newly_sealed import NewlySealed, newly_sealed
from server.services.number_fates import account_for_batch, fence_older_epochs
from server.services.numbering import grant_leases, wants_lease
from server.services.pull import RevisionRange
from server.services.revoking import shut_out
from server.storage.database import TenantStore
from server.storage.devices import ChainEnd, DeviceToken
from server.storage.faults import StoreFault
from server.storage.op_log import Writer
from server.storage.streams import FeedChange

# Of a larger group so many ops are stored while the next are judged: eight statements, and 6 ms of judging beside 3.
PART_OPS = 250


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


_Decided = Judged | Taken | RequestFault | StoreFault | None


class GroupTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each arrival, in their order: None is put off. And what the transaction found and wrote."""

    outcomes: tuple[Taken | RequestFault | StoreFault | None, ...]
    reading: Reading
    written: Written
    tokens: dict[DeviceId, list[DeviceToken]]
    now_ms: int


def take_group(work: GroupWork, arrivals: Sequence[Arrival], *, feed_epoch: int) -> GroupTaken:
    """Take the arrivals of one tenant, durably once the transaction is; at least the first is not put off.

    Nothing is taken of a sender who heard last of another feed epoch than `feed_epoch`. Of a large group one part is
    judged while the database stores the part before.
    """
    store, now_ms = work.store, work.now_ms
    work.begin()
    decided, sealed, written = _decide_and_store(work, arrivals, feed_epoch=feed_epoch)
    entries = _entries(decided)
    follow_up(store, entries)
    cover_what_was_sealed(store, entries, sealed)
    for one in decided:
        if isinstance(one, Judged) and (state := state_told(one.arrival.request)) is not None:
            store.devices.tell(one.device.id, state=encode(state), now_ms=now_ms)
    outcomes = [one if not isinstance(one, Judged) else Taken() for one in decided]
    place, feed_place = 0, 0
    for at, one in enumerate(decided):
        if isinstance(one, Judged) and one.batch is not None:
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
        if isinstance(one, Judged) and isinstance(outcome, Taken):
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


def _decide_and_store(
    work: GroupWork, arrivals: Sequence[Arrival], *, feed_epoch: int
) -> tuple[list[_Decided], NewlySealed, Written]:
    """The verdicts, what is sealed by them, and what was written."""
    decided: list[_Decided] = []
    sealed, written = NewlySealed(), Written()
    ground = Ground(work.store, None, reading=work.reading)
    for part in _parts(arrivals):
        # The database stores the part before while this one is judged.
        work.store.begin()
        judged = [Taken() if one.request.heard not in (0, feed_epoch) else work.decide(one) for one in part]
        entries = _entries(judged)
        ends = [one.end.chain for one in judged if isinstance(one, Judged) and one.end is not None]
        sealed = sealed.with_(newly_sealed(ground, entries, feed_epoch=feed_epoch))
        written = written.with_(write_entries(work.store, ground, entries=entries, now_ms=work.now_ms, ends=ends))
        decided += judged
    return decided, sealed, written


def _entries(decided: Iterable[_Decided]) -> list[Entry]:
    return [entry for one in decided if isinstance(one, Judged) for entry in one.entries]


def _parts(arrivals: Sequence[Arrival]) -> Iterator[Sequence[Arrival]]:
    """The arrivals in their order, in parts that have as many ops as it pays to store by themselves."""
    begin = ops = 0
    for at, arrival in enumerate(arrivals, start=1):
        ops += len(arrival.acts)
        if ops >= PART_OPS or at == len(arrivals):
            yield arrivals[begin:at]
            begin, ops = at, 0


def _chain_now(one: Judged) -> ChainState | None:
    """Where the chain stands, if the device has fallen behind it."""
    device, request = one.device, one.arrival.request
    if one.batch is not None and one.batch.fresh:
        device = msgspec.structs.replace(device, next_seq=one.batch.fresh[-1].op.seq + 1)
    return chain_state(device, epoch=request.epoch, next_seq=request.next_seq)


def _taken(one: Judged, written: Written, *, ops: slice, feed: slice) -> Taken:
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


def _account(store: TenantStore, one: Judged, taken: Taken, *, now_ms: int) -> tuple[FeedChange, ...]:
    """Record what became of numbers through this arrival, and of those that its device had in older epochs."""
    noted: tuple[FeedChange, ...] = ()
    if one.batch is not None and one.entries:
        noted = account_for_batch(store, one.batch, results=taken.results[-len(one.entries) :], now_ms=now_ms)
        noted += shut_out(store, one.entries, now_ms=now_ms)
    writer = Writer(device=one.device.id, epoch=one.device.epoch)
    return noted + fence_older_epochs(store, writer, now_ms=now_ms)


def _leases(store: TenantStore, one: Judged, taken: Taken, *, now_ms: int) -> tuple[NumberLease, ...]:
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
