"""Devices for the load on a server: in a database before it starts, each with a key, a token and a chain of letters.

Keys, tokens and letters follow from the device's number, so that the process that makes the load needs nothing but
the numbers of the office that a device is in.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.domain.acting import UNKNOWN_CHANGE, Change, Context, RecordT
from core.domain.ids import DeviceId, LetterId, OfficeId, PositionId, TenantId, UserId, uuid7
from core.domain.letters import Channel, SecurityLevel, Urgency
from core.domain.offices import Actor, Office, Role
from core.domain.registering import RegisterLetter, register_letter
from core.protocol.access import Pass, pair_key, token_hash
from core.protocol.codec import check_of, encode
from core.protocol.ops import GENESIS, OP_VERSION, PREV_BYTES, Op, batch_payload, chain, pack_act
from core.protocol.sealing import PartyKeys
from server.app import TLS_FOLDER, ServerConfig, ServerHandle, wall_clock_ms
from server.services.server_keys import ensure_server_keys
from server.services.session_terms import TOKEN_LIFE_MS
from server.services.templates import TEMPLATES
from server.storage.database import UnitOfWork
from server.storage.devices import new_device

REGION = "Kabupaten Rimba Serunai"
YEAR = 2026
NUMBERS_EACH = 40_000
DAY = date(YEAR, 3, 2)


class LoadDevice(msgspec.Struct, frozen=True, kw_only=True):
    """One device: its number, and who registers letters on it where."""

    number: int
    tenant: TenantId
    office: OfficeId
    position: PositionId
    user: UserId
    first_no: int
    server_seal: bytes

    @property
    def id(self) -> DeviceId:
        """The device's id."""
        return DeviceId(_seed("device", self.number)[:16])

    @property
    def token(self) -> str:
        """What it shows with every request."""
        return base64.urlsafe_b64encode(_seed("token", self.number)[:16]).rstrip(b"=").decode()

    @property
    def keys(self) -> PartyKeys:
        """Its private keys."""
        return PartyKeys(_seed("key", self.number), _seed("seal", self.number))

    def access(self) -> Pass:
        """What lets it in."""
        return Pass(self.token, pair_key(self.keys, self.server_seal), wall_ms=wall_clock_ms)

    @property
    def key(self) -> Ed25519PrivateKey:
        """What it signs with."""
        return Ed25519PrivateKey.from_private_bytes(_seed("key", self.number))


class Push(msgspec.Struct, frozen=True, kw_only=True):
    """Ops that go together, with what was signed and its signature."""

    ops: tuple[bytes, ...]
    payload: bytes
    signature: bytes


def make_devices(config: ServerConfig, *, offices: int, sizes: Sequence[int]) -> list[list[LoadDevice]]:
    """Make a region with so many offices, and a group of devices for each of `sizes`.

    A group of at most so many devices as there are offices has one in each; all of a larger one are in the first.
    """
    handle = ServerHandle(config)
    tenant = handle.admin.add_tenant(REGION, REGION)
    server_seal = ensure_server_keys(config.data / TLS_FOLDER).seal_public
    registrars = [_add_office(handle, tenant, number=number) for number in range(offices)]
    groups: list[list[LoadDevice]] = []
    count = 0
    for size in sizes:
        group = []
        for at in range(size):
            office, position, user = registrars[at if size <= offices else 0]
            first_no = 1 + len(groups) * NUMBERS_EACH
            group.append(
                LoadDevice(
                    number=count,
                    tenant=tenant,
                    office=office,
                    position=position,
                    user=user,
                    first_no=first_no,
                    server_seal=server_seal,
                )
            )
            count += 1
        groups.append(group)
    handle.database.write(lambda unit: _enter(unit, [one for group in groups for one in group]))
    handle.close()
    return groups


