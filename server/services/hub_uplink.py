"""A hub's two lines to its server: one sends parcels as soon as they come, the other waits for what is new.

Rows come on the waiting line alone, so that each of them crosses the slow line once.
"""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import TypeVar

from core.domain.ids import StreamId, TenantId
from core.domain.numbering import INCOMING_AGENDA, NumberLease, needs_refill
from core.protocol.codec import CodecError, decode, encode
from core.protocol.hub import (
    HUB_BLOCK,
    MAX_PARCELS,
    STAY_S,
    HubFacts,
    KnownStatement,
    Parcel,
    RelayReply,
    RelayRequest,
    Signed,
    Slip,
    Statement,
)
from core.protocol.messages import MAX_HOLD_S, PROTOCOL, SCHEMA, Data, NumberNeed
from core.protocol.room import how_many_fit
from server.services.announcer import Announcer
from server.services.hub_beginnings import not_begun
from server.services.hub_erasing import HubErasing
from server.services.hub_line import HubLine, LineDown, LineSilent, ServerSaidNo
from server.services.hub_proof import appointed_until
from server.services.hub_rows import enter
from server.services.hub_segments import HubSegments, loading_segments
from server.services.hub_service import STREAM_TOPIC, series_name, topic_of_device
from server.services.tokens import Clock
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.faults import StoreFault
from server.storage.hub_items import ItemKind

FIRST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 60.0
# After nothing came, answers that go on are not asked for, for so long.
NO_STAY_S = 3600.0
# What goes up at once: half of what the server takes in one body.
UPLINK_BYTES = 4 * 1024 * 1024
DECEMBER = 12

logger = logging.getLogger(__name__)

ReadT = TypeVar("ReadT")


