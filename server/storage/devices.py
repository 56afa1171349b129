"""Devices, who may use them, and the state of each device's chain of ops."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select, Update

from core.domain.ids import DeviceId, TenantId, UserId
from core.domain.server_room import SERVER_ROOM_DEVICE
from core.protocol.ops import GENESIS
from server.storage.arrays import packed
from server.storage.statements import change, is_one_of, listed, upsert
from server.storage.tables import DEVICE, DEVICE_USER
from server.storage.together import Answer, ask, ask_text
from sql.direct import kept


class DeviceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One device. `next_seq` is the number that its next op must carry, `head` the hash of the chain before it.

    `state` is what it told of itself at `told_ms`, as bytes; None as long as it told nothing. Of a device that was shut
    out, `sealed` counts the bytes of work that it left sealed, the last at `sealed_ms`; it was opened at `opened_ms`.
    """

    id: DeviceId
    epoch: int
    next_seq: int
    head: bytes
    sign_key: bytes
    seal_key: bytes
    name: str
    revoked_ms: int | None
    last_seen_ms: int
    state: bytes | None = None
    told_ms: int = 0
    sealed: int = 0
    sealed_ms: int = 0
    opened_ms: int = 0


class DeviceToken(msgspec.Struct, frozen=True, kw_only=True):
    """A person who may use a device, with what is kept of the token."""

    user: UserId
    token_hash: bytes
    expires_ms: int
    family: bytes | None = None

    @property
    def session(self) -> bytes:
        """What stays the same however often the token is turned."""
        return self.family or self.token_hash


class ChainEnd(msgspec.Struct, frozen=True, kw_only=True):
    """Where the chain of a device stands: `next_seq` comes next, `head` is the hash of all before."""

    device: DeviceId
    epoch: int
    next_seq: int
    head: bytes


def new_device(device: DeviceId, *, sign_key: bytes, seal_key: bytes, name: str, now_ms: int) -> DeviceRow:
    """A device that has not sent anything yet."""
    return DeviceRow(
        id=device,
        epoch=1,
        next_seq=1,
        head=GENESIS,
        sign_key=sign_key,
        seal_key=seal_key,
        name=name,
        revoked_ms=None,
        last_seen_ms=now_ms,
    )


_COLUMNS = tuple(column.name for column in DEVICE.c if column.name != "tenant")


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _reading(dialect: str) -> Select[Any]:
    return select(*(DEVICE.c[name] for name in _COLUMNS)).where(
        DEVICE.c.tenant == bindparam("tenant"), is_one_of(dialect, DEVICE.c.id, "devices")
    )


@kept
def _all() -> Select[Any]:
    mine = DEVICE.c.tenant == bindparam("tenant")
    return select(*(DEVICE.c[name] for name in _COLUMNS)).where(mine).order_by(DEVICE.c.name, DEVICE.c.id)


@kept
def _users_of_all() -> Select[Any]:
    wanted = select(DEVICE_USER.c.device, DEVICE_USER.c.user).where(DEVICE_USER.c.tenant == bindparam("tenant"))
    return wanted.order_by(DEVICE_USER.c.device, DEVICE_USER.c.user)


@kept
def _locking(dialect: str) -> Select[Any]:
    # Everybody locks in this order, so that no two wait for each other.
    return _reading(dialect).order_by(DEVICE.c.id).with_for_update()


@kept
def _tokens() -> Select[Any]:
    return (
        select(
            DEVICE_USER.c.device,
            DEVICE_USER.c.user,
            DEVICE_USER.c.token_hash,
            DEVICE_USER.c.token_expires_ms,
            DEVICE_USER.c.family,
        )
        .where(
            DEVICE_USER.c.tenant == bindparam("tenant"), DEVICE_USER.c.device.in_(bindparam("devices", expanding=True))
        )
        .order_by(DEVICE_USER.c.device, DEVICE_USER.c.user)
    )


# So SQLite is asked. OFFSET makes PostgreSQL look up those of each device: it read all of the tenant as long as these
# were few or not counted, and went on when they were many.
_TOKENS_AT_ONCE = """
    SELECT u.* FROM unnest(%b::bytea[]) AS wanted (device) CROSS JOIN LATERAL (
        SELECT device, "user", token_hash, token_expires_ms, family FROM device_user
        WHERE tenant = %b AND device = wanted.device OFFSET 0
    ) AS u
    ORDER BY u.device, u."user"
"""


