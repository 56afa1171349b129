"""One round of sync: what was done here goes up, the answers and what is new come down, in one request.

State lives in the store alone: each frame is committed with its cursor, each answer with its op. So a round may be
cut, killed or doubled at any byte; the next one goes on from what was stored.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Protocol

import msgspec

from core.domain.ids import StreamId
from core.domain.letters import IncomingLetter
from core.protocol.devices import Aside
from core.protocol.messages import (
    MAX_OPS,
    PROTOCOL,
    SCHEMA,
    Control,
    Data,
    Done,
    Frame,
    Slice,
    StreamBuckets,
    StreamCheck,
    StreamChecked,
    SyncRequest,
)
from core.protocol.ops import batch_payload
from core.protocol.records import KIND_OF
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.estimates import look_for_estimates
from desktop.storage.files_to_seal import give_up_safe
from desktop.storage.healing import Healing
from desktop.storage.meta import Identity, SyncFacts
from desktop.storage.own_held import asked_about, take_verdicts
from desktop.storage.replica import Replica
from desktop.storage.residue import finish_erasing, is_to_erase
from desktop.storage.settling import settle_ops
from desktop.storage.undoing import next_sendable, reading_to_send, sendable
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.sync.admission import Admission, letters_in, take_grants, take_segments
from desktop.sync.comparing import checks_of, counts_in, differences_of, note_compared, shall_compare, take_slice
from desktop.sync.daily_heads import head_asked, take_heads
from desktop.sync.device_reports import AsideSource, take_devices
from desktop.sync.number_needs import needs_of
from desktop.sync.op_runs import PushSize
from desktop.sync.overtaking import OutboxGate, is_overtaken, what_holds
from desktop.sync.server_time import learn_time
from desktop.sync.signing import DeviceKeys
from desktop.sync.wanting import note_offset, of_new_inboxes, positions_here, want_files
from desktop.system.faults import EnvironmentFault, FaultOf

CUT = (FaultOf.NO_NETWORK, FaultOf.TIMED_OUT)
OFFERS = 100
# A chain that is still not whole after so many mendings is looked at again at the next visit.
MENDINGS = 3
_LETTER = KIND_OF[IncomingLetter].code


class Exchange(Protocol):
    """What the engine needs of a client."""

    def exchange(self, request: SyncRequest) -> Iterator[Frame]:
        """One request and the frames of its reply."""


Step = Callable[[str], None]
WallClock = Callable[[], int]


class RoundReport(msgspec.Struct, kw_only=True):
    """What a round did."""

    ops: int = 0
    refused: int = 0
    rows: int = 0
    requests: int = 0
    mended: int = 0
    checked: tuple[StreamChecked, ...] = ()
    # The segments that bring all there is, as the last reply said.
    newest: frozenset[bytes] = frozenset()
    next_s: int = 300


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be known of a request to take its reply: the epoch of its ops, and when it left.

    `sent_ms` is None if the reply did not follow straight away: then it tells nothing of the clock. Without `cursors`
    the reply is taken as it is; `loading` are the segments that the request named. `told` is where the other side
    believes this PC to stand; it moves with what is told, and a frame that another carrier has overtaken is left out
    (`desktop.sync.overtaking`). `aside` is what the request said by the way.
    """

    epoch: int
    sent_ms: int | None = None
    feed_epoch: int = 0
    cursors: dict[StreamId, int] | None = None
    loading: tuple[bytes, ...] = ()
    aside: Aside | None = None
    told: dict[StreamId, int] | None = None


def no_step(_name: str) -> None:
    """Nobody watches the steps."""


