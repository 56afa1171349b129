"""What was run at the server, and by whom."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, select
from sqlalchemy.engine import Connection

from core.domain.server_room import ServerRun
from desktop.storage.base import UtcSeconds, metadata
from desktop.storage.record_table import RecordTable

server_run = Table(
    "server_run",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("run_by", String, nullable=False),
    Column("verb", String, nullable=False),
    Column("about", String, nullable=False),
    Column("at", UtcSeconds, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)

server_runs = RecordTable(server_run, ServerRun, packed={}, enums={})


def newest_runs(connection: Connection, *, limit: int) -> list[ServerRun]:
    """The last commands, the newest first."""
    rows = connection.execute(select(server_run).order_by(server_run.c.at.desc(), server_run.c.id.desc()).limit(limit))
    return [server_runs.record(row) for row in rows]
