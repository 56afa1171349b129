"""A device that follows a script: it holds a key, a chain of ops and what it was sent, and speaks the real protocol."""

from __future__ import annotations

import http.client
import os
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.domain.acting import UNSIGNED, Signed
from core.domain.errors import Refusal
from core.domain.ids import DeviceId, PositionId, UserId, small_row_id, uuid7
from core.domain.numbering import NumberLease
from core.domain.offices import Person, Position, actor_at, actor_of
from core.merging.overlay import Overlay
from core.protocol.access import Pass, pair_key
from core.protocol.codec import check_of, encode
from core.protocol.faults import Fault, read_fault
from core.protocol.frames import Wire
from core.protocol.messages import (
    NONCE_BYTES,
    PROTOCOL,
    SCHEMA,
    Control,
    Data,
    Done,
    EnrolRequest,
    NumberNeed,
    OpResult,
    PasswordRequest,
    SessionReply,
    SessionRequest,
    Slice,
    SyncRequest,
    enrol_payload,
    password_payload,
    session_payload,
)
from core.protocol.ops import GENESIS, OP_VERSION, PREV_BYTES, Op, batch_payload, chain, pack_act
from core.protocol.person_keys import KeyOffer
from core.protocol.rows import read_rows
from core.protocol.sealing import SEED_BYTES, PartyKeys
from core.protocol.transfer import LENGTH_HEADER, OFFSET_HEADER, blob_path
from tests.support.replica import Replica

TIMEOUT_S = 30.0


@dataclass(frozen=True, kw_only=True)
class HttpAnswer:
    """What came back: the status, the headers, the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def fault(self) -> Fault | None:
        return read_fault(self.body)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A reply of the sync endpoint, taken apart."""

    http: HttpAnswer
    control: Control
    data: tuple[Data, ...]
    done: Done
    slices: tuple[Slice, ...] = ()

    @property
    def results(self) -> tuple[OpResult, ...]:
        return self.control.results

    def rows(self) -> list[Any]:
        """Every record that was sent as data, in order."""
        return [row.record for frame in self.data for _, rows in read_rows(frame.blocks) for row in rows]


class FaultAnswered(Exception):
    """The server answered with a fault."""

    def __init__(self, fault: Fault | None, status: int) -> None:
        super().__init__(f"{status} {fault}")
        self.fault = fault
        self.status = status


@dataclass
class MadeOp:
    """An op of the script: its bytes, the chain after it, and the records that the device expects of it."""

    seq: int
    data: bytes
    head: bytes
    records: tuple[Any, ...]


class Join(Protocol):
    """Lets a person of an office in on a new PC: `join("tu")`."""

    def __call__(self, handle: str) -> ScriptedDevice: ...


