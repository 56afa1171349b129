"""One round with a device: takes what it did, and answers with results, grants, leases, offsets and what is new."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from core.domain.revoking import Revocation
from core.domain.streams import StreamKey
from core.protocol.brevity import BriefOp, lengthen
from core.protocol.codec import CodecError
from core.protocol.faults import FaultCode
from core.protocol.messages import (
    MAX_CURSORS,
    MAX_HELD_ASKED,
    MAX_OPS,
    PROTOCOL,
    SCHEMA,
    Data,
    OpResult,
    Slice,
    SyncRequest,
)
from core.protocol.records import KIND_OF
from server.services.announcer import Announcer, News
from server.services.batch_signatures import BatchSignatures
from server.services.blobs import BlobService
from server.services.chains import in_epoch, read_ops
from server.services.checking import Slices
from server.services.device_notes import state_told
from server.services.faults import RequestFault
from server.services.grants import topic_of
from server.services.groups import GroupTaken, Taken, take_group
from server.services.judging import Arrival, GroupWork, arrival_of
from server.services.looking import Look, LookReader, Round, control_of
from server.services.numbering import MAX_NEEDS
from server.services.own_news import OwnNewsReader
from server.services.pull import Pull, PullPlan
from server.services.seats import Seats
from server.services.segments import SegmentService
from server.services.tokens import Caller, Clock
from server.storage.database import Database, UnitOfWork
from server.storage.faults import StoreFault, StoreTrouble
from server.storage.heads import TenantRow

MAX_OFFERS = 1000
_REVOCATION = KIND_OF[Revocation].code


_Outcome = tuple[Taken | RequestFault | StoreFault, Round | None]


class SyncService:
    """Serves `POST /v1/sync`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        blobs: BlobService,
        segments: SegmentService,
        announcer: Announcer,
    ) -> None:
        self._database = database
        self._clock = clock
        self._segments = segments
        self._blobs = blobs
        self._announcer = announcer
        self._signatures = BatchSignatures()
        self._seats = Seats()
        # Is called when a device was shut out, or its sealed work may be opened; set by who puts the server together.
        self.revocations_changed: Callable[[], None] = _nobody_cares

    def receive(self, caller: Caller, request: SyncRequest, *, late: bool = False) -> Round:
        """Take what the device sent, durably, and prepare the answer; RequestFault if nothing could be taken.

        `late`: the answer goes by stick.
        """
        outcome = self.receive_all([(caller, request)], late=late)[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def receive_all(self, sent: Sequence[tuple[Caller, SyncRequest]], *, late: bool = False) -> list[Round | Exception]:
        """The answer to each of several requests of one tenant, or why there is none; what was taken is durable.

        Those that change something share transactions. One that cannot be served never hurts another.
        """
        answers: dict[int, Round | Exception] = {}
        left: list[tuple[int, Arrival]] = []
        asking: list[int] = []
        for at, (caller, request) in enumerate(sent):
            try:
                arrival = _arrival(caller, request, late=late)
            except RequestFault as fault:
                answers[at] = fault
                continue
            if arrival is None:
                asking.append(at)
            else:
                left.append((at, arrival))
        answers.update(zip(asking, self.look_all([sent[at] for at in asking], late=late), strict=True))
        while left:
            outcomes = self._take([arrival for _, arrival in left])
            answers.update({at: one for (at, _), one in zip(left, outcomes, strict=True) if one is not None})
            left = [pair for pair, one in zip(left, outcomes, strict=True) if one is None]
        return [answers[at] for at in range(len(sent))]

    def foresee(self, sent: Sequence[tuple[Caller, SyncRequest]]) -> None:
        """Do ahead of `receive_all` what needs no transaction; decides nothing."""
        self._signatures.foresee(sent)

    def whole_ops(self, caller: Caller, epoch: int, briefs: tuple[BriefOp, ...]) -> tuple[bytes, ...]:
        """Ops as they were shortened, if they continue the chain that is here; RequestFault if they are none."""
        device = self._database.read(lambda unit: unit.of(caller.tenant).devices.get(caller.device))
        if device is None:
            raise RequestFault(FaultCode.SIGNED_OUT)
        if len(briefs) > MAX_OPS:
            raise RequestFault(FaultCode.TOO_LARGE)
        at = in_epoch(device, epoch)
        try:
            return lengthen(briefs, next_seq=at.next_seq, head=at.head)
        except CodecError as err:
            raise RequestFault(FaultCode.MALFORMED) from err

    def receive_sealed(self, caller: Caller, request: SyncRequest) -> tuple[OpResult, ...]:
        """Take ops that a device which was shut out had sealed, to be held; RequestFault if they do not fit its chain.

        The device hears nothing of it: it has erased itself. So what it had heard of the server decides nothing here.
        """
        ops = read_ops(request.ops)
        if not ops:
            return ()
        arrival = arrival_of(caller, msgspec.structs.replace(request, needs=(), heard=0, next_seq=0), ops)
        outcome = self._database.write(self._taker([arrival]))[0]
        taken = None if outcome is None else outcome[0]
        if not isinstance(taken, Taken):
            raise taken or RequestFault(FaultCode.BUSY)
        if taken.chain is not None:
            raise RequestFault(FaultCode.WRONG_OFFSET)
        self._announcer.tell(caller.tenant, {change.stream: change.seq for change in taken.changes})
        topics = {topic_of(change.stream) for change in taken.changes}
        self._announcer.announce(caller.tenant, topics, except_device=None)
        return taken.results

    def look_again(self, caller: Caller, request: SyncRequest) -> Round:
        """The answer to a request without ops that was held."""
        return self._look(caller, request, taken=Taken())

    def look_all(self, held: Sequence[tuple[Caller, SyncRequest]], *, late: bool = False) -> list[Round | Exception]:
        """The answer to each of several requests of one tenant that change nothing."""
        looks = [Look(caller=caller, request=request, taken=Taken(), late=late) for caller, request in held]
        return self._look_all(looks)

    def frames(self, caller: Caller, round_: Round) -> Iterator[Data | Slice]:
        """The data of an answer; what is much is read while it is sent. Can be asked for once."""
        yield from round_.first
        while not round_.rest.finished:
            yield from self._database.read(lambda unit: round_.rest.read_some(unit.of(caller.tenant)))
        while not round_.slices.finished:
            part = self._database.read(lambda unit: round_.slices.read(unit.of(caller.tenant)))
            if part is not None:
                yield part

    def _take(self, arrivals: Sequence[Arrival]) -> list[Round | Exception | None]:
        try:
            taken = self._database.write(self._taker(arrivals))
        except Exception as err:  # noqa: BLE001  # whatever it is, it is the fault of one of them, and handed to that one
            outage = isinstance(err, StoreFault) and err.trouble != StoreTrouble.DAMAGED
            if outage or len(arrivals) == 1:
                return [err for _ in arrivals]
            return [one for arrival in arrivals for one in self._take([arrival])]
        for outcome in taken:
            if outcome is not None and isinstance(outcome[0], Taken) and outcome[0].end is not None:
                self._signatures.remember(arrivals[0].caller.tenant, outcome[0].end)
        self._announce(arrivals, taken)
        if any(_speaks_of_revocations(outcome[0]) for outcome in taken if outcome is not None):
            self.revocations_changed()
        return [
            self._answer(arrival, *outcome) if outcome is not None else None
            for arrival, outcome in zip(arrivals, taken, strict=True)
        ]

    def _announce(self, arrivals: Sequence[Arrival], taken: Sequence[_Outcome | None]) -> None:
        """Tell those who wait what changed; who brought it has it already."""
        tenant = arrivals[0].caller.tenant
        told: dict[StreamKey, int] = {}
        news: list[News] = []
        for arrival, outcome in zip(arrivals, taken, strict=True):
            if outcome is not None and isinstance(outcome[0], Taken) and outcome[0].changes:
                changes = outcome[0].changes
                told.update({change.stream: change.seq for change in changes})
                topics = frozenset(topic_of(change.stream) for change in changes)
                news.append((topics, arrival.caller.device if outcome[0].all_same else None))
        self._announcer.tell(tenant, told)
        self._announcer.announce_all(tenant, news)

    def _answer(
        self, arrival: Arrival, outcome: Taken | RequestFault | StoreFault, quick: Round | None
    ) -> Round | Exception:
        if isinstance(outcome, Exception):
            return outcome
        if quick is not None:
            return quick
        try:
            return self._look(arrival.caller, arrival.request, taken=outcome, late=arrival.late)
        except (RequestFault, StoreFault) as fault:
            return fault

    def _taker(self, arrivals: Sequence[Arrival]) -> Callable[[UnitOfWork], list[_Outcome | None]]:
        now_ms = self._clock()
        tries = itertools.count()

        def take(unit: UnitOfWork) -> list[_Outcome | None]:
            tenant = arrivals[0].caller.tenant
            with unit.together():
                store, asked = unit.of(tenant), unit.tenants.ask(tenant)
                work = GroupWork(
                    store,
                    arrivals,
                    now_ms=now_ms,
                    trusting=next(tries) == 0,
                    signatures=self._signatures,
                    seats=self._seats,
                )
            row = asked()
            if row is None:
                raise RequestFault(FaultCode.SIGNED_OUT)
            group = take_group(work, arrivals, feed_epoch=row.feed_epoch)
            return self._quick(unit, row, group, arrivals=arrivals)

        return take

    def _quick(
        self, unit: UnitOfWork, tenant: TenantRow, group: GroupTaken, *, arrivals: Sequence[Arrival]
    ) -> list[_Outcome | None]:
        """Each outcome with the answer, where this transaction knows it already."""
        if not any(isinstance(one, Taken) for one in group.outcomes):
            return [None if one is None else (one, None) for one in group.outcomes]
        store, now_ms = unit.of(tenant.id), group.now_ms
        durable = store.head.read().durable
        this_year = datetime.fromtimestamp(now_ms // 1000, UTC).year
        reader = OwnNewsReader(store, group, tenant=tenant, this_year=this_year)
        # All is read: what was taken is made durable while the answers are made.
        unit.end()
        answers: list[_Outcome | None] = []
        for arrival, one in zip(arrivals, group.outcomes, strict=True):
            if not isinstance(one, Taken):
                answers.append(None if one is None else (one, None))
                continue
            news = reader.look(arrival, one)
            if news is None:
                answers.append((one, None))
                continue
            self._seats.remember(tenant.id, arrival.caller.device, news.grants.positions)
            control = control_of(
                tenant,
                news.grants,
                arrival.request,
                now_ms=now_ms,
                taken=one,
                durable=durable,
            )
            nothing = Pull(arrival.caller.device, PullPlan(streams=(), own=()))
            round_ = Round(
                control=control,
                first=news.data,
                rest=nothing,
                slices=Slices(arrival.caller.device, ()),
                topics=news.grants.topics,
                has_news=True,
            )
            answers.append((one, round_))
        return answers

    def _look(self, caller: Caller, request: SyncRequest, *, taken: Taken, late: bool = False) -> Round:
        outcome = self._look_all([Look(caller=caller, request=request, taken=taken, late=late)])[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _look_all(self, looks: Sequence[Look]) -> list[Round | Exception]:
        if not looks:
            return []
        now_ms = self._clock()
        tenant = looks[0].caller.tenant
        offsets = [self._blobs.offsets(tenant, one.request.offers) if one.request.offers else () for one in looks]

        def work(unit: UnitOfWork) -> list[Round | Exception]:
            row = unit.tenants.get(tenant)
            if row is None:
                raise RequestFault(FaultCode.SIGNED_OUT)
            reader = LookReader(
                unit.of(tenant), row, [look.caller.device for look in looks], now_ms=now_ms, segments=self._segments
            )
            return [reader.round(look, offsets=found) for look, found in zip(looks, offsets, strict=True)]

        return self._database.read(work)


def _speaks_of_revocations(outcome: Taken | RequestFault | StoreFault) -> bool:
    return isinstance(outcome, Taken) and any(change.row[0] == _REVOCATION for change in outcome.changes)


def _nobody_cares() -> None:
    pass


def _arrival(caller: Caller, request: SyncRequest, *, late: bool) -> Arrival | None:
    """The request as one that changes something, or None if it only asks; RequestFault."""
    if request.protocol != PROTOCOL or request.schema > SCHEMA:
        raise RequestFault(FaultCode.TOO_OLD)
    if len(request.offers) > MAX_OFFERS or len(request.needs) > MAX_NEEDS or len(request.held) > MAX_HELD_ASKED:
        raise RequestFault(FaultCode.TOO_LARGE)
    if len(request.cursors) > MAX_CURSORS:
        raise RequestFault(FaultCode.TOO_LARGE)
    ops = read_ops(request.ops)
    if ops or request.needs or state_told(request) is not None:
        return arrival_of(caller, request, ops, late=late)
    return None
