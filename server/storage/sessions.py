"""Tokens that take the place of others, sessions that end, and what the administrator has to know of it."""

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import Connection

from core.domain.ids import DeviceId, TenantId, UserId
from core.protocol.own_sessions import SessionNote
from server.storage.doors import TokenRow
from server.storage.statements import append
from server.storage.tables import ALARM, DEVICE, DEVICE_USER, TURNED_TOKEN


class AlarmRow(msgspec.Struct, frozen=True, kw_only=True):
    """An old token of a person's was shown on a device, and the session ended."""

    at_ms: int
    device: DeviceId
    user: UserId


class SessionTable:
    """The sessions of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def turn(self, row: TokenRow, chosen: bytes, *, now_ms: int) -> None:
        """Let the token with the hash `chosen` stand in the place of a row's; it is in use once it is shown."""
        old = {
            "tenant": self._tenant,
            "token_hash": row.token_hash,
            "device": row.device,
            "user": row.user,
            "turned_ms": now_ms,
        }
        append(self._connection, TURNED_TOKEN, rows=[old])
        self._change(row.device, row.user, token_hash=chosen, family=row.session, shown_ms=None)

    def end(self, device: DeviceId, user: UserId) -> None:
        """The token of a person on a device is void."""
        self._change(device, user, token_expires_ms=0)

    def of_person(self, user: UserId, *, now_ms: int) -> tuple[SessionNote, ...]:
        """The sessions of a person that hold on PCs that are let in, the latest contact first."""
        of_device = (DEVICE.c.tenant == DEVICE_USER.c.tenant) & (DEVICE.c.id == DEVICE_USER.c.device)
        asked = (
            select(DEVICE_USER.c.device, DEVICE.c.name, DEVICE_USER.c.began_ms, DEVICE.c.last_seen_ms.label("seen_ms"))
            .select_from(DEVICE_USER.join(DEVICE, of_device))
            .where(DEVICE_USER.c.tenant == self._tenant, DEVICE_USER.c.user == user)
            .where(DEVICE_USER.c.token_expires_ms > now_ms, DEVICE.c.revoked_ms.is_(None))
            .order_by(DEVICE.c.last_seen_ms.desc(), DEVICE_USER.c.device)
        )
        return tuple(SessionNote(**row) for row in self._connection.execute(asked).mappings())

    def forget_turned(self, device: DeviceId, user: UserId) -> None:
        """A session begins anew: what stood in it before is no token of anybody's."""
        self._connection.execute(
            delete(TURNED_TOKEN).where(
                TURNED_TOKEN.c.tenant == self._tenant, TURNED_TOKEN.c.device == device, TURNED_TOKEN.c.user == user
            )
        )

    def raise_alarm(self, device: DeviceId, user: UserId, *, now_ms: int) -> None:
        """Note an alarm."""
        newest = self._connection.execute(select(func.max(ALARM.c.number)).where(ALARM.c.tenant == self._tenant))
        row = {
            "tenant": self._tenant,
            "number": (newest.scalar_one() or 0) + 1,
            "at_ms": now_ms,
            "device": device,
            "user": user,
        }
        append(self._connection, ALARM, rows=[row])

    def alarms(self) -> list[AlarmRow]:
        """All alarms, the oldest first."""
        asked = select(ALARM.c.at_ms, ALARM.c.device, ALARM.c.user).where(ALARM.c.tenant == self._tenant)
        return [AlarmRow(**row) for row in self._connection.execute(asked.order_by(ALARM.c.number)).mappings()]

    def _change(self, device: DeviceId, user: UserId, **values: object) -> None:
        self._connection.execute(
            update(DEVICE_USER)
            .where(DEVICE_USER.c.tenant == self._tenant, DEVICE_USER.c.device == device, DEVICE_USER.c.user == user)
            .values(**values)
        )
