"""That one-time codes were given out from here."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table

from core.domain.administering import CodeIssue
from desktop.storage.base import UtcSeconds, metadata
from desktop.storage.record_table import RecordTable

code_issue = Table(
    "code_issue",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("office", Integer, nullable=False),
    Column("user", Integer, nullable=False),
    Column("resets", Boolean, nullable=False),
    Column("issued_by", Integer, nullable=False),
    Column("issued_as", Integer, nullable=False),
    Column("issued_at", UtcSeconds, nullable=False),
    Column("expires_at", UtcSeconds, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)

code_issues = RecordTable(code_issue, CodeIssue, packed={}, enums={})
