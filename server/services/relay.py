"""Serves hubs: takes the parcels of their PCs as if each had come by itself, and gives rows, slips and statements.

The server trusts a hub with nothing but reading: a parcel counts by the signature of its device, and is answered with
bytes that the server signs.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.domain.ids import DeviceId, StreamId, UserId
from core.domain.numbering import INCOMING_AGENDA, NumberLease, needs_refill
from core.domain.streams import StreamKind, stream_priority
from core.protocol.codec import CodecError, decode, encode
from core.protocol.faults import FaultCode
from core.protocol.hub import (
    APPOINTMENT_LIFE_MS,
    HUB_BLOCK,
    MAX_PARCELS,
    STATEMENT_LIFE_MS,
    Appointment,
    HubSegment,
    KnownStatement,
    Parcel,
    RelayReply,
    RelayRequest,
    Signed,
    Slip,
    Statement,
    parcel_payload,
)
from core.protocol.messages import MAX_CURSORS, PROTOCOL, SCHEMA, Data, StreamGrant, SyncRequest
from server.services.blobs import BlobService
from server.services.directory_word import DirectoryWords
from server.services.faults import RequestFault
from server.services.grants import JOINED, Grants, GrantsReader, Topic
from server.services.ground import Reading
from server.services.hubs import hub_grants, users_of
from server.services.number_authority import move_authority
from server.services.numbering import MAX_NEEDS, grant_leases, wants_lease
from server.services.pull import Pull, plan_pull
from server.services.segments import NO_LOADS, Loads, SegmentService
from server.services.statements import Signer
from server.services.sync import SyncService
from server.services.tokens import Caller, Clock
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.heads import TenantRow
from server.storage.hubs import HubRow
from server.storage.numbers import SeriesKey
from server.storage.op_log import Writer
from server.storage.segments import SegmentRow

MAX_KNOWN = 500
# A hub shows nothing of what it reads before it has all: longer frames are fewer bytes.
FRAME_ROWS = 1000
KEY_BYTES = 32
_NOBODY = UserId(0)


class Relayed(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a hub: its head, what follows, and what to wait for if there is nothing to say."""

    reply: RelayReply
    pull: Pull
    topics: frozenset[Topic]
    has_news: bool


