"""The last rounds of sync, for Pusat Sinkron and for support: times, bytes and counts, never letter text."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Float, Integer, String, Table, delete, func, select
from sqlalchemy.engine import Connection

from desktop.storage.base import metadata
from sql.direct import kept

KEPT = 500

sync_log = Table(
    "sync_log",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("started_ms", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("outcome", String, nullable=False),
    Column("bytes_up", Integer, nullable=False),
    Column("bytes_down", Integer, nullable=False),
    Column("ops", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
)


class SyncLogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One round; `outcome` is `ok` or the code of a fault."""

    started_ms: int
    seconds: float
    outcome: str
    bytes_up: int
    bytes_down: int
    ops: int
    rows: int


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _add() -> Any:
    return sync_log.insert()


@kept
def _forget() -> Any:
    newest = select(func.max(sync_log.c.n)).scalar_subquery()
    return delete(sync_log).where(sync_log.c.n <= newest - KEPT)


class SyncLog:
    """The log over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction."""
        self._connection = connection

    def add(self, entry: SyncLogEntry) -> None:
        """Note a round and forget the oldest."""
        self._connection.execute(_add(), msgspec.structs.asdict(entry))
        self._connection.execute(_forget())

    def latest(self, limit: int) -> tuple[SyncLogEntry, ...]:
        """The last rounds, newest first."""
        rows = self._connection.execute(select(sync_log).order_by(sync_log.c.n.desc()).limit(limit))
        return tuple(
            SyncLogEntry(
                started_ms=row.started_ms,
                seconds=row.seconds,
                outcome=row.outcome,
                bytes_up=row.bytes_up,
                bytes_down=row.bytes_down,
                ops=row.ops,
                rows=row.rows,
            )
            for row in rows
        )
