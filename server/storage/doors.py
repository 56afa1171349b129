"""The look-ups that do not know the tenant yet: by token, by one-time code, by device."""

from functools import cache
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, select
from sqlalchemy.engine import Connection

from core.domain.ids import DeviceId, TenantId, UserId
from server.storage.accounts import CodeRow
from server.storage.tables import DEVICE, DEVICE_USER, ENROL_CODE
from server.storage.walls import Walls


class TokenRow(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a token stands for."""

    tenant: TenantId
    device: DeviceId
    user: UserId
    token_expires_ms: int
    revoked_ms: int | None
    last_seen_ms: int
    seal_key: bytes


@cache
def _by_token() -> Any:
    # Built once: every request begins with it.
    of_device = and_(DEVICE.c.tenant == DEVICE_USER.c.tenant, DEVICE.c.id == DEVICE_USER.c.device)
    columns = (
        DEVICE_USER.c.tenant,
        DEVICE_USER.c.device,
        DEVICE_USER.c.user,
        DEVICE_USER.c.token_expires_ms,
        DEVICE.c.revoked_ms,
        DEVICE.c.last_seen_ms,
        DEVICE.c.seal_key,
    )
    joined = DEVICE_USER.join(DEVICE, of_device)
    return select(*columns).select_from(joined).where(DEVICE_USER.c.token_hash == bindparam("hash"))


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

    def by_code(self, code_hash: bytes) -> CodeRow | None:
        """The one-time code, or None."""
        self._walls.knock(code_hash)
        row = (
            self._connection.execute(select(ENROL_CODE).where(ENROL_CODE.c.code_hash == code_hash))
            .mappings()
            .one_or_none()
        )
        return None if row is None else CodeRow(**row)

    def by_device(self, device: DeviceId, user: UserId) -> list[TenantId]:
        """The tenants in which `user` may use the device: one, unless ids collide."""
        self._walls.knock(device)
        rows = self._connection.execute(
            select(DEVICE_USER.c.tenant)
            .select_from(
                DEVICE.join(
                    DEVICE_USER,
                    and_(DEVICE.c.tenant == DEVICE_USER.c.tenant, DEVICE.c.id == DEVICE_USER.c.device),
                )
            )
            .where(DEVICE.c.id == device, DEVICE_USER.c.user == user)
            .order_by(DEVICE_USER.c.tenant)
        )
        return [TenantId(row.tenant) for row in rows]