class ScriptedDevice:
    """One PC with any number of users."""

    def __init__(self, url: str, wire: Wire, *, clock: Any, ssl_context: ssl.SSLContext | None = None) -> None:
        self.url = url
        self.wire = wire
        self.clock = clock
        self.id = DeviceId(os.urandom(16))
        self.key = Ed25519PrivateKey.generate()
        self.keys = PartyKeys(self.key.private_bytes_raw(), os.urandom(SEED_BYTES))
        self.tokens: dict[UserId, str] = {}
        self.session: SessionReply | None = None
        self.epoch = 1
        self.next_seq = 1
        self.head = GENESIS
        self.feed_epoch = 0
        self.grants = 0
        self.pending: list[MadeOp] = []
        self.replica = Replica()
        self.leases: list[NumberLease] = []
        self._ssl = ssl_context

    # -- getting in ------------------------------------------------------------------------------------------

    def enrol(self, code: str, *, password: str, name: str = "PC TU", escrow: bytes = b"") -> SessionReply:
        request = EnrolRequest(
            protocol=PROTOCOL,
            code=code,
            device=self.id,
            sign_key=self.key.public_key().public_bytes_raw(),
            seal_key=self.keys.seal_public,
            device_name=name,
            password=password,
            escrow=escrow,
            nonce=os.urandom(NONCE_BYTES),
        )
        request = msgspec.structs.replace(request, signature=self.keys.sign(enrol_payload(request)))
        return self._let_in(self.request("POST", "/v1/enrol", self.wire.pack(request)))

    def open_session(self, user: UserId, *, password: str, offers: tuple[KeyOffer, ...] = ()) -> SessionReply:
        now_ms, nonce = self.clock(), os.urandom(NONCE_BYTES)
        request = SessionRequest(
            protocol=PROTOCOL,
            device=self.id,
            user=user,
            password=password,
            sent_ms=now_ms,
            signature=self.key.sign(session_payload(self.id, user, now_ms, nonce=nonce)),
            offers=offers,
            nonce=nonce,
        )
        return self._let_in(self.request("POST", "/v1/session", self.wire.pack(request)))

    def change_password(self, chosen: str, *, user: UserId, signed: str = "", own: bytes = b"") -> SessionReply:
        """Tell of a password; `signed` stands in for `chosen` under the signature, `own` is by a key of the person."""
        now_ms = self.clock()
        request = PasswordRequest(
            protocol=PROTOCOL,
            device=self.id,
            user=user,
            chosen=chosen,
            sent_ms=now_ms,
            signature=self.key.sign(password_payload(self.id, user, signed or chosen, wraps=(), sent_ms=now_ms)),
            own=own,
        )
        return self._let_in(self.request("POST", "/v1/password", self.wire.pack(request), token=self.token))

    def _let_in(self, answer: HttpAnswer) -> SessionReply:
        if answer.status != http.HTTPStatus.OK:
            raise FaultAnswered(answer.fault, answer.status)
        reply: SessionReply = self.wire.unpack(answer.body, SessionReply)
        if self.session is None:
            self.epoch, self.next_seq, self.head = reply.epoch, reply.next_seq, reply.head
        if not reply.token:
            reply = msgspec.structs.replace(reply, token=self.tokens[reply.user])
        self.session = reply
        self.tokens[reply.user] = reply.token
        self.feed_epoch = reply.feed_epoch
        return reply

    @property
    def token(self) -> str:
        assert self.session is not None
        return self.session.token

    def access(self, token: str | None = None) -> Pass:
        """What lets this device in, with its own token or another."""
        assert self.session is not None
        key = pair_key(self.keys, self.session.bundle_seal)
        return Pass(self.token if token is None else token, key, wall_ms=self.clock)

    def authorized(self, method: str, path: str) -> dict[str, str]:
        """The header with which this device is let in once."""
        return {"Authorization": self.access().shown(method, path)}

    @property
    def user(self) -> UserId:
        assert self.session is not None
        return self.session.user

    # -- acting ----------------------------------------------------------------------------------------------

    def act(
        self,
        act: Any,
        *,
        position: PositionId,
        user: UserId | None = None,
        group: int = 0,
        wall_ms: int | None = None,
        known: int | None = None,
        signed: Signed = UNSIGNED,
    ) -> MadeOp:
        """Do something offline: the rule runs here first, as on a real PC, and the op waits to be sent."""
        user = self.user if user is None else user
        wall_ms = self.clock() if wall_ms is None else wall_ms
        base = Overlay(self.replica)
        for waiting in self.pending:
            for record in waiting.records:
                base.put(record)
        records = self._decide(base, act, user=user, position=position, wall_ms=wall_ms, signed=signed)
        code, args = pack_act(act)
        op = Op(
            version=OP_VERSION,
            seq=self.next_seq,
            prev=self.head[:PREV_BYTES],
            user=user,
            position=position,
            act=code,
            args=args,
            check=check_of(records),
            group=group,
            wall_ms=wall_ms,
            offset_ms=0,
            uncertainty_ms=0,
            known=self.replica.directory_cursor if known is None else known,
            signature=signed.signature,
        )
        return self.append(encode(op), records=records)

    def append(self, data: bytes, *, records: tuple[Any, ...] = ()) -> MadeOp:
        """Put bytes at the end of the chain, whatever they are."""
        made = MadeOp(seq=self.next_seq, data=data, head=chain(self.head, data), records=records)
        self.head = made.head
        self.next_seq += 1
        self.pending.append(made)
        return made

    def _decide(
        self, base: Overlay, act: Any, *, user: UserId, position: PositionId, wall_ms: int, signed: Signed
    ) -> tuple[Any, ...]:
        person = self.replica.get(Person, small_row_id(user))
        held = self.replica.get(Position, small_row_id(position))
        if person is None or held is None:
            return ()
        try:
            now = datetime.fromtimestamp(max(0, wall_ms) // 1000, UTC)
            acting = actor_at(person, held, now) or actor_of(person, held)
            return base.perform(act, acting, now, signed=signed).records
        except Refusal:
            return ()  # sent all the same: what the server makes of it is the test

    def new_id(self) -> bytes:
        return uuid7(self.clock(), os.urandom)

    # -- talking ---------------------------------------------------------------------------------------------

    def sync(self, **changes: Any) -> Answer:
        """One round: sends what waits, takes what comes. `changes` replace fields of the request."""
        answer = self.ask(self.build(**changes))
        self.take(answer)
        return answer

    def build(
        self,
        *,
        ops: Sequence[MadeOp] | None = None,
        hold: int = 0,
        needs: Iterable[NumberNeed] = (),
        offers: Iterable[tuple[bytes, int]] = (),
        **changes: Any,
    ) -> SyncRequest:
        sent = list(self.pending if ops is None else ops)[:200]
        assert self.session is not None
        signature = b""
        if sent:
            payload = batch_payload(self.session.tenant, self.id, self.epoch, last_seq=sent[-1].seq, head=sent[-1].head)
            signature = self.key.sign(payload)
        fields: dict[str, Any] = {
            "protocol": PROTOCOL,
            "schema": SCHEMA,
            "epoch": self.epoch,
            "feed_epoch": self.feed_epoch,
            "sent_ms": self.clock(),
            "grants": self.grants,
            "ops": tuple(made.data for made in sent),
            "signature": signature,
            "cursors": tuple(sorted(self.replica.cursors.items())),
            "offers": tuple(offers),
            "needs": tuple(needs),
            "hold": hold,
            "next_seq": self.next_seq,
        }
        return SyncRequest(**{**fields, **changes})

    def ask(self, request: SyncRequest) -> Answer:
        """Send a request and read its reply, without taking anything over."""
        reply = self.request("POST", "/v1/sync", self.wire.pack(request), token=self.token)
        if reply.status != http.HTTPStatus.OK:
            raise FaultAnswered(reply.fault, reply.status)
        return read_answer(self.wire, reply)

    def take(self, answer: Answer) -> None:
        """Take over a reply as a real PC does: grants, results, then data."""
        control = answer.control
        self.feed_epoch = control.feed_epoch
        if control.grants != self.grants:
            self.grants = control.grants
            self.replica.grant({grant.stream: grant.key for grant in control.granted})
        made = {op.seq: op for op in self.pending}
        for result in control.results:
            if result.same and result.first_rev and result.seq in made:
                self.replica.settle(made[result.seq].records, result.first_rev)
        settled = {result.seq for result in control.results}
        self.pending = [op for op in self.pending if op.seq not in settled]
        self.leases += [lease for lease in control.leases if lease not in self.leases]
        for frame in answer.data:
            self.replica.apply(frame)
        self.replica.drop_orphans()

    def upload(self, sha256: bytes, content: bytes, *, offset: int = 0, size: int | None = None) -> HttpAnswer:
        """Send the rest of a file from `offset` on; `content` is all that is sent."""
        headers = {OFFSET_HEADER: str(offset)}
        if size is not None:
            headers[LENGTH_HEADER] = str(size)
        return self.request("PATCH", blob_path(sha256), content, token=self.token, headers=headers)

    def download(self, sha256: bytes, **headers: str) -> HttpAnswer:
        """Ask for a file; `headers` with underscores for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("GET", blob_path(sha256), b"", token=self.token, headers=named)

    def request(
        self,
        method: str,
        path: str,
        body: bytes,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> HttpAnswer:
        """One request on a connection of its own."""
        connection = self.connect()
        try:
            sent = dict(headers or {})
            if token is not None:
                sent["Authorization"] = self.access(token).shown(method, path)
            connection.request(method, path, body=body, headers=sent)
            reply = connection.getresponse()
            return HttpAnswer(
                status=reply.status,
                headers={name.lower(): value for name, value in reply.getheaders()},
                body=reply.read(),
            )
        finally:
            connection.close()

    def connect(self) -> http.client.HTTPConnection:
        address = urlsplit(self.url)
        assert address.hostname is not None
        if self._ssl is not None:
            return http.client.HTTPSConnection(address.hostname, address.port, timeout=TIMEOUT_S, context=self._ssl)
        return http.client.HTTPConnection(address.hostname, address.port, timeout=TIMEOUT_S)


def read_answer(wire: Wire, reply: HttpAnswer) -> Answer:
    """The frames of a reply; an assertion fails where they are not Control, Data..., Done."""
    frames = list(wire.reader().feed(reply.body))
    control, *data, done = frames
    assert isinstance(control, Control)
    assert isinstance(done, Done)
    taken = tuple(frame for frame in data if isinstance(frame, Data))
    slices = tuple(frame for frame in data if isinstance(frame, Slice))
    assert [*taken, *slices] == data
    return Answer(http=reply, control=control, data=taken, done=done, slices=slices)