@kept
def _one(*, lock: bool) -> Select[Any]:
    wanted = select(*(DEVICE.c[name] for name in _COLUMNS)).where(
        DEVICE.c.tenant == bindparam("tenant"), DEVICE.c.id == bindparam("device")
    )
    return wanted.with_for_update() if lock else wanted


@kept
def _users() -> Select[Any]:
    mine = (DEVICE_USER.c.tenant == bindparam("tenant"), DEVICE_USER.c.device == bindparam("device"))
    return select(DEVICE_USER.c.user).where(*mine).order_by(DEVICE_USER.c.user)


@kept
def _extend() -> Update:
    holds = (
        DEVICE_USER.c.tenant == bindparam("of"),
        DEVICE_USER.c.token_hash == bindparam("hash"),
        DEVICE_USER.c.token_expires_ms > bindparam("now_ms"),
    )
    return (
        update(DEVICE_USER).where(*holds).values(token_expires_ms=bindparam("expires_ms"), shown_ms=bindparam("now_ms"))
    )


@kept
def _change(names: tuple[str, ...]) -> Any:
    mine = (DEVICE.c.tenant == bindparam("in_tenant"), DEVICE.c.id == bindparam("of"))
    return update(DEVICE).where(*mine).values({name: bindparam(f"new_{name}") for name in names})


