"""Answers devices that ask what is new: several at once, in one read transaction that shares what they have in common.

Devices that stand at the same place in the same streams are told the same, and it is read once: when a letter comes
into a register, all who wait for it stand where it begins.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter

import msgspec

from core.domain.ids import DeviceId, StreamId
from core.domain.streams import stream_priority
from core.protocol.brevity import ToldOp
from core.protocol.faults import FaultCode
from core.protocol.messages import (
    MAX_HELD_ASKED,
    ChainState,
    Control,
    Data,
    OpResult,
    Outcome,
    StreamGrant,
    SyncRequest,
)
from server.services.chains import chain_state
from server.services.checking import Slices, check_streams
from server.services.daily_heads import heads_for
from server.services.device_notes import devices_told
from server.services.faults import RequestFault
from server.services.fitting import with_what_fits
from server.services.grants import Grants, GrantsReader, Topic
from server.services.ground import Reading
from server.services.groups import Taken
from server.services.pull import PlannedStream, Pull, PullPlan, plan_pull
from server.services.quarantine import verdicts_on
from server.services.segments import NO_LOADS, SegmentService
from server.services.tokens import Caller
from server.services.told_ops import ops_of
from server.storage.database import TenantStore
from server.storage.heads import TenantRow

# The soonest that a PC shall visit again; how much later it comes is for it to say.
NEXT_S = 120
# So many rows, or bytes, are read in the transaction that answers; what is more is read in transactions of its own.
FIRST_ROWS = 100
FIRST_BYTES = 64 * 1024

Offsets = tuple[tuple[bytes, int], ...]
# What of a request that only asks decides the answer.
_place_of = attrgetter("feed_epoch", "heard", "grants", "cursors", "head", "segments", "dialect")


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: its first frames, what follows them, and what to wait for if there is nothing to say.

    `told` are ops that say what the rows of the first frames say, all of them, for who takes them.
    """

    control: Control
    first: tuple[Data, ...]
    rest: Pull
    slices: Slices
    topics: frozenset[Topic]
    has_news: bool
    told: tuple[ToldOp, ...] = ()

    @property
    def is_short(self) -> bool:
        """Whether everything there is to say was read already."""
        return self.rest.finished and self.slices.finished


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, with what request, and what was taken of it before.

    `late`: the answer goes by stick. The device may have read further before it comes, and asked long before.
    """

    caller: Caller
    request: SyncRequest
    taken: Taken
    late: bool = False

    @property
    def only_asks(self) -> bool:
        """Whether nothing was brought, and nothing is asked but what is new."""
        request, taken = self.request, self.taken
        asked = request.offers or request.checks or request.buckets or request.loading or request.held or request.aside
        return not (asked or taken.results or taken.own or taken.leases or self.late)


class LookReader:
    """Answers in one transaction that sees one state."""

    def __init__(
        self,
        store: TenantStore,
        tenant: TenantRow,
        devices: Sequence[DeviceId],
        *,
        now_ms: int,
        segments: SegmentService,
    ) -> None:
        """Read what the devices share."""
        self._store = store
        self._tenant = tenant
        self._now_ms = now_ms
        self._segments = segments
        self._this_year = datetime.fromtimestamp(now_ms // 1000, UTC).year
        self._devices = store.devices.several(set(devices))
        self._tokens = store.devices.tokens_of(set(devices))
        self._grants = GrantsReader(store, self._tokens, Reading(store))
        self._durable = store.head.read().durable
        self._shared: dict[tuple[PlannedStream, ...], tuple[Data, ...]] = {}
        # Whoever has the same grants and stands at the same place is told the same, to the last byte.
        self._rounds: dict[tuple[object, ...], Round] = {}

    def round(self, look: Look, *, offsets: Offsets) -> Round | RequestFault:
        """The answer to one of them, or why there is none."""
        caller, request = look.caller, look.request
        device = self._devices.get(caller.device)
        if device is None:
            return RequestFault(FaultCode.SIGNED_OUT)
        if device.revoked_ms is not None:
            return RequestFault(FaultCode.DEVICE_REVOKED)
        if not caller.is_let_in(self._tokens[caller.device], now_ms=self._now_ms):
            return RequestFault(FaultCode.SIGNED_OUT)
        grants = self._grants.of(caller.device)
        if caller.user not in grants.users:
            return RequestFault(FaultCode.SIGNED_OUT)
        chain = look.taken.chain or chain_state(device, epoch=request.epoch, next_seq=request.next_seq)
        if chain is not None or not look.only_asks:
            return self._told(look, grants, chain, offsets=offsets)
        alike = (id(grants), _place_of(request))
        round_ = self._rounds.get(alike)
        if round_ is None:
            round_ = self._told(look, grants, None, offsets=offsets)
            if round_.is_short and not round_.control.extents:
                self._rounds[alike] = round_
        return round_

    def _told(self, look: Look, grants: Grants, chain: ChainState | None, *, offsets: Offsets) -> Round:
        """What a device that has these grants is told."""
        caller, request = look.caller, look.request
        trusted = request.feed_epoch == self._tenant.feed_epoch
        # Who has not heard that the server was put back may know other streams by these numbers.
        heard = request.heard in (0, self._tenant.feed_epoch)
        plan, loads = PullPlan(streams=(), own=()), NO_LOADS
        # What a PC that was put back sends once more may have been decided since.
        held = tuple(dict.fromkeys((*request.held, *_held_by(look.taken.results))))[:MAX_HELD_ASKED]
        if trusted:
            cursors = dict(request.cursors)
            if request.segments:
                loads = self._segments.choose(self._store, grants, cursors, loading=request.loading)
            plan = plan_pull(
                grants, cursors, own=look.taken.own, this_year=self._this_year, loads=loads, late=look.late
            )
        first, rest = self._first(caller.device, plan, grants)
        control = _with_all(
            control_of(self._tenant, grants, request, now_ms=self._now_ms, taken=look.taken, durable=self._durable),
            offsets=offsets,
            chain=chain,
            extents=() if trusted else self._extents(request, caller.device),
            segments=loads.segments,
            checked=check_streams(self._store, grants, request.checks) if request.checks and heard else (),
            verdicts=verdicts_on(self._store, held) if held else (),
            heads=heads_for(self._store, request.head),
            devices=devices_told(self._store, grants, request, now_ms=self._now_ms),
        )
        told = (control.results, control.leases, control.offsets, control.granted, control.chain, control.verdicts)
        asked = request.checks or request.buckets
        more = bool(first or loads.fresh or asked)
        more = more or bool(control.heads)
        lost = len(request.loading) > len(loads.segments)
        return Round(
            control=control,
            first=first,
            rest=rest,
            slices=Slices(caller.device, request.buckets if heard else ()),
            topics=grants.topics,
            has_news=any(told) or more or grants.version != request.grants or not trusted or lost,
            told=ops_of(self._store, first) if request.dialect and rest.finished else (),
        )

    def _extents(self, request: SyncRequest, device: DeviceId) -> tuple[tuple[int, int, bytes], ...]:
        """The chains of a device of another feed epoch, as far as their ops have the answer that it may know.

        Since it was put back the server may have taken ops of this device once more, from another copy of its disk or
        before its disk was put back, and have answered otherwise. The numbers of these are above the feed epoch, which
        counts as they do. They are left out: so the device sends them again, and is told the answer that stands.
        """
        epoch = self._tenant.feed_epoch
        return self._store.ops.extents(device, up_to=epoch if request.feed_epoch < epoch else None)

    def _first(self, device: DeviceId, plan: PullPlan, grants: Grants) -> tuple[tuple[Data, ...], Pull]:
        shared = not plan.own and not plan.elsewhere
        if shared and plan.streams in self._shared:
            return self._shared[plan.streams], Pull(device, PullPlan(streams=(), own=()))
        pull = Pull(device, plan)
        first = _first_frames(pull, self._store, grants)
        if shared and pull.finished:
            self._shared[plan.streams] = first
        return first, pull


def _held_by(results: Iterable[OpResult]) -> Iterator[bytes]:
    """The held acts that results name."""
    return (bytes.fromhex(one.field) for one in results if one.outcome is Outcome.HELD)


def control_of(
    tenant: TenantRow,
    grants: Grants,
    request: SyncRequest,
    *,
    now_ms: int,
    taken: Taken,
    durable: int,
) -> Control:
    """The first frame of an answer; the list of streams is in it where the device has another one."""
    return Control(
        feed_epoch=tenant.feed_epoch,
        now_ms=now_ms,
        grants=grants.version,
        results=with_what_fits(taken.results),
        granted=_granted(grants, now_ms) if grants.version != request.grants else (),
        leases=taken.leases,
        durable=durable,
        next_s=NEXT_S,
    )


def _with_all(control: Control, **told: object) -> Control:
    """With these fields: mostly they say nothing, and a copy costs more than to see that."""
    new = {field: value for field, value in told.items() if value != getattr(control, field)}
    return msgspec.structs.replace(control, **new) if new else control


def _first_frames(pull: Pull, store: TenantStore, grants: Grants) -> tuple[Data, ...]:
    """The frames of an everyday reply: all of them, unless there is much to tell."""
    frames: list[Data] = []
    rows = 0
    while rows < FIRST_ROWS and pull.size < FIRST_BYTES and not pull.finished:
        frame = pull.read(store, grants)
        if frame is None:
            break
        frames.append(frame)
        rows += sum(len(block.revs) + len(block.gone) for block in frame.blocks)
    return tuple(frames)


def _granted(grants: Grants, now_ms: int) -> tuple[StreamGrant, ...]:
    this_year = datetime.fromtimestamp(now_ms // 1000, UTC).year
    return tuple(
        StreamGrant(stream=StreamId(row.id), key=row.key, priority=stream_priority(row.key, this_year))
        for row in grants.streams
    )
