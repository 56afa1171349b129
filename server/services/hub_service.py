"""What a hub answers its PCs: rows of its copy to those for whom it holds a statement of the server, and slips.

What a PC brings is stored as it came, before it is answered; it is read by the server alone.
"""

import threading
from collections.abc import Callable, Iterator

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.domain.ids import DeviceId, StreamId
from core.domain.numbering import NumberLease
from core.domain.streams import DIRECTORY, StreamKind
from core.protocol.codec import decode, encode
from core.protocol.faults import FaultCode
from core.protocol.hub import (
    HubFacts,
    HubReply,
    HubRequest,
    Parcel,
    Signed,
    Statement,
    proof_payload,
)
from core.protocol.messages import PROTOCOL, Data
from server.services.announcer import Announcer
from server.services.faults import RequestFault
from server.services.grants import Grants, Topic
from server.services.hub_beginnings import beginnings, leads_on
from server.services.hub_segments import loading_segments
from server.services.numbering import MAX_NEEDS
from server.services.pull import PlannedStream, Pull, PullPlan
from server.services.segments import SegmentService
from server.services.statements import is_statement_of
from server.services.tokens import Clock
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.hub_items import ItemKind
from server.storage.streams import StreamRow

MAX_PARCEL = 4 * 1024 * 1024
MAX_WAITING = 2000
# Of one PC, so that no PC keeps the others from leaving what they did; it keeps the rest itself, and leaves it later.
MAX_WAITING_OF_ONE = 500
# What a PC is given of the hub's numbers at a time: few, so that those of the office go up in the order of its letters.
PORTION = 5
# More than anybody registers in an hour. The hub cannot see what a PC does with its numbers, nor whether it may have
# any: who asks for ever more uses up no book by that. Letters without a number get theirs from the server.
PORTIONS_AN_HOUR = 60
HOUR_MS = 3600 * 1000
DEVICE_TOPIC = -1
STREAM_TOPIC = -2
_REGISTER = int(StreamKind.REGISTER)


class HubAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a PC: its head, what follows, and what to wait for if there is nothing to say."""

    reply: HubReply
    pull: Pull
    topics: frozenset[Topic]
    has_news: bool


class Held(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The last op of a device that went through here."""

    epoch: int
    last_seq: int