class HubUplink:
    """Keeps a hub's copy up to date and carries its parcels; runs in two threads of its own."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        facts: HubFacts,
        make_line: Callable[[], HubLine],
        announcer: Announcer,
        segments: HubSegments,
        erasing: HubErasing,
        learn_key: Callable[[bytes], None],
        sign_key: bytes,
    ) -> None:
        """`learn_key` is told the server's key at the first contact; `sign_key` is what the hub proves itself with."""
        self._database = database
        self._segments = segments
        self._erasing = erasing
        self._learn_key = learn_key
        self._sign_key = sign_key
        self._knows_key = False
        self._stay_from = 0.0
        self._clock = clock
        self._facts = facts
        self._tenant: TenantId = facts.tenant
        self._announcer = announcer
        self._sending, self._waiting = make_line(), make_line()
        self._grants = 0
        self._stopped = threading.Event()
        self._to_send = threading.Event()
        self._vouch = threading.Event()
        self._vouched = threading.Condition()
        self._vouchings = 0
        self._up = False
        self._refused = False
        self._threads = [
            threading.Thread(target=self._loop, args=(work,), name=f"hub {name}", daemon=True)
            for name, work in (("sends", self._send), ("waits", self._listen))
        ]

    @property
    def online(self) -> bool:
        """Whether the last try to exchange news with the server succeeded."""
        return self._up

    @property
    def refused(self) -> bool:
        """Whether the server lets this hub in no more: another has taken its place."""
        return self._refused

    def start(self) -> None:
        """Begin."""
        self._to_send.set()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Break what is under way and end both threads."""
        self._stopped.set()
        self._to_send.set()
        for thread in self._threads:
            while thread.is_alive():
                self._sending.close()
                self._waiting.close()
                thread.join(0.2)
        # A thread that ended by itself has left its line open for the next request.
        self._sending.close()
        self._waiting.close()

    def wake(self) -> None:
        """A parcel lies ready."""
        self._to_send.set()

    def ask_for_statements(self, seconds: float) -> None:
        """Ask the server whether there are new devices in the office; returns when it answered, or after that time."""
        with self._vouched:
            before = self._vouchings
            self._vouch.set()
            self._to_send.set()
            self._vouched.wait_for(lambda: self._vouchings > before, seconds)

    def _loop(self, work: Callable[[], None]) -> None:
        failures = 0
        while not self._stopped.is_set():
            try:
                work()
                failures, self._up = 0, True
            except LineDown as err:
                failures += 1
                self._note_down(str(err))
            except ServerSaidNo as err:
                failures += 1
                self._refused = err.code.value in ("signed_out", "device_revoked")
                self._note_down(err.code.value)
            except (StoreFault, OSError) as err:
                # A disk that is full now has room again one day; PCs that are told so go to the server themselves.
                failures, self._up = failures + 1, False
                logger.warning("what comes or goes cannot be stored now: %s", err)
            if failures:
                wait = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(failures, 8))
                self._stopped.wait(random.uniform(wait / 4, wait))  # noqa: S311  # spreads tries, hides nothing
                self._to_send.set()

    def _note_down(self, why: str) -> None:
        if self._up:
            logger.info("the server cannot be reached: %s", why)
        self._up = False

    def _send(self) -> None:
        self._to_send.wait()
        self._to_send.clear()
        vouch = self._vouch.is_set()
        self._vouch.clear()
        waiting = self._read(lambda store: store.items.listed(ItemKind.PARCEL, limit=MAX_PARCELS))
        if not (waiting or vouch) or self._stopped.is_set():
            return
        fitting = waiting[: how_many_go([body for _, _, body in waiting])]
        parcels = tuple(decode(body, Parcel) for _, _, body in fitting)
        request = self._request(parcels=parcels, vouch=vouch, rows=False)
        try:
            for part in self._sending.relay(request):
                if isinstance(part, RelayReply):
                    self._take_slips(part, [(number, owner) for number, owner, _ in fitting])
                    self._take_statements(part)
        finally:
            if vouch:
                with self._vouched:
                    self._vouchings += 1
                    self._vouched.notify_all()
        if len(waiting) == MAX_PARCELS or len(fitting) < len(waiting):
            self._to_send.set()

    def _listen(self) -> None:
        if not self._knows_key:
            self._erasing.finish()  # what a stop left undone
            self._learn_key(self._waiting.key())
            self._knows_key = True
        stay = STAY_S if monotonic() >= self._stay_from else 0
        request = self._request(parcels=(), vouch=True, rows=True, stay=stay)
        heard, fresh = False, frozenset[StreamId]()
        try:
            for part in self._waiting.relay(request):
                self._up = heard = True
                if isinstance(part, RelayReply):
                    self._take_head(part)
                    fresh = self._read(not_begun)
                    self._to_send.set()
                else:
                    self._take_rows(part, begins=part.stream in fresh)
        except LineSilent:
            if stay and not heard:
                # Perhaps something on the way keeps an answer to itself until it ends.
                self._stay_from = monotonic() + NO_STAY_S
            raise
        if self._read(loading_segments):
            self._segments.fetch(self._waiting, self._stopped.is_set)
            self._announce_rows()

    def _request(self, *, parcels: tuple[Parcel, ...], vouch: bool, rows: bool, stay: int = 0) -> RelayRequest:
        now = datetime.fromtimestamp(self._clock() // 1000, UTC)

        def work(unit: UnitOfWork) -> RelayRequest:
            store, tenant = unit.of(self._tenant), unit.tenants.get(self._tenant)
            return RelayRequest(
                protocol=PROTOCOL,
                schema=SCHEMA,
                feed_epoch=0 if tenant is None else tenant.feed_epoch,
                grants=self._grants,
                cursors=tuple((row.id, row.last) for row in store.copy.streams()) if rows or parcels else (),
                parcels=parcels,
                known=_known(store) if vouch else (),
                needs=_needs(store, self._facts, now) if rows else (),
                hold=MAX_HOLD_S if rows else 0,
                rows=rows,
                vouch=vouch,
                segments=rows,
                loading=tuple(one.sha256 for one in loading_segments(store)) if rows else (),
                sign_key=self._sign_key if vouch else b"",
                appointed_ms=appointed_until(store, self._sign_key) if vouch else 0,
                stay=stay,
            )

        return self._database.read(work)

    def _take_head(self, reply: RelayReply) -> None:
        def work(unit: UnitOfWork) -> None:
            store, tenant = unit.of(self._tenant), unit.tenants.get(self._tenant)
            if tenant is None or tenant.feed_epoch != reply.feed_epoch:
                store.copy.begin_again(reply.feed_epoch)
            if reply.granted:
                store.copy.hold({one.stream: one.key for one in reply.granted})
            self._segments.note(store, reply.segments)
            for lease in reply.leases:
                _keep_block(store, lease)

        self._database.write(work)
        if reply.granted:
            self._erasing.finish()
        self._grants = reply.grants
        self._take_statements(reply)

    def _take_statements(self, reply: RelayReply) -> None:
        if not (reply.statements or reply.gone or reply.appointment or reply.directory):
            return

        def work(unit: UnitOfWork) -> None:
            items = unit.of(self._tenant).items
            for signed in reply.statements:
                statement: Statement = decode(signed.body, Statement)
                items.put(ItemKind.STATEMENT, statement.device, encode(signed))
            for device in reply.gone:
                items.drop(ItemKind.STATEMENT, device, upto=0)
            if reply.appointment is not None:
                items.put(ItemKind.APPOINTMENT, b"", encode(reply.appointment))
            if reply.directory is not None:
                items.put(ItemKind.DIRECTORY, b"", encode(reply.directory))

        self._database.write(work)

    def _take_slips(self, reply: RelayReply, sent: list[tuple[int, bytes]]) -> None:
        if not reply.slips:
            return

        def work(unit: UnitOfWork) -> None:
            items = unit.of(self._tenant).items
            for signed, (number, device) in zip(reply.slips, sent, strict=True):
                items.append(ItemKind.SLIP, device, encode(signed))
                items.remove(ItemKind.PARCEL, device, number=number)

        self._database.write(work)
        topics = {topic_of_device(decode(signed.body, Slip).device) for signed in reply.slips}
        self._announcer.announce(self._tenant, topics, except_device=None)

    def _take_rows(self, data: Data, *, begins: bool) -> None:
        try:
            self._database.write(lambda unit: enter(unit.of(self._tenant), data, begins=begins))
        except CodecError as err:
            raise LineDown("rows of a newer program") from err
        if any(block.gone for block in data.blocks):
            self._erasing.finish()
        self._announce_rows()

    def _announce_rows(self) -> None:
        topics = [(STREAM_TOPIC, int(row.id)) for row in self._read(lambda store: store.copy.streams())]
        self._announcer.announce(self._tenant, topics, except_device=None)

    def _read(self, work: Callable[[TenantStore], ReadT]) -> ReadT:
        return self._database.read(lambda unit: work(unit.of(self._tenant)))


def how_many_go(parcels: Sequence[bytes]) -> int:
    """How many of these encoded parcels, from the first on, go up at once: at least one, and no more than is taken."""
    return how_many_fit(parcels, most_bytes=UPLINK_BYTES)


def _known(store: TenantStore) -> tuple[KnownStatement, ...]:
    known = []
    for _, _, body in store.items.listed(ItemKind.STATEMENT):
        statement: Statement = decode(decode(body, Signed).body, Statement)
        known.append(
            KnownStatement(device=statement.device, version=statement.version, expires_ms=statement.expires_ms)
        )
    return tuple(known)


def _needs(store: TenantStore, facts: HubFacts, now: datetime) -> tuple[NumberNeed, ...]:
    needs = []
    for year in (now.year, now.year + 1) if now.month == DECEMBER else (now.year,):
        owner = series_name(facts.office, year, INCOMING_AGENDA)
        blocks = [decode(body, NumberLease) for _, _, body in store.items.listed(ItemKind.BLOCK, owner=owner)]
        left = sum(one.high - one.low + 1 for one in blocks)
        if needs_refill(left, HUB_BLOCK):
            needs.append(NumberNeed(office=facts.office, year=year, series=INCOMING_AGENDA, remaining=left))
    return tuple(needs)


def _keep_block(store: TenantStore, lease: NumberLease) -> None:
    """Keep a block that is new; one that the server handed out again is here already, perhaps partly used."""
    owner = series_name(lease.office, lease.year, lease.series)
    if lease.fence not in {number for number, _, _ in store.items.listed(ItemKind.BLOCK, owner=owner)}:
        store.items.put(ItemKind.BLOCK, owner, encode(lease), number=lease.fence)
