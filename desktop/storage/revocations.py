"""The PCs of the region that were shut out."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from core.domain.revoking import Revocation
from desktop.storage.base import UtcSeconds, metadata
from desktop.storage.record_table import RecordTable

revocation = Table(
    "revocation",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("office", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("revoked_by", Integer, nullable=False),
    Column("revoked_as", Integer, nullable=False),
    Column("revoked_at", UtcSeconds, nullable=False),
    Column("opened_by", Integer, nullable=False),
    Column("opened_at", UtcSeconds),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)

revocations = RecordTable(revocation, Revocation, packed={}, enums={})
