"""The tenants, and the one row of each that puts everything in order."""

from functools import cache
from typing import Any

import msgspec
from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from core.domain.ids import TenantId
from server.storage.tables import TENANT, TENANT_HEAD
from server.storage.walls import Walls

NO_AUDIT = bytes(32)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where a tenant stands: the newest number, the hash over all ops, what is durable.

    Every change above `logged_from` stands in the log with what it made.
    """

    seq: int
    audit_hash: bytes
    durable: int
    logged_from: int = 0


class TenantRow(msgspec.Struct, frozen=True, kw_only=True):
    """One tenant."""

    id: TenantId
    name: str
    region: str
    feed_epoch: int


# Statements of the busiest path are built once: building one costs more than running it.
@cache
def _tenant() -> Any:
    return select(TENANT).where(TENANT.c.id == bindparam("of"))


@cache
def _head() -> Any:
    columns = (TENANT_HEAD.c.seq, TENANT_HEAD.c.audit_hash, TENANT_HEAD.c.durable, TENANT_HEAD.c.logged_from)
    return select(*columns).where(TENANT_HEAD.c.tenant == bindparam("of"))


@cache
def _lock() -> Any:
    return select(TENANT_HEAD.c.seq).where(TENANT_HEAD.c.tenant == bindparam("of")).with_for_update()


@cache
def _take() -> Any:
    return (
        update(TENANT_HEAD)
        .where(TENANT_HEAD.c.tenant == bindparam("of"))
        .values(seq=TENANT_HEAD.c.seq + bindparam("count"))
        .returning(TENANT_HEAD.c.seq, TENANT_HEAD.c.audit_hash)
    )


class TenantTable:
    """All tenants."""

    def __init__(self, connection: Connection, walls: Walls) -> None:
        self._connection = connection
        self._walls = walls

    def all(self) -> list[TenantRow]:
        """Every tenant, oldest first."""
        self._walls.look_round()
        rows = self._connection.execute(select(TENANT).order_by(TENANT.c.id)).mappings()
        return [TenantRow(**row) for row in rows]

    def get(self, tenant: TenantId) -> TenantRow | None:
        """The tenant, or None."""
        self._walls.enter(tenant)
        row = self._connection.execute(_tenant(), {"of": tenant}).mappings().one_or_none()
        return None if row is None else TenantRow(**row)

    def begin_feed_epoch(self, tenant: TenantId, *, at_least: int) -> int:
        """Count anew from here on: the database is an older copy of itself. The answer is the new feed epoch.

        `at_least` rises with time, so that two returns from one copy do not count in the same epoch.
        """
        self._walls.enter(tenant)
        raised = TENANT.c.feed_epoch + 1
        changed = (
            update(TENANT)
            .where(TENANT.c.id == tenant)
            .values(feed_epoch=case((raised < at_least, at_least), else_=raised))
            .returning(TENANT.c.feed_epoch)
        )
        return int(self._connection.execute(changed).scalar_one())

    def add(self, row: TenantRow) -> None:
        """Make a tenant, with nothing in it."""
        self._walls.enter(row.id)
        self._connection.execute(insert(TENANT).values(**msgspec.structs.asdict(row)))
        self._connection.execute(insert(TENANT_HEAD).values(tenant=row.id, seq=0, audit_hash=NO_AUDIT, durable=0))


class HeadRow:
    """The head of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def read(self) -> Head:
        """The head as it stands."""
        row = self._connection.execute(_head(), {"of": self._tenant}).mappings().one()
        return Head(**row)

    def lock(self) -> None:
        """Let no other transaction take numbers until this one ends."""
        self._connection.execute(_lock(), {"of": self._tenant}).one()

    def take(self, count: int) -> tuple[int, bytes]:
        """Take the next `count` numbers: (the first of them, the audit hash so far). Locks as `lock` does.

        Whoever comes second gets its numbers only after the first has committed or gone away, so numbers become
        visible in order and an abort leaves no gap.
        """
        row = self._connection.execute(_take(), {"of": self._tenant, "count": count}).one()
        return row.seq - count + 1, row.audit_hash

    @property
    def _mine(self) -> ColumnElement[bool]:
        return TENANT_HEAD.c.tenant == self._tenant

    def skip(self, count: int) -> None:
        """Leave out the next `count` numbers. Locks as `lock` does."""
        self._connection.execute(update(TENANT_HEAD).where(self._mine).values(seq=TENANT_HEAD.c.seq + count))

    def set_durable(self, seq: int) -> None:
        """Note that nothing up to `seq` can be lost any more; never moves back, nor beyond the newest number."""
        reached = case((TENANT_HEAD.c.seq < seq, TENANT_HEAD.c.seq), else_=seq)
        self._connection.execute(
            update(TENANT_HEAD).where(self._mine, TENANT_HEAD.c.durable < reached).values(durable=reached)
        )

    def set_audit(self, audit_hash: bytes) -> None:
        """Store the hash that covers the newest op."""
        self._connection.execute(update(TENANT_HEAD).where(self._mine).values(audit_hash=audit_hash))
