"""That sessions of people were ended from here."""

from sqlalchemy import Column, Integer, LargeBinary, Table

from core.domain.sessions import SessionEnd
from desktop.storage.base import UtcSeconds, metadata
from desktop.storage.record_table import RecordTable

session_end = Table(
    "session_end",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("user", Integer, nullable=False),
    Column("ended_by", Integer, nullable=False),
    Column("ended_as", Integer, nullable=False),
    Column("ended_at", UtcSeconds, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)

session_ends = RecordTable(session_end, SessionEnd, packed={}, enums={})