def make_pushes(device: LoadDevice, *, count: int, size: int) -> list[Push]:
    """Registered letters in so many pushes of `size` ops, each signed, the first of a device that sent nothing yet."""
    key, head, seq, wall_ms = device.key, GENESIS, 0, wall_clock_ms()
    pushes = []
    for _ in range(count):
        ops = []
        for _ in range(size):
            seq += 1
            data = _letter_op(device, seq=seq, prev=head[:PREV_BYTES], wall_ms=wall_ms)
            head = chain(head, data)
            ops.append(data)
        payload = batch_payload(device.tenant, device.id, 1, last_seq=seq, head=head)
        pushes.append(Push(ops=tuple(ops), payload=payload, signature=key.sign(payload)))
    return pushes


def _letter_op(device: LoadDevice, *, seq: int, prev: bytes, wall_ms: int) -> bytes:
    random_bytes = functools.partial(_seeded_bytes, device.number, seq)
    act = RegisterLetter(
        letter_id=LetterId(uuid7(wall_ms + seq, random_bytes)),
        agenda_year=YEAR,
        agenda_no=device.first_no + seq,
        received_on=DAY,
        letter_no=f"400.9/{seq}/{YEAR}",
        letter_date=DAY,
        sender="Dinas Sosial Kabupaten Rimba Serunai",
        subject=f"Undangan rapat koordinasi penyaluran bantuan sosial tahap {seq}",
        security=SecurityLevel.OPEN,
        urgency=Urgency.NORMAL,
        classification="400.9",
        addressee=None,
        due_on=None,
        channel=Channel.PAPER,
        summary="",
        scans=(),
    )
    actor = Actor(user=device.user, position=device.position, office=device.office, role=Role.REGISTRAR)
    happened = datetime.fromtimestamp(wall_ms // 1000, UTC)
    decision = register_letter(act, Context(actor=actor, now=happened, records=_Nothing()))
    code, args = pack_act(act)
    return encode(
        Op(
            version=OP_VERSION,
            seq=seq,
            prev=prev,
            user=device.user,
            position=device.position,
            act=code,
            args=args,
            check=check_of(decision.records),
            group=0,
            wall_ms=wall_ms,
            offset_ms=0,
            uncertainty_ms=0,
        )
    )


class _Nothing:
    """Records of which there are none: what a new letter is entered beside."""

    def get(self, _record_type: type[RecordT], _row_id: bytes) -> RecordT | None:
        return None

    def field_revisions(self, _record_type: type[msgspec.Struct], _row_id: bytes) -> dict[str, int]:
        return {}

    def last_change(self, _record_type: type[msgspec.Struct], _row_id: bytes, _field: str) -> Change:
        return UNKNOWN_CHANGE

    def newest_change(self, _record_type: type[msgspec.Struct], _row_id: bytes, _field: str) -> int:
        return 0

    def children(self, _letter_id: LetterId) -> tuple[msgspec.Struct, ...]:
        return ()

    def assign_number(self, _office: OfficeId, _year: int, _series: str) -> int:
        return 0


def _add_office(handle: ServerHandle, tenant: TenantId, *, number: int) -> tuple[OfficeId, PositionId, UserId]:
    plans = TEMPLATES["kecamatan"]
    place = next(at for at, plan in enumerate(plans) if plan.role == Role.REGISTRAR)
    name = f"Kec. {number}"
    office = Office(number=OfficeId(0), name=f"Kantor {name}", short_name=name, region=REGION)
    report = handle.admin.set_up_office(tenant, office, positions=plans)
    return report.office, report.positions[plans[place].title], report.people[place].user


def _enter(unit: UnitOfWork, devices: Sequence[LoadDevice]) -> None:
    now_ms = wall_clock_ms()
    for device in devices:
        table = unit.of(device.tenant).devices
        sign_key = device.key.public_key().public_bytes_raw()
        table.add(new_device(device.id, sign_key=sign_key, seal_key=device.keys.seal_public, name="PC", now_ms=now_ms))
        table.set_token(
            device.id,
            device.user,
            token_hash=token_hash(device.token),
            expires_ms=now_ms + TOKEN_LIFE_MS,
            began_ms=now_ms,
        )


def _seeded_bytes(device: int, seq: int, count: int) -> bytes:
    return _seed("letter", device, seq)[:count]


def _seed(purpose: str, *numbers: int) -> bytes:
    return hashlib.sha256(repr((purpose, *numbers)).encode()).digest()