class SyncEngine:
    """Runs rounds over one store. Two engines may work on one store at a time; the store keeps them apart."""

    def __init__(
        self,
        store: Store,
        files: BlobFiles,
        keys: DeviceKeys,
        wall_ms: WallClock,
        *,
        today: Callable[[], date],
        step: Step = no_step,
        reports: AsideSource | None = None,
    ) -> None:
        """`wall_ms` is the PC's clock; `step` is told the name of each commit and send, for tests that interrupt.

        `reports` says what visits tell by the way.
        """
        self._store = store
        self._files = files
        self._keys = keys
        self._wall_ms = wall_ms
        self._today = today
        self._step = step
        self._reports = reports
        # One carrier at a time has ops under way: the server would sort it out, but nothing shall travel twice.
        self.gate = OutboxGate()
        self._pushes = PushSize()

    @property
    def step(self) -> Step:
        """Is told the name of each commit and send."""
        return self._step

    def run_round(self, client: Exchange, cancelled: Callable[[], bool]) -> RoundReport:
        """Push everything that waits and pull everything that is new."""
        report = RoundReport()
        self._run_until_quiet(client, report, cancelled)
        # What was sent again may have come to rows that this PC has forgotten: then it compares once more.
        for _ in range(2):
            facts = look_for_estimates(self._store)
            if cancelled() or not shall_compare(self._store, facts, self._wall_ms()):
                break
            if self._compare(client, facts, report, cancelled):
                self._run_until_quiet(client, report, cancelled)
        return report

    def wait_for_news(self, client: Exchange, hold: int, cancelled: Callable[[], bool]) -> RoundReport:
        """Hold a request until there is news or `hold` seconds went by; pushes nothing."""
        if self._facts().compare:
            return self.run_round(client, cancelled)
        report = RoundReport()
        request, _ = self.make_request(push=False, hold=hold)
        self._one_exchange(client, request, report, cancelled)
        return report

    def _run_until_quiet(self, client: Exchange, report: RoundReport, cancelled: Callable[[], bool]) -> None:
        more = True
        while more and not cancelled():
            mended, rows, most = report.mended, report.rows, self._pushes.most
            try:
                more = self._push_once(client, report, cancelled)
            except EnvironmentFault as err:
                # A line that drops now and then is taken up again at once, as long as something comes, or less is sent.
                if err.code not in CUT or (report.rows == rows and self._pushes.most == most):
                    raise
            if mended < report.mended:
                more = report.mended < MENDINGS

    def _push_once(self, client: Exchange, report: RoundReport, cancelled: Callable[[], bool]) -> bool:
        """One request with what waits, when it is our turn; whether more is to be sent or asked for."""
        gate = self.gate
        if not gate.take(cancelled):
            return False
        held = True
        try:
            request, last = self.make_request(push=True, aside=True)
            if not request.ops:
                held = False
                gate.give_back()  # a long reply shall not hold up what another carrier has to send
            with self._pushes.watched(request.ops):
                return self._one_exchange(client, request, report, cancelled) or last
        finally:
            if held:
                gate.give_back()

    def _compare(self, client: Exchange, facts: SyncFacts, report: RoundReport, cancelled: Callable[[], bool]) -> bool:
        """Compare every stream with the server and take again what differs; whether a wound is healed."""
        self._one_exchange(client, self.make_request(push=False, checks=checks_of(self._store))[0], report, cancelled)
        for buckets in differences_of(self._store, report.checked):
            if cancelled():
                return False
            self._one_exchange(client, self.make_request(push=False, buckets=buckets)[0], report, cancelled)
        note_compared(self._store, self._wall_ms(), feed_epoch=counts_in(facts))
        self._step("compared")
        return facts.compare

    def _facts(self) -> SyncFacts:
        with self._store.read() as uow:
            return uow.meta.sync()

    def make_request(
        self,
        *,
        push: bool,
        hold: int = 0,
        after: int = 0,
        checks: tuple[StreamCheck, ...] = (),
        buckets: tuple[StreamBuckets, ...] = (),
        aside: bool = False,
    ) -> tuple[SyncRequest, bool]:
        """The request of whatever carries it, with the ops that wait behind `after`; and whether more wait then.

        An act that may still be undone is not among them, nor what was done after it. `aside`: with what there is to
        say by the way.
        """
        with reading_to_send(self._store, self._wall_ms()) if push else self._store.read() as uow:
            identity = self._identity(uow)
            facts = uow.meta.sync()
            entries = sendable(uow, MAX_OPS + 1, after=after) if push else ()
            batch = self._pushes.fitting(entries, most_ops=MAX_OPS)
            signature = b""
            if batch:
                end = entries[len(batch) - 1]
                payload = batch_payload(
                    identity.tenant, identity.device, identity.epoch, last_seq=end.seq, head=end.head
                )
                signature = self._keys.sign(payload)
            offers = uow.blobs.in_state(BlobState.TO_SEND, OFFERS) if push else ()
            sent_ms = self._wall_ms()
            request = SyncRequest(
                protocol=PROTOCOL,
                schema=SCHEMA,
                epoch=identity.epoch,
                feed_epoch=facts.feed_epoch,
                sent_ms=sent_ms,
                grants=facts.grants,
                ops=tuple(batch),
                signature=signature,
                cursors=uow.streams.cursors(),
                offers=tuple((one.sha256, one.size) for one in offers),
                needs=needs_of(uow, positions_here(uow, sent_ms), self._today()) if push else (),
                hold=hold,
                next_seq=next_sendable(uow),
                checks=checks,
                buckets=buckets,
                segments=True,
                loading=uow.segments.hashes(),
                held=asked_about(uow, self._wall_ms()),
                head=head_asked(uow, self._wall_ms()),
                heard=counts_in(facts),
                aside=self._reports.aside(uow, sent=len(batch), wall_ms=sent_ms) if aside and self._reports else None,
            )
        return request, len(entries) > len(batch)

    def _one_exchange(
        self, client: Exchange, request: SyncRequest, report: RoundReport, cancelled: Callable[[], bool]
    ) -> bool:
        report.requests += 1
        self._step("send")
        # What was held came later than it was sent: it tells nothing of the clock.
        asked = Asked(
            epoch=request.epoch,
            sent_ms=None if request.hold else request.sent_ms,
            feed_epoch=request.feed_epoch,
            cursors=dict(request.cursors),
            loading=request.loading,
            aside=request.aside,
            told=dict(request.cursors),
        )
        return self.take_reply(client.exchange(request), report, cancelled, asked=asked)

    def take_reply(
        self, frames: Iterable[Frame], report: RoundReport, cancelled: Callable[[], bool], *, asked: Asked
    ) -> bool:
        """Store a reply frame by frame, whatever carried it; whether the server wants to be asked again at once.

        NO_NETWORK if the reply breaks off; what was stored so far stands.
        """
        done: Done | None = None
        admission = Admission(asked.cursors)
        for frame in frames:
            if isinstance(frame, Control):
                self._take_control(frame, asked, report, admission=admission)
            elif isinstance(frame, Data):
                self._take_data(frame, asked, report, admission=admission)
            elif isinstance(frame, Slice):
                self._take_slice(frame, report)
            else:
                done = frame
            if cancelled():
                return False
        if done is None:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")
        with self._store.read() as uow:
            # Until both sides were compared, a row that lies in no stream may be one that the server has lost.
            suspected = uow.streams.are_suspects() and not uow.meta.sync().compare
            erasing = suspected or is_to_erase(uow)
        if suspected:
            with self._store.begin() as uow:
                if not uow.meta.sync().compare:
                    Replica(uow).finish_round()
        self._step("round-finished")
        if erasing:
            finish_erasing(self._store, self._files, cancelled)
        return done.more

    def _take_control(self, control: Control, asked: Asked, report: RoundReport, *, admission: Admission) -> None:
        """Store the first frame of a reply."""
        received = self._wall_ms()
        self._step("control-received")
        with self._store.begin() as uow:
            replica, healing = Replica(uow), Healing(uow)
            admission.look(uow)
            control = what_holds(control, uow.meta.sync())
            letters = of_new_inboxes(uow, control)
            ended = take_grants(uow, control, asked.told)
            if asked.feed_epoch in (0, control.feed_epoch):
                take_segments(uow, control, asked.loading)
            settled = settle_ops(uow, control.results, epoch=asked.epoch)
            admission.settled(uow, settled, control.results)
            take_verdicts(uow, control.verdicts)
            take_heads(uow, control, received)
            take_devices(uow, control.devices, asked.aside, received)
            self.want_scans(uow, letters | {row_id for kind, row_id in settled if kind == _LETTER})
            if control.chain is not None and healing.mend_chain(control.chain, asked_in=asked.epoch):
                report.mended += 1
            facts = uow.meta.sync()
            if not facts.feed_epoch:
                facts = msgspec.structs.replace(facts, feed_epoch=control.feed_epoch)
            elif control.feed_epoch not in (facts.feed_epoch, facts.next_feed_epoch):
                healing.server_was_put_back(control.extents)
                facts = msgspec.structs.replace(uow.meta.sync(), next_feed_epoch=control.feed_epoch)
            told = max(facts.told_ms, control.now_ms)
            # Without a list the answer says that the one which its request named is the newest. A request that lay at
            # a hub may have named an older one than is here: then the server has to hear which this is.
            grants = control.grants if control.granted else facts.grants
            uow.meta.write(msgspec.structs.replace(facts, grants=grants, told_ms=told))
            healing.take_checked(control.checked)
            if last_safe := uow.outbox.prune(control.durable):
                uow.blobs.call_safe(last_safe)
            give_up_safe(uow, control.durable)
            uow.leases.add(control.leases)
            for sha256, offset in control.offsets:
                note_offset(uow, sha256, offset)
            if asked.sent_ms is not None:
                learn_time(uow, control.now_ms, sent_ms=asked.sent_ms, received_ms=received)
            if ended and not uow.meta.sync().compare:
                replica.end_rights(ended)
        self._step("control-stored")
        report.ops += len(control.results)
        report.refused += sum(1 for result in control.results if result.outcome != 0)
        report.checked = control.checked
        report.newest = frozenset(one.sha256 for one in control.segments if one.newest)
        report.next_s = control.next_s

    def _take_data(self, data: Data, asked: Asked, report: RoundReport, *, admission: Admission) -> None:
        self._step("frame-received")
        with self._store.begin() as uow:
            overtaken = is_overtaken(data, uow.streams.cursor(data.stream), asked.told)
            if overtaken or not admission.admits(uow, data):
                return
            # What lies behind the first cursor of a stream is news; what lies before it is history.
            news = bool(uow.streams.cursor(data.stream))
            changed = Replica(uow).apply(data, StreamId(data.stream))
            letters = {row_id for kind, row_id in changed if kind == _LETTER} | letters_in(uow, data)
            self.want_scans(uow, letters, news=news)
        self._step("frame-stored")
        report.rows += len(changed)

    def _take_slice(self, part: Slice, report: RoundReport) -> None:
        self._step("slice-received")
        with self._store.begin() as uow:
            changed = take_slice(uow, part, self._wall_ms())
            letters = {row_id for kind, row_id in changed if kind == _LETTER} | letters_in(uow, part)
            self.want_scans(uow, letters)
        self._step("slice-stored")
        report.rows += len(changed)

    def want_scans(self, uow: UnitOfWork, letters: set[bytes], *, news: bool = False) -> None:
        """Ask for the files of letters that came (`desktop.sync.wanting`)."""
        want_files(uow, self._files, letters, now_ms=self._wall_ms(), today=self._today(), news=news)

    @staticmethod
    def _identity(uow: UnitOfWork) -> Identity:
        identity = uow.meta.identity()
        if identity is None or identity.practice or not identity.server:
            raise EnvironmentFault(FaultOf.NOT_ENROLLED)
        return identity
