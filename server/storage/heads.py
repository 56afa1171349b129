"""The tenants, and the one row of each that puts everything in order."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from core.domain.ids import TenantId
from server.storage.tables import TENANT, TENANT_HEAD
from server.storage.together import Answer, ask, send
from server.storage.walls import Walls
from sql.direct import kept

NO_AUDIT = bytes(32)
# The feed epoch of a new tenant has so many bits; who is put back takes the time for one, which is above these.
FIRST_EPOCH_BITS = 15


def was_put_back(feed_epoch: int) -> bool:
    """Whether a tenant of this feed epoch has ever been an older copy of itself."""
    return feed_epoch > 1 << FIRST_EPOCH_BITS


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


_COLUMNS = (TENANT_HEAD.c.seq, TENANT_HEAD.c.audit_hash, TENANT_HEAD.c.durable, TENANT_HEAD.c.logged_from)


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _tenant() -> Any:
    return select(TENANT).where(TENANT.c.id == bindparam("of"))


@kept
def _every() -> Any:
    return select(TENANT).order_by(TENANT.c.id)


@kept
def _head() -> Any:
    return select(*_COLUMNS).where(TENANT_HEAD.c.tenant == bindparam("of"))


@kept
def _lock() -> Any:
    return _head().with_for_update()


@kept
def _take() -> Any:
    return (
        update(TENANT_HEAD)
        .where(TENANT_HEAD.c.tenant == bindparam("of"))
        .values(seq=TENANT_HEAD.c.seq + bindparam("count"))
        .returning(*_COLUMNS)
    )


@kept
def _close() -> Any:
    mine = update(TENANT_HEAD).where(TENANT_HEAD.c.tenant == bindparam("of"))
    return mine.values(seq=bindparam("reached"), audit_hash=bindparam("now"))


class TenantTable:
    """All tenants."""

    def __init__(self, connection: Connection, walls: Walls) -> None:
        self._connection = connection
        self._walls = walls

    def all(self) -> list[TenantRow]:
        """Every tenant, oldest first."""
        self._walls.look_round()
        rows = self._connection.execute(_every()).mappings()
        return [TenantRow(**row) for row in rows]

    def get(self, tenant: TenantId) -> TenantRow | None:
        """The tenant, or None."""
        return self.ask(tenant)()

    def ask(self, tenant: TenantId) -> Answer[TenantRow | None]:
        """The tenant, or None."""
        self._walls.enter(tenant)
        rows = ask(self._connection, _tenant(), {"of": tenant})

        def answer() -> TenantRow | None:
            found = [
                TenantRow(id=number, name=name, region=region, feed_epoch=epoch)
                for number, name, region, epoch in rows()
            ]
            return found[0] if found else None

        return answer

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
        self._held: Head | None = None

    def read(self) -> Head:
        """The head as it stands."""
        if self._held is not None:
            return self._held
        row = self._connection.execute(_head(), {"of": self._tenant}).mappings().one()
        return Head(**row)

    def lock(self) -> None:
        """Let no other transaction take numbers until this one ends."""
        self.ask_lock()()

    def ask_lock(self) -> Answer[None]:
        """As `lock`; what is asked behind it sees what stood when the lock was given."""
        rows = ask(self._connection, _lock(), {"of": self._tenant})

        def answer() -> None:
            ((seq, audit_hash, durable, logged_from),) = rows()
            # Nobody else changes it now, so it need not be read again.
            self._held = Head(seq=seq, audit_hash=audit_hash, durable=durable, logged_from=logged_from)

        return answer

    def take(self, count: int) -> tuple[int, bytes]:
        """Take the next `count` numbers: (the first of them, the audit hash so far). Locks as `lock` does.

        To be followed by `close`, which stores that they are taken. Whoever comes second gets its numbers only after
        the first has committed or gone away, so numbers become visible in order and an abort leaves no gap.
        """
        held = self._held
        if held is not None:
            self._held = msgspec.structs.replace(held, seq=held.seq + count)
            return held.seq + 1, held.audit_hash
        row = self._connection.execute(_take(), {"of": self._tenant, "count": count}).one()
        self._held = Head(seq=row.seq, audit_hash=row.audit_hash, durable=row.durable, logged_from=row.logged_from)
        return row.seq - count + 1, row.audit_hash

    def close(self, audit_hash: bytes) -> None:
        """Store what was taken, and the hash that covers the newest op."""
        assert self._held is not None  # noqa: S101  # numbers were taken before; tells mypy
        self._held = msgspec.structs.replace(self._held, audit_hash=audit_hash)
        values = {"of": self._tenant, "reached": self._held.seq, "now": audit_hash}
        send(self._connection, _close(), values)

    @property
    def _mine(self) -> ColumnElement[bool]:
        return TENANT_HEAD.c.tenant == self._tenant

    def skip(self, count: int) -> None:
        """Leave out the next `count` numbers. Locks as `lock` does."""
        self._held = None
        self._connection.execute(update(TENANT_HEAD).where(self._mine).values(seq=TENANT_HEAD.c.seq + count))

    def set_durable(self, seq: int) -> None:
        """Note that nothing up to `seq` can be lost any more; never moves back, nor beyond the newest number."""
        self._held = None
        reached = case((TENANT_HEAD.c.seq < seq, TENANT_HEAD.c.seq), else_=seq)
        self._connection.execute(
            update(TENANT_HEAD).where(self._mine, TENANT_HEAD.c.durable < reached).values(durable=reached)
        )