class HubService:
    """Serves `POST /v1/hub`. `online` tells whether the hub is in touch with its server; `wake` sets its line going."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        facts: HubFacts,
        server_key: Callable[[], bytes],
        announcer: Announcer,
        segments: SegmentService,
        online: Callable[[], bool],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self.facts = facts
        self._server_key = server_key
        self._announcer = announcer
        self._segments = segments
        self._online = online
        self._wake = wake
        self._guard = threading.Lock()
        # In which hour of the clock each device was given how many portions.
        self._given: dict[DeviceId, tuple[int, int]] = {}

    def receive(self, request: HubRequest) -> HubAnswer:
        """Store what the PC brings, and prepare the answer; RequestFault."""
        if request.protocol != PROTOCOL:
            raise RequestFault(FaultCode.TOO_OLD)
        parcel = request.parcel
        if parcel is not None and (parcel.device != request.device or len(parcel.body) > MAX_PARCEL):
            raise RequestFault(FaultCode.MALFORMED)
        if len(request.needs) > MAX_NEEDS:
            raise RequestFault(FaultCode.TOO_LARGE)
        leases = self._database.write(lambda unit: self._take(unit.of(self.facts.tenant), request))
        if parcel is not None:
            self._wake()
        return self._look(request, leases=leases)

    def look_again(self, request: HubRequest) -> HubAnswer:
        """The answer to a request that was held."""
        return self._look(request, leases=())

    def frames(self, request: HubRequest, answer: HubAnswer) -> Iterator[Data]:
        """The rows of an answer; whether the device may have them is asked again for each frame."""
        while not answer.pull.finished:

            def page(unit: UnitOfWork) -> Data | None:
                store = unit.of(self.facts.tenant)
                return answer.pull.read(store, self._grants(store, request.device))

            frame = self._database.read(page)
            if frame is not None:
                yield frame

    def may_read(self, device: DeviceId, proof: bytes, sha256: bytes) -> None:
        """NOT_FOUND unless a row that names the file lies in a stream that the device may have now."""

        def work(unit: UnitOfWork) -> bool:
            store = unit.of(self.facts.tenant)
            self._check_proof(self._statement(store, device), proof)
            streams = [row.id for row in self._grants(store, device).streams]
            return store.streams.holds_any(streams, store.blobs.rows_with(sha256))

        if not self._database.read(work):
            raise RequestFault(FaultCode.NOT_FOUND)

    def known(self, device: DeviceId, proof: bytes) -> None:
        """SIGNED_OUT unless the server vouches for the device now, and it is the one that asks."""

        def work(unit: UnitOfWork) -> None:
            statement = self._statement(unit.of(self.facts.tenant), device)
            if statement.expires_ms <= self._clock():
                raise RequestFault(FaultCode.SIGNED_OUT)
            self._check_proof(statement, proof)

        self._database.read(work)

    def segment(self, device: DeviceId, proof: bytes, sha256: bytes, *, start: int) -> tuple[int, Iterator[bytes]]:
        """(size, bytes from `start` on) of a segment all of whose streams the device may have now; NOT_FOUND."""
        self._database.read(lambda unit: self._check_proof(self._statement(unit.of(self.facts.tenant), device), proof))

        def grants(store: TenantStore) -> Grants:
            """A segment is good before its rows are in the copy."""
            allowed = self._allowed(store, device)
            rows = tuple(row for row in store.copy.streams() if row.id in allowed)
            return Grants(users=frozenset(), positions=(), streams=rows)

        size = self._segments.readable_size(self.facts.tenant, sha256, grants=grants)
        if start > size:
            raise RequestFault(FaultCode.NOT_FOUND)
        return size, self._segments.read(self.facts.tenant, sha256, start=start, grants=grants)

    def _take(self, store: TenantStore, request: HubRequest) -> tuple[NumberLease, ...]:
        statement = self._statement(store, request.device)
        self._check_proof(statement, request.proof)
        if request.taken:
            store.items.drop(ItemKind.SLIP, request.device, upto=request.taken)
        if request.parcel is not None:
            _store_parcel(store, request.parcel)
        return self._portions(store, request)

    def _portions(self, store: TenantStore, request: HubRequest) -> tuple[NumberLease, ...]:
        given = []
        for at, need in enumerate(request.needs):
            owner = series_name(need.office, need.year, need.series)
            _go_on_behind(store, owner, request.numbered[at] if at < len(request.numbered) else 0)
            if need.remaining <= PORTION and self._may_have_more(request.device):
                lease = _portion(store, owner)
                if lease is not None:
                    given.append(lease)
                    self._note_given(request.device)
        return tuple(given)

    def _given_now(self, device: DeviceId) -> tuple[int, int]:
        """The hour that it is, and how many portions a device was given in it."""
        now = self._clock() // HOUR_MS
        hour, count = self._given.get(device, (now, 0))
        return now, count if hour == now else 0

    def _may_have_more(self, device: DeviceId) -> bool:
        with self._guard:
            return self._given_now(device)[1] < PORTIONS_AN_HOUR

    def _note_given(self, device: DeviceId) -> None:
        with self._guard:
            now, count = self._given_now(device)
            self._given[device] = now, count + 1

    def _look(self, request: HubRequest, *, leases: tuple[NumberLease, ...]) -> HubAnswer:
        def work(unit: UnitOfWork) -> HubAnswer:
            store, tenant = unit.of(self.facts.tenant), unit.tenants.get(self.facts.tenant)
            signed, statement = self._vouched(store, request.device)
            grants = self._grants(store, request.device)
            feed_epoch = 0 if tenant is None else tenant.feed_epoch
            cursors = dict(request.cursors)
            behind = [row for row in grants.streams if cursors.get(row.id, 0) < row.last]
            if request.feed_epoch != feed_epoch:
                behind = []
            known = beginnings(store) if any(cursors.get(row.id) for row in behind) else {}
            of_use = [row for row in behind if leads_on(row, cursors.get(row.id, 0), known)]
            plan = PullPlan(
                streams=tuple(_planned(row, cursors.get(row.id, 0)) for row in _urgent_first(of_use)), own=()
            )
            items = store.items.listed(ItemKind.SLIP, owner=request.device, limit=20)
            slips = tuple((number, decode(body, Signed)) for number, _, body in items if number > request.taken)
            held = _held(store, request.device)
            word = None
            if any(row.key == DIRECTORY for row in of_use):
                word = store.items.get(ItemKind.DIRECTORY, b"")
            reply = HubReply(
                feed_epoch=feed_epoch,
                online=self._online(),
                held=(held.epoch, held.last_seq),
                slips=slips,
                withheld=len(of_use) < len(behind) or len(grants.streams) < len(statement.streams),
                grants=statement.grants,
                leases=leases,
                statement=signed if statement.granted and request.grants not in (-1, statement.grants) else None,
                directory=None if word is None else decode(word, Signed),
            )
            topics = {(STREAM_TOPIC, int(row.id)) for row in grants.streams}
            return HubAnswer(
                reply=reply,
                pull=Pull(request.device, plan),
                topics=frozenset({*topics, topic_of_device(request.device)}),
                has_news=bool(slips or leases or plan.streams),
            )

        return self._database.read(work)

    def _grants(self, store: TenantStore, device: DeviceId) -> Grants:
        """The streams of the copy that the device may have now; none when the statement has ended."""
        allowed = self._allowed(store, device)
        # A stream of which nothing is here yet is as good as not carried.
        rows = tuple(row for row in store.copy.streams() if row.id in allowed and row.last)
        if loading_segments(store):
            rows = ()
        return Grants(users=frozenset(), positions=(), streams=rows)

    def _allowed(self, store: TenantStore, device: DeviceId) -> set[StreamId]:
        statement = self._statement(store, device)
        return set(statement.streams) if statement.expires_ms > self._clock() else set()

    def _statement(self, store: TenantStore, device: DeviceId) -> Statement:
        return self._vouched(store, device)[1]

    def _vouched(self, store: TenantStore, device: DeviceId) -> tuple[Signed, Statement]:
        """What the server says of a device, as it signed it and as it reads; SIGNED_OUT if there is nothing."""
        body = store.items.get(ItemKind.STATEMENT, device)
        if body is None:
            raise RequestFault(FaultCode.SIGNED_OUT)
        signed: Signed = decode(body, Signed)
        if not is_statement_of(signed, self._server_key()):
            raise RequestFault(FaultCode.SIGNED_OUT)
        statement: Statement = decode(signed.body, Statement)
        if (statement.hub, statement.device, statement.tenant) != (self.facts.hub, device, self.facts.tenant):
            raise RequestFault(FaultCode.SIGNED_OUT)
        return signed, statement

    def _check_proof(self, statement: Statement, proof: bytes) -> None:
        payload = proof_payload(self.facts.tenant, self.facts.hub, statement.device)
        try:
            Ed25519PublicKey.from_public_bytes(statement.sign_key).verify(proof, payload)
        except InvalidSignature as err:
            raise RequestFault(FaultCode.SIGNED_OUT) from err


def topic_of_device(device: DeviceId) -> Topic:
    """Under this topic slips for a device are announced."""
    return DEVICE_TOPIC, int.from_bytes(device[:8], "big")


def _planned(row: StreamRow, start: int) -> PlannedStream:
    """A device that begins never had what has left the stream."""
    return PlannedStream(stream=row.id, start=start, gone_above=start or row.last)


def _urgent_first(rows: list[StreamRow]) -> list[StreamRow]:
    return sorted(rows, key=lambda row: (int(row.key.kind) == _REGISTER, -row.key.year, row.id))


def _held(store: TenantStore, device: DeviceId) -> Held:
    body = store.items.get(ItemKind.HELD, device)
    held: Held = Held(epoch=0, last_seq=0) if body is None else decode(body, Held)
    return held


def _store_parcel(store: TenantStore, parcel: Parcel) -> None:
    """Keep a parcel until the server has answered; one whose ops are all here already is a repeat."""
    held = _held(store, parcel.device)
    repeat = (parcel.epoch, parcel.last_seq) <= (held.epoch, held.last_seq)
    waiting = store.items.listed(ItemKind.PARCEL, limit=MAX_WAITING)
    if parcel.last_seq and repeat and any(owner == parcel.device for _, owner, _ in waiting):
        return
    of_one = sum(owner == parcel.device for _, owner, _ in waiting)
    if len(waiting) == MAX_WAITING or of_one >= MAX_WAITING_OF_ONE:
        raise RequestFault(FaultCode.BUSY, 60)
    if not parcel.last_seq:
        # It only asks: the newest question of a device is the one that counts.
        for number, owner, body in waiting:
            if owner == parcel.device and not decode(body, Parcel).last_seq:
                store.items.remove(ItemKind.PARCEL, owner, number=number)
    store.items.append(ItemKind.PARCEL, parcel.device, encode(parcel))
    if parcel.last_seq and not repeat:
        store.items.put(ItemKind.HELD, parcel.device, encode(Held(epoch=parcel.epoch, last_seq=parcel.last_seq)))


def _go_on_behind(store: TenantStore, owner: bytes, numbered: int) -> None:
    """What a PC was given already is not given again, whatever this copy remembers."""
    for fence, _, body in store.items.listed(ItemKind.BLOCK, owner=owner):
        left: NumberLease = decode(body, NumberLease)
        if left.low <= numbered <= left.high:
            rest = msgspec.structs.replace(left, low=numbered + 1)
            store.items.put(ItemKind.BLOCK, owner, encode(rest), number=fence)


def _portion(store: TenantStore, owner: bytes) -> NumberLease | None:
    for fence, _, body in store.items.listed(ItemKind.BLOCK, owner=owner):
        left: NumberLease = decode(body, NumberLease)
        if left.low <= left.high:
            high = min(left.high, left.low + PORTION - 1)
            rest = msgspec.structs.replace(left, low=high + 1)
            store.items.put(ItemKind.BLOCK, owner, encode(rest), number=fence)
            return msgspec.structs.replace(left, high=high)
    return None


def series_name(office: int, year: int, series: str) -> bytes:
    """The owner under which a block of a series is kept."""
    return f"{office}/{year}/{series}".encode()
