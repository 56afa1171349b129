"""The look-ups that do not know the tenant yet: by token, by one-time code, by device."""

from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, select
from sqlalchemy.engine import Connection

from core.domain.ids import DeviceId, TenantId, UserId
from server.storage.accounts import CodeRow
from server.storage.tables import DEVICE, DEVICE_USER, ENROL_CODE, TURNED_TOKEN
from server.storage.walls import Walls
from sql.direct import kept


class TokenRow(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a token stands for."""

    tenant: TenantId
    device: DeviceId
    user: UserId
    token_expires_ms: int
    revoked_ms: int | None
    last_seen_ms: int
    seal_key: bytes
    token_hash: bytes
    family: bytes | None
    shown_ms: int | None
    began_ms: int

    @property
    def session(self) -> bytes:
        """What stays the same however often the token is turned."""
        return self.family or self.token_hash


class TurnedToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token that has a successor."""

    tenant: TenantId
    device: DeviceId
    user: UserId
    turned_ms: int


def _tokens() -> Any:
    of_device = and_(DEVICE.c.tenant == DEVICE_USER.c.tenant, DEVICE.c.id == DEVICE_USER.c.device)
    columns = (
        DEVICE_USER.c.tenant,
        DEVICE_USER.c.device,
        DEVICE_USER.c.user,
        DEVICE_USER.c.token_expires_ms,
        DEVICE.c.revoked_ms,
        DEVICE.c.last_seen_ms,
        DEVICE.c.seal_key,
        DEVICE_USER.c.token_hash,
        DEVICE_USER.c.family,
        DEVICE_USER.c.shown_ms,
        DEVICE_USER.c.began_ms,
    )
    return select(*columns).select_from(DEVICE_USER.join(DEVICE, of_device))


# Built once: every request begins with one of them.
@kept
def _by_token() -> Any:
    return _tokens().where(DEVICE_USER.c.token_hash == bindparam("hash"))


@kept
def _by_device() -> Any:
    return select(DEVICE.c.tenant).where(DEVICE.c.id == bindparam("device")).order_by(DEVICE.c.tenant)


@kept
def _by_person() -> Any:
    return _tokens().where(
        DEVICE_USER.c.tenant == bindparam("of_tenant"),
        DEVICE_USER.c.device == bindparam("of_device"),
        DEVICE_USER.c.user == bindparam("of_user"),
    )


class Doors:
    """Finds the tenant of whoever knocks."""

    def __init__(self, connection: Connection, walls: Walls) -> None:
        self._connection = connection
        self._walls = walls

    def by_token(self, token_hash: bytes) -> TokenRow | None:
        """Whom a token stands for, or None."""
        self._walls.knock(token_hash)
        row = self._connection.execute(_by_token(), {"hash": token_hash}).mappings().one_or_none()
        return None if row is None else TokenRow(**row)

    def by_person(self, tenant: TenantId, device: DeviceId, user: UserId) -> TokenRow | None:
        """The token of a person on a device, or None."""
        self._walls.enter(tenant)
        values = {"of_tenant": tenant, "of_device": device, "of_user": user}
        row = self._connection.execute(_by_person(), values).mappings().one_or_none()
        return None if row is None else TokenRow(**row)

    def by_turned(self, token_hash: bytes) -> TurnedToken | None:
        """Whom a token stood for that has a successor, or None."""
        self._walls.knock(token_hash)
        columns = (TURNED_TOKEN.c.tenant, TURNED_TOKEN.c.device, TURNED_TOKEN.c.user, TURNED_TOKEN.c.turned_ms)
        asked = select(*columns).where(TURNED_TOKEN.c.token_hash == token_hash)
        row = self._connection.execute(asked).mappings().one_or_none()
        return None if row is None else TurnedToken(**row)

    def by_code(self, code_hash: bytes) -> CodeRow | None:
        """The one-time code, or None."""
        self._walls.knock(code_hash)
        row = (
            self._connection.execute(select(ENROL_CODE).where(ENROL_CODE.c.code_hash == code_hash))
            .mappings()
            .one_or_none()
        )
        return None if row is None else CodeRow(**row)

    def by_device(self, device: DeviceId) -> list[TenantId]:
        """The tenants in which there is the device: one, unless ids collide."""
        self._walls.knock(device)
        rows = self._connection.execute(_by_device(), {"device": device})
        return [TenantId(row.tenant) for row in rows]