class RelayService:
    """Serves `POST /v1/relay`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        sync: SyncService,
        signer: Signer,
        blobs: BlobService,
        segments: SegmentService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sync = sync
        self._signer = signer
        self._blobs = blobs
        self._segments = segments
        self._directory = DirectoryWords(signer)

    def receive(self, hub: HubRow, request: RelayRequest) -> Relayed:
        """Take the parcels, durably, and prepare the answer; RequestFault if nothing could be taken."""
        if request.protocol != PROTOCOL or request.schema > SCHEMA:
            raise RequestFault(FaultCode.TOO_OLD)
        if len(request.parcels) > MAX_PARCELS or len(request.known) > MAX_KNOWN:
            raise RequestFault(FaultCode.TOO_LARGE)
        if len(request.needs) > MAX_NEEDS or len(request.cursors) > MAX_CURSORS:
            raise RequestFault(FaultCode.TOO_LARGE)
        slips = [self._signer.slip(self._take(hub, one, request)) for one in request.parcels]
        return self._look(hub, request, slips=slips)

    def look_again(self, hub: HubRow, request: RelayRequest) -> Relayed:
        """The answer to a request without parcels that was held."""
        return self._look(hub, request, slips=())

    def frames(self, hub: HubRow, relayed: Relayed) -> Iterator[Data]:
        """The rows of an answer, read while they are sent; what the hub may carry is asked again for each frame."""
        while not relayed.pull.finished:

            def page(unit: UnitOfWork) -> Data | None:
                store = unit.of(hub.tenant)
                return relayed.pull.read(store, hub_grants(store, hub.office))

            frame = self._database.read(page)
            if frame is not None:
                yield frame

    def file(self, hub: HubRow, sha256: bytes, *, start: int) -> tuple[int, Iterator[bytes]]:
        """(size, bytes from `start` on) of a file that lies in a stream of the hub; NOT_FOUND."""

        def may_read(unit: UnitOfWork) -> bool:
            store = unit.of(hub.tenant)
            streams = [row.id for row in hub_grants(store, hub.office).streams]
            return store.streams.holds_any(streams, store.blobs.rows_with(sha256))

        size = self._blobs.complete_size(hub.tenant, sha256) if self._database.read(may_read) else None
        if size is None or start > size:
            raise RequestFault(FaultCode.NOT_FOUND)
        caller = Caller(tenant=hub.tenant, device=DeviceId(hub.id), user=_NOBODY)
        return size, self._blobs.read(caller, sha256, start=start, count=size - start)

    def bring(self, hub: HubRow, sha256: bytes, *, size: int, start: int, data: bytes) -> int:
        """Take a piece of a file that a PC left at the hub; how much of it is here. RequestFault."""
        return self._blobs.take_piece(hub.tenant, sha256, size=size, start=start, data=data)

    def segment(self, hub: HubRow, sha256: bytes, *, start: int) -> tuple[int, Iterator[bytes]]:
        """(size, bytes from `start` on) of a segment whose streams the hub may carry; NOT_FOUND."""

        def grants(store: TenantStore) -> Grants:
            return hub_grants(store, hub.office)

        size = self._segments.readable_size(hub.tenant, sha256, grants=grants)
        if start > size:
            raise RequestFault(FaultCode.NOT_FOUND)
        return size, self._segments.read(hub.tenant, sha256, start=start, grants=grants)

    def _take(self, hub: HubRow, parcel: Parcel, request: RelayRequest) -> Slip:
        slip = Slip(tenant=hub.tenant, device=parcel.device, epoch=parcel.epoch, last_seq=parcel.last_seq)
        try:
            caller = self._database.read(lambda unit: _author(unit.of(hub.tenant), parcel))
            sent: SyncRequest = decode(parcel.body, SyncRequest)
            # The rows come by the hub's own cursors: of the answer only its first frame goes into the slip, and that
            # names no segments.
            asked = msgspec.structs.replace(
                sent, cursors=request.cursors, hold=0, checks=(), buckets=(), segments=False, loading=()
            )
            if asked.needs and not self._is_first(hub, parcel):
                # Nobody but the PC says when it needs more numbers. What was lost on the way to it, it asks for anew.
                asked = msgspec.structs.replace(asked, needs=())
            control = self._sync.receive(caller, asked).control
        except CodecError:
            return msgspec.structs.replace(slip, fault=FaultCode.MALFORMED.value)
        except RequestFault as fault:
            if fault.fault.code in (FaultCode.BUSY, FaultCode.TOO_MANY):
                raise
            return msgspec.structs.replace(slip, fault=fault.fault.code.value)
        return msgspec.structs.replace(slip, control=encode(control), head=self._head(hub, parcel))

    def _is_first(self, hub: HubRow, parcel: Parcel) -> bool:
        """Whether a parcel comes for the first time; from then on it does not."""

        def work(unit: UnitOfWork) -> bool:
            store = unit.of(hub.tenant)
            return store.guards.use(parcel.signature, now_ms=store.now_ms)

        return self._database.write(work)

    def _head(self, hub: HubRow, parcel: Parcel) -> bytes:
        """The end of the chain of which a parcel brought the last op, as it stands in the log."""
        writer = Writer(device=parcel.device, epoch=parcel.epoch)

        def work(unit: UnitOfWork) -> bytes:
            logged = unit.of(hub.tenant).ops.between(writer, first=parcel.last_seq, last=parcel.last_seq)
            return logged[parcel.last_seq].head if parcel.last_seq in logged else b""

        return self._database.read(work) if parcel.last_seq else b""

    def _look(self, hub: HubRow, request: RelayRequest, *, slips: Sequence[Signed]) -> Relayed:
        now_ms = self._clock()
        this_year = datetime.fromtimestamp(now_ms // 1000, UTC).year
        leases = self._leases(hub, request, now_ms=now_ms)

        def work(unit: UnitOfWork) -> Relayed:
            store, tenant = unit.of(hub.tenant), unit.tenants.get(hub.tenant)
            if tenant is None:
                raise RequestFault(FaultCode.SIGNED_OUT)
            grants = hub_grants(store, hub.office)
            same = request.feed_epoch == tenant.feed_epoch
            cursors = dict(request.cursors) if same else {}
            loads = NO_LOADS
            if request.segments:
                loading = request.loading if same else ()
                loads = _of_registers(self._segments.choose(store, grants, cursors, loading=loading))
            # A hub reads nothing before it has all: no glance at what comes as a segment.
            shown = msgspec.structs.replace(loads, fresh=False)
            # What lies in a stream by what another one brought may have left it before the hub reads that: all is told.
            plan = plan_pull(grants, cursors, own=(), this_year=this_year, loads=shown, late=True)
            # Nor in the order of what is urgent: what a register has brought, the inboxes need not name again.
            streams = sorted(plan.streams, key=lambda one: one.inbox) if request.rows else ()
            plan = msgspec.structs.replace(plan, streams=tuple(streams), glances=False)
            statements, gone = (
                self._statements(store, hub, request.known, grants=grants, tenant=tenant, now_ms=now_ms)
                if request.vouch
                else ([], [])
            )
            appointment = self._appointment(hub, request, now_ms=now_ms) if request.vouch else None
            named = {one.stream for one in plan.streams}
            directory = self._directory.of(store, tenant, tuple(row for row in grants.streams if row.id in named))
            regranted = grants.version != request.grants or not same
            reply = RelayReply(
                feed_epoch=tenant.feed_epoch,
                now_ms=now_ms,
                grants=grants.version,
                granted=_granted(grants, this_year) if regranted else (),
                slips=tuple(slips),
                statements=tuple(statements),
                gone=tuple(gone),
                leases=leases,
                segments=tuple(_told(row) for row in loads.chosen),
                appointment=appointment,
                directory=directory,
            )
            void = len(request.loading) > len(loads.chosen)
            news = (slips, plan.streams, statements, gone, leases, loads.fresh, void, appointment)
            return Relayed(
                reply=reply,
                pull=Pull(DeviceId(hub.id), plan, frame_rows=FRAME_ROWS),
                topics=grants.topics | {JOINED},
                has_news=regranted or any(news),
            )

        return self._database.read(work)

    def _statements(
        self,
        store: TenantStore,
        hub: HubRow,
        known: Sequence[KnownStatement],
        *,
        grants: Grants,
        tenant: TenantRow,
        now_ms: int,
    ) -> tuple[list[Signed], list[DeviceId]]:
        """Statements that are new, changed or half over; devices that have none any more."""
        this_year = datetime.fromtimestamp(now_ms // 1000, UTC).year
        held = {one.device: one for one in known}
        rows = store.hubs.devices_of(users_of(store, grants.positions))
        devices = store.devices.several({device for device, _, _, expires in rows if expires > now_ms})
        valid = {device for device, row in devices.items() if row.revoked_ms is None}
        reader = GrantsReader(store, store.devices.tokens_of(valid), Reading(store))
        fresh: list[Signed] = []
        for device in sorted(valid):
            row, granted = devices[device], reader.of(device)
            streams = tuple(StreamId(one.id) for one in granted.streams)
            version = zlib.crc32(encode((streams, granted.version, tenant.feed_epoch)) + row.sign_key)
            mine = held.get(device)
            if mine and mine.version == version and mine.expires_ms - now_ms > STATEMENT_LIFE_MS // 2:
                continue
            statement = Statement(
                tenant=hub.tenant,
                hub=hub.id,
                device=device,
                sign_key=row.sign_key,
                streams=streams,
                version=version,
                expires_ms=now_ms + STATEMENT_LIFE_MS,
                grants=granted.version,
                granted=_granted(granted, this_year),
                feed_epoch=tenant.feed_epoch,
                made_ms=now_ms,
            )
            fresh.append(self._signer.statement(statement))
        return fresh, sorted(held.keys() - valid)

    def _appointment(self, hub: HubRow, request: RelayRequest, *, now_ms: int) -> Signed | None:
        """A new one for a hub that has none, or whose is half over."""
        if len(request.sign_key) != KEY_BYTES or request.appointed_ms - now_ms > APPOINTMENT_LIFE_MS // 2:
            return None
        return self._signer.appointment(
            Appointment(
                tenant=hub.tenant,
                office=hub.office,
                hub=hub.id,
                sign_key=request.sign_key,
                since_ms=hub.last_seen_ms,  # when it was let in
                expires_ms=now_ms + APPOINTMENT_LIFE_MS,
            )
        )

    def _leases(self, hub: HubRow, request: RelayRequest, *, now_ms: int) -> tuple[NumberLease, ...]:
        # A hub gives out the agenda numbers of its office; other books are counted by who has always counted them.
        wanted = [
            one
            for one in request.needs
            if one.series == INCOMING_AGENDA
            and needs_refill(one.remaining, HUB_BLOCK)
            and wants_lease(one, {hub.office}, now_ms=now_ms)
        ]
        if not wanted:
            return ()
        writer = Writer(device=DeviceId(hub.id), epoch=1)

        def work(unit: UnitOfWork) -> tuple[NumberLease, ...]:
            """The hub of an office alone gives out its numbers, from its first need on."""
            store = unit.of(hub.tenant)
            store.head.lock()
            for need in wanted:
                key = SeriesKey(office=need.office, year=need.year, series=need.series)
                move_authority(store, key, writer.device, now_ms=now_ms)
            return grant_leases(store, writer, needs=wanted, now_ms=now_ms, least=HUB_BLOCK)

        return self._database.write(work)


def as_it_stands(request: RelayRequest, relayed: Relayed, told: Mapping[StreamId, int]) -> RelayRequest | None:
    """What a hub would ask next that has taken an answer and its rows, up to the numbers in `told`.

    None where it has to come by itself: to fetch a segment, or to say what else it needs.
    """
    reply = relayed.reply
    if reply.segments or reply.leases or request.loading:
        return None
    cursors = dict(request.cursors) if request.feed_epoch == reply.feed_epoch else {}
    if reply.granted:
        cursors = {one.stream: cursors.get(one.stream, 0) for one in reply.granted}
    known = {one.device: one for one in request.known if one.device not in reply.gone}
    for signed in reply.statements:
        made: Statement = decode(signed.body, Statement)
        known[made.device] = KnownStatement(device=made.device, version=made.version, expires_ms=made.expires_ms)
    appointed_ms = request.appointed_ms
    if reply.appointment is not None:
        appointment: Appointment = decode(reply.appointment.body, Appointment)
        appointed_ms = appointment.expires_ms
    return msgspec.structs.replace(
        request,
        feed_epoch=reply.feed_epoch,
        grants=reply.grants,
        cursors=tuple({**cursors, **told}.items()),
        known=tuple(known.values()),
        appointed_ms=appointed_ms,
    )


def _author(store: TenantStore, parcel: Parcel) -> Caller:
    """The device and person that a parcel comes from; SIGNED_OUT, DEVICE_REVOKED, MALFORMED."""
    device = store.devices.get(parcel.device)
    if device is None:
        raise RequestFault(FaultCode.SIGNED_OUT)
    if device.revoked_ms is not None:
        raise RequestFault(FaultCode.DEVICE_REVOKED)
    try:
        payload = parcel_payload(store.id, parcel)
        Ed25519PublicKey.from_public_bytes(device.sign_key).verify(parcel.signature, payload)
    except (InvalidSignature, OverflowError) as err:
        raise RequestFault(FaultCode.MALFORMED) from err
    tokens = store.devices.tokens_of([parcel.device])[parcel.device]
    token = next((one for one in tokens if one.user == parcel.user), None)
    if token is None:
        raise RequestFault(FaultCode.SIGNED_OUT)
    return Caller(tenant=store.id, device=parcel.device, user=parcel.user, shown=token.session)


def _of_registers(loads: Loads) -> Loads:
    """Without segments of inboxes: a hub that holds the register has their rows from it."""
    chosen = tuple(row for row in loads.chosen if row.kind == StreamKind.REGISTER)
    streams = {one.stream for row in chosen for one in row.streams}
    elsewhere = {stream: cursor for stream, cursor in loads.elsewhere.items() if stream in streams}
    return Loads(chosen=chosen, elsewhere=elsewhere, fresh=loads.fresh)


def _told(row: SegmentRow) -> HubSegment:
    return HubSegment(
        sha256=row.sha256,
        size=row.size,
        kind=row.kind,
        owner=row.owner,
        level=row.level,
        streams=tuple((one.stream, one.cursor, one.rows) for one in row.streams),
    )


def _granted(grants: Grants, this_year: int) -> tuple[StreamGrant, ...]:
    return tuple(
        StreamGrant(stream=StreamId(row.id), key=row.key, priority=stream_priority(row.key, this_year))
        for row in grants.streams
    )