class DeviceTable:
    """The devices of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def get(self, device: DeviceId, *, lock: bool = False) -> DeviceRow | None:
        """The device, or None; with `lock`, nobody else takes ops of it until this transaction ends."""
        values = {"tenant": self._tenant, "device": device}
        row = self._connection.execute(_one(lock=lock), values).mappings().one_or_none()
        return None if row is None else DeviceRow(**row)

    def ask_locked(self, devices: Collection[DeviceId]) -> Answer[dict[DeviceId, DeviceRow]]:
        """Those of the devices that exist; nobody else takes ops of them until this transaction ends."""
        return self._ask_rows(_locking(self._connection.dialect.name), devices)

    def several(self, devices: Collection[DeviceId]) -> dict[DeviceId, DeviceRow]:
        """Those of the devices that exist."""
        return self.ask_several(devices)()

    def ask_several(self, devices: Collection[DeviceId]) -> Answer[dict[DeviceId, DeviceRow]]:
        """Those of the devices that exist."""
        return self._ask_rows(_reading(self._connection.dialect.name), devices)

    def _ask_rows(self, wanted: Select[Any], devices: Collection[DeviceId]) -> Answer[dict[DeviceId, DeviceRow]]:
        dialect = self._connection.dialect.name
        values = {"tenant": self._tenant, "devices": listed(dialect, DEVICE.c.id, devices)}
        rows = ask(self._connection, wanted, values)
        return lambda: {row.id: row for row in (DeviceRow(**dict(zip(_COLUMNS, one, strict=True))) for one in rows())}

    def tokens_of(self, devices: Collection[DeviceId]) -> dict[DeviceId, list[DeviceToken]]:
        """Who may use the devices, and until when their tokens hold."""
        return self.ask_tokens(devices)()

    def ask_tokens(self, devices: Collection[DeviceId]) -> Answer[dict[DeviceId, list[DeviceToken]]]:
        """Who may use the devices, and until when their tokens hold."""
        wanted = sorted(devices)
        if self._connection.dialect.name == "sqlite":
            rows = ask(self._connection, _tokens(), {"tenant": self._tenant, "devices": wanted})
        else:
            held = packed(DEVICE_USER.c.device.type, wanted)
            rows = ask_text(self._connection, _TOKENS_AT_ONCE, (held, int(self._tenant)))

        def answer() -> dict[DeviceId, list[DeviceToken]]:
            found: dict[DeviceId, list[DeviceToken]] = {device: [] for device in devices}
            for device, user, token_hash, expires_ms, family in rows():
                one = DeviceToken(user=user, token_hash=token_hash, expires_ms=expires_ms, family=family)
                found[device].append(one)
            return found

        return answer

    def all(self) -> list[DeviceRow]:
        """Every PC, by name; the server's own device is none."""
        return [row for row in self.with_own() if row.id != SERVER_ROOM_DEVICE]

    def with_own(self) -> list[DeviceRow]:
        """Everything that has a chain of ops, by name."""
        rows = self._connection.execute(_all(), {"tenant": self._tenant})
        return [DeviceRow(**row) for row in rows.mappings()]

    def add(self, row: DeviceRow) -> None:
        """Make a device."""
        self._connection.execute(insert(DEVICE).values(tenant=self._tenant, **msgspec.structs.asdict(row)))

    def advance(self, chains: Sequence[ChainEnd]) -> None:
        """Store where the chains of devices stand."""
        rows = [
            {
                "tenant": self._tenant,
                "id": end.device,
                "epoch": end.epoch,
                "next_seq": end.next_seq,
                "head": end.head,
            }
            for end in chains
        ]
        change(self._connection, DEVICE, rows=rows, changing=("epoch", "next_seq", "head"))

    def revoke(self, device: DeviceId, *, now_ms: int) -> None:
        """Let the device in no more."""
        self._change(device, revoked_ms=now_ms)

    def set_sign_key(self, device: DeviceId, key: bytes) -> None:
        """Let the device sign with another key."""
        self._change(device, sign_key=key)

    def saw(self, device: DeviceId, *, now_ms: int) -> None:
        """Note that the device was in touch."""
        self._change(device, last_seen_ms=now_ms)

    def tell(self, device: DeviceId, *, state: bytes, now_ms: int) -> None:
        """Keep what the device told of itself, which also says that it was in touch."""
        self._change(device, state=state, told_ms=now_ms, last_seen_ms=now_ms)

    def set_sealed(self, device: DeviceId, *, size: int, now_ms: int) -> None:
        """Note that so many bytes of sealed work lie here of a device that was shut out, the last since now."""
        self._change(device, sealed=size, sealed_ms=now_ms)

    def open_sealed(self, device: DeviceId, *, now_ms: int) -> None:
        """Note that the sealed work of a device was laid before those who decide."""
        self._change(device, opened_ms=now_ms)

    def users_of_all(self) -> dict[DeviceId, list[UserId]]:
        """Who may use each of the devices."""
        found: dict[DeviceId, list[UserId]] = {}
        for device, user in self._connection.execute(_users_of_all(), {"tenant": self._tenant}):
            found.setdefault(device, []).append(user)
        return found

    def users(self, device: DeviceId) -> list[UserId]:
        """Who may use the device."""
        rows = self._connection.execute(_users(), {"tenant": self._tenant, "device": device})
        return [UserId(row.user) for row in rows]

    def set_token(self, device: DeviceId, user: UserId, *, token_hash: bytes, expires_ms: int, began_ms: int) -> None:
        """Let `user` use the device with a token; an earlier token of the same two is void."""
        row = {
            "tenant": self._tenant,
            "device": device,
            "user": user,
            "token_hash": token_hash,
            "token_expires_ms": expires_ms,
            "family": None,
            "shown_ms": None,
            "began_ms": began_ms,
        }
        changing = ("token_hash", "token_expires_ms", "family", "shown_ms", "began_ms")
        upsert(self._connection, DEVICE_USER, rows=[row], changing=changing)

    def end_sessions(self, user: UserId, *, but: DeviceId | None = None) -> None:
        """Every token of a person is void: on each device the password is asked for again; `but` is spared."""
        self._connection.execute(
            update(DEVICE_USER)
            .where(
                DEVICE_USER.c.tenant == self._tenant, DEVICE_USER.c.user == user, DEVICE_USER.c.device != (but or b"")
            )
            .values(token_expires_ms=0)
        )

    def extend_token(self, token_hash: bytes, *, expires_ms: int, now_ms: int) -> bool:
        """Let a token live on: it is in use. Whether it still held: one that was ended meanwhile stays void."""
        values = {"of": self._tenant, "hash": token_hash, "expires_ms": expires_ms, "now_ms": now_ms}
        return self._connection.execute(_extend(), values).rowcount > 0

    def _change(self, device: DeviceId, **values: int | bytes) -> None:
        named = {f"new_{name}": value for name, value in values.items()}
        self._connection.execute(_change(tuple(values)), {"in_tenant": self._tenant, "of": device, **named})
