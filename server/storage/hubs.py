"""The hubs of a tenant as the server knows them, and who may be reached through one."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from core.domain.ids import DeviceId, OfficeId, StreamId, TenantId, UserId
from core.domain.streams import StreamKind
from server.storage.tables import DEVICE_USER, FEED, HUB, STREAM
from server.storage.walls import Walls
from sql.direct import kept


class HubRow(msgspec.Struct, frozen=True, kw_only=True):
    """One hub; without a token until it was let in, at `last_seen_ms`. It was last in touch at `contact_ms`."""

    tenant: TenantId
    id: bytes
    office: OfficeId
    code_hash: bytes
    code_expires_ms: int
    token_hash: bytes | None
    revoked_ms: int | None
    last_seen_ms: int
    seal_key: bytes | None = None
    contact_ms: int = 0


@kept
def _by(column: str) -> Any:
    return select(HUB).where(HUB.c[column] == bindparam("proof"))


@kept
def _devices_of() -> Any:
    of_them = (DEVICE_USER.c.tenant == bindparam("tenant"), DEVICE_USER.c.user.in_(bindparam("users", expanding=True)))
    columns = (DEVICE_USER.c.device, DEVICE_USER.c.user, DEVICE_USER.c.token_hash, DEVICE_USER.c.token_expires_ms)
    return select(*columns).where(*of_them).order_by(DEVICE_USER.c.device)


@kept
def _holding_secrets() -> Any:
    register, beside = FEED.alias("register"), FEED.alias("beside")
    secret = select(STREAM.c.id).where(
        STREAM.c.tenant == bindparam("tenant"),
        STREAM.c.kind == StreamKind.REGISTER,
        STREAM.c.level >= bindparam("level"),
    )
    same_row = (
        (register.c.tenant == beside.c.tenant)
        & (register.c.kind == beside.c.kind)
        & (register.c.row_id == beside.c.row_id)
    )
    return (
        select(beside.c.stream)
        .distinct()
        .select_from(beside.join(register, same_row))
        .where(
            beside.c.tenant == bindparam("tenant"),
            beside.c.stream.in_(bindparam("inboxes", expanding=True)),
            beside.c.gone.is_(False),
            register.c.stream.in_(secret),
            register.c.gone.is_(False),
        )
    )


@kept
def _every() -> Any:
    return select(HUB).where(HUB.c.tenant == bindparam("tenant")).order_by(HUB.c.office)


@kept
def _rows_of_kind() -> Any:
    return select(FEED.c.stream, FEED.c.row_id).where(
        FEED.c.tenant == bindparam("tenant"),
        FEED.c.stream.in_(bindparam("inboxes", expanding=True)),
        FEED.c.kind == bindparam("kind"),
        FEED.c.gone.is_(False),
    )


class HubDoors:
    """Finds the tenant of a hub that knocks."""

    def __init__(self, connection: Connection, walls: Walls) -> None:
        self._connection = connection
        self._walls = walls

    def by_token(self, token_hash: bytes) -> HubRow | None:
        """The hub that holds this token, or None."""
        self._walls.knock(token_hash)
        return self._one(_by("token_hash"), token_hash)

    def by_code(self, code_hash: bytes) -> HubRow | None:
        """The hub that is to come with this one-time code, or None."""
        self._walls.knock(code_hash)
        return self._one(_by("code_hash"), code_hash)

    def _one(self, statement: Any, proof: bytes) -> HubRow | None:
        row = self._connection.execute(statement, {"proof": proof}).mappings().one_or_none()
        return None if row is None else HubRow(**row)


class HubTable:
    """The hubs of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def all(self) -> list[HubRow]:
        """Every hub, by office."""
        rows = self._connection.execute(_every(), {"tenant": self._tenant})
        return [HubRow(**row) for row in rows.mappings()]

    def add(self, row: HubRow) -> None:
        """Make a hub that has not come yet."""
        self._connection.execute(insert(HUB).values(**msgspec.structs.asdict(row)))

    def enrol(self, hub: bytes, *, token_hash: bytes, seal_key: bytes | None, now_ms: int) -> None:
        """Let the hub in with a token that is bound to a key."""
        self._connection.execute(
            update(HUB)
            .where(HUB.c.tenant == self._tenant, HUB.c.id == hub)
            .values(token_hash=token_hash, seal_key=seal_key, last_seen_ms=now_ms, contact_ms=now_ms)
        )

    def saw(self, hub: bytes, *, now_ms: int) -> None:
        """Note that the hub was in touch."""
        self._connection.execute(
            update(HUB).where(HUB.c.tenant == self._tenant, HUB.c.id == hub).values(contact_ms=now_ms)
        )

    def revoke(self, office: OfficeId, *, but: bytes, now_ms: int) -> int:
        """Shut the hubs of an office out, all but one; how many were."""
        done = self._connection.execute(
            update(HUB)
            .where(HUB.c.tenant == self._tenant, HUB.c.office == office, HUB.c.id != but, HUB.c.revoked_ms.is_(None))
            .values(revoked_ms=now_ms)
        )
        return done.rowcount

    def devices_of(self, users: Collection[UserId]) -> list[tuple[DeviceId, UserId, bytes, int]]:
        """(device, user, what is kept of the token, its end) for every device that one of the users may use."""
        rows = self._connection.execute(_devices_of(), {"tenant": self._tenant, "users": sorted(users)})
        return [(DeviceId(row.device), UserId(row.user), row.token_hash, row.token_expires_ms) for row in rows]

    def holding_secrets(self, inboxes: Collection[StreamId], *, level: int) -> set[StreamId]:
        """Those of the inboxes in which a row lies that lies in a register of this level or a higher one as well."""
        asked = {"tenant": self._tenant, "inboxes": sorted(inboxes), "level": level}
        rows = self._connection.execute(_holding_secrets(), asked)
        return {StreamId(row.stream) for row in rows}

    def rows_of_kind(self, inboxes: Collection[StreamId], kind: int) -> list[tuple[StreamId, bytes]]:
        """(inbox, row id) of every row of one kind that lies in one of the inboxes."""
        asked = {"tenant": self._tenant, "inboxes": sorted(inboxes), "kind": kind}
        rows = self._connection.execute(_rows_of_kind(), asked)
        return [(StreamId(row.stream), row.row_id) for row in rows]
