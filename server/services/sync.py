"""One round with a device: takes what it did, and answers with results, grants, leases, offsets and what is new."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import msgspec

from core.domain.ids import StreamId
from core.domain.numbering import NumberLease, needs_refill
from core.domain.streams import stream_priority
from core.protocol.codec import decode
from core.protocol.faults import FaultCode
from core.protocol.messages import (
    PROTOCOL,
    SCHEMA,
    ChainState,
    Control,
    Data,
    NumberNeed,
    OpResult,
    Slice,
    StreamGrant,
    SyncRequest,
)
from core.protocol.ops import Op
from server.services.announcer import Announcer
from server.services.blobs import BlobService
from server.services.chains import chain_state, check_batch, in_epoch, read_ops
from server.services.checking import Slices, check_streams
from server.services.faults import RequestFault
from server.services.grants import Grants, Topic, read_grants, topic_of
from server.services.ground import Ground
from server.services.numbering import MAX_NEEDS, grant_leases, wants_lease
from server.services.pull import Pull, PullPlan, RevisionRange, plan_pull
from server.services.push import settle
from server.services.tokens import Caller, Clock
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.devices import DeviceRow
from server.storage.op_log import Writer

MAX_OFFERS = 1000
NEXT_S = 300
# So many rows are read in the transaction that answers; a reply with more goes on in transactions of its own.
FIRST_ROWS = 100


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of what a device sent: results in its order, where their records are, leases, news for others.

    `chain` says where the device's chain stands here if what it sent does not continue it.
    """

    results: tuple[OpResult, ...] = ()
    chain: ChainState | None = None
    own: tuple[RevisionRange, ...] = ()
    leases: tuple[NumberLease, ...] = ()
    topics: frozenset[Topic] = frozenset()
    all_same: bool = True


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: its first frames, what follows them, and what to wait for if there is nothing to say."""

    control: Control
    first: tuple[Data, ...]
    rest: Pull
    slices: Slices
    topics: frozenset[Topic]
    has_news: bool

    @property
    def is_short(self) -> bool:
        """Whether everything there is to say was read already."""
        return self.rest.finished and self.slices.finished


class SyncService:
    """Serves `POST /v1/sync`."""

    def __init__(self, database: Database, clock: Clock, *, blobs: BlobService, announcer: Announcer) -> None:
        self._database = database
        self._clock = clock
        self._blobs = blobs
        self._announcer = announcer

    def receive(self, caller: Caller, request: SyncRequest) -> Round:
        """Take what the device sent, durably, and prepare the answer; RequestFault if nothing could be taken."""
        if request.protocol != PROTOCOL or request.schema > SCHEMA:
            raise RequestFault(FaultCode.TOO_OLD)
        if len(request.offers) > MAX_OFFERS or len(request.needs) > MAX_NEEDS:
            raise RequestFault(FaultCode.TOO_LARGE)
        ops = read_ops(request.ops)
        taken = Taken()
        if ops or any(needs_refill(need.remaining) for need in request.needs):
            taken = self._database.write(self._taker(caller, request, ops=ops))
        if taken.topics:
            except_device = caller.device if taken.all_same else None
            self._announcer.announce(caller.tenant, taken.topics, except_device=except_device)
        return self._look(caller, request, taken=taken)

    def look_again(self, caller: Caller, request: SyncRequest) -> Round:
        """The answer to a request without ops that was held."""
        return self._look(caller, request, taken=Taken())

    def frames(self, caller: Caller, round_: Round) -> Iterator[Data | Slice]:
        """The data of an answer; what is much is read while it is sent. Can be asked for once."""
        yield from round_.first
        while not round_.rest.finished:
            frame = self._database.read(lambda unit: round_.rest.read(unit.of(caller.tenant)))
            if frame is not None:
                yield frame
        while not round_.slices.finished:
            part = self._database.read(lambda unit: round_.slices.read(unit.of(caller.tenant)))
            if part is not None:
                yield part

    def _taker(self, caller: Caller, request: SyncRequest, *, ops: list[Op]) -> Callable[[UnitOfWork], Taken]:
        now_ms = self._clock()

        def work(unit: UnitOfWork) -> Taken:
            store = unit.of(caller.tenant)
            device = in_epoch(_admitted(store, caller, lock=True), request.epoch)
            if unit.patient:
                store.head.lock()
            taken = _take_ops(store, device, request=request, ops=ops, now_ms=now_ms) if ops else Taken()
            wanted = _wanted_leases(store, caller, request)
            if not wanted:
                return taken
            if not taken.results:
                # A lease belongs to the epoch that it was granted in, so the epoch begins with it.
                store.devices.advance(device.id, epoch=device.epoch, next_seq=device.next_seq, head=device.head)
            writer = Writer(device=device.id, epoch=device.epoch)
            leases = grant_leases(store, writer, needs=wanted, now_ms=now_ms)
            return msgspec.structs.replace(taken, leases=leases)

        return work

    def _look(self, caller: Caller, request: SyncRequest, *, taken: Taken) -> Round:
        now_ms = self._clock()
        this_year = datetime.fromtimestamp(now_ms // 1000, UTC).year
        offsets = self._blobs.offsets(caller.tenant, request.offers) if request.offers else ()

        def work(unit: UnitOfWork) -> Round:
            store = unit.of(caller.tenant)
            device = _admitted(store, caller, lock=False)
            tenant = unit.tenants.get(caller.tenant)
            grants = read_grants(store, caller.device)
            if tenant is None or caller.user not in grants.users:
                raise RequestFault(FaultCode.SIGNED_OUT)
            trusted = request.feed_epoch == tenant.feed_epoch
            plan = PullPlan(streams=(), own=())
            if trusted:
                plan = plan_pull(grants, dict(request.cursors), own=taken.own, this_year=this_year)
            pull = Pull(caller.device, plan)
            first = _first_frames(pull, store, grants)
            regranted = grants.version != request.grants
            control = Control(
                feed_epoch=tenant.feed_epoch,
                now_ms=now_ms,
                grants=grants.version,
                results=taken.results,
                granted=_granted(grants, this_year) if regranted else (),
                leases=taken.leases,
                offsets=offsets,
                durable=store.head.read().durable,
                next_s=NEXT_S,
                chain=taken.chain or chain_state(device, epoch=request.epoch, next_seq=request.next_seq),
                extents=() if trusted else store.ops.extents(device.id),
                checked=check_streams(store, grants, request.checks),
            )
            asked = request.checks or request.buckets
            has_news = bool(taken.results or taken.leases or offsets or first or regranted or not trusted or asked)
            return Round(
                control=control,
                first=first,
                rest=pull,
                slices=Slices(caller.device, request.buckets),
                topics=grants.topics,
                has_news=has_news or control.chain is not None,
            )

        return self._database.read(work)


def _admitted(store: TenantStore, caller: Caller, *, lock: bool) -> DeviceRow:
    device = store.devices.get(caller.device, lock=lock)
    if device is None:
        raise RequestFault(FaultCode.SIGNED_OUT)
    if device.revoked_ms is not None:
        raise RequestFault(FaultCode.DEVICE_REVOKED)
    return device


def _take_ops(store: TenantStore, device: DeviceRow, *, request: SyncRequest, ops: list[Op], now_ms: int) -> Taken:
    batch = check_batch(store, device, epoch=request.epoch, ops=ops, sent=request.ops, signature=request.signature)
    known = [decode(one.result, OpResult) for one in batch.known]
    own = [_own(result, seq=one.seq) for result, one in zip(known, batch.known, strict=True)]
    if not batch.fresh:
        known_own = tuple(span for span in own if span is not None)
        return Taken(results=tuple(known), own=known_own, chain=batch.chain)
    ground = Ground(store, batch.writer)
    written = settle(store, ground, batch=batch, users=store.devices.users(device.id), now_ms=now_ms)
    store.devices.advance(device.id, epoch=device.epoch, next_seq=ops[-1].seq + 1, head=batch.fresh[-1].head)
    own += [_own(result, seq=seq) for result, seq in zip(written.results, written.op_seqs, strict=True)]
    return Taken(
        results=(*known, *written.results),
        own=tuple(span for span in own if span is not None),
        topics=frozenset(topic_of(stream) for stream in written.streams),
        all_same=all(result.same for result in written.results if result.first_rev),
    )


def _own(result: OpResult, *, seq: int) -> RevisionRange | None:
    """The revisions that an op's result tells the device: from the first up to the op's own number."""
    if not result.first_rev or not result.same:
        return None
    return RevisionRange(first=result.first_rev, last=seq)


def _wanted_leases(store: TenantStore, caller: Caller, request: SyncRequest) -> list[NumberNeed]:
    if not request.needs:
        return []
    desks = read_grants(store, caller.device).desks
    return [need for need in request.needs if wants_lease(need, desks)]


def _first_frames(pull: Pull, store: TenantStore, grants: Grants) -> tuple[Data, ...]:
    """The frames of an everyday reply: all of them, unless there is much to tell."""
    frames: list[Data] = []
    rows = 0
    while rows < FIRST_ROWS and not pull.finished:
        frame = pull.read(store, grants)
        if frame is None:
            break
        frames.append(frame)
        rows += sum(len(block.revs) + len(block.gone) for block in frame.blocks)
    return tuple(frames)


def _granted(grants: Grants, this_year: int) -> tuple[StreamGrant, ...]:
    return tuple(
        StreamGrant(stream=StreamId(row.id), key=row.key, priority=stream_priority(row.key, this_year))
        for row in grants.streams
    )
