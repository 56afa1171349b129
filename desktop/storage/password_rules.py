"""Which policy for passwords holds in the region."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table
from sqlalchemy.engine import Connection

from core.domain.passwords import PROFILES
from core.domain.structuring import PASSWORD_RULE, PasswordRule
from desktop.storage.base import UtcSeconds, metadata
from desktop.storage.record_table import RecordTable

password_rule = Table(
    "password_rule",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("profile", String, nullable=False),
    Column("set_by", Integer, nullable=False),
    Column("set_as", Integer, nullable=False),
    Column("set_at", UtcSeconds, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)

password_rules = RecordTable(password_rule, PasswordRule, packed={}, enums={})


def password_profile(connection: Connection, chosen: str) -> str:
    """The name of the policy that holds on this PC: what the region says, or where it says nothing, what was `chosen`.

    Whoever chose the stricter one here keeps it.
    """
    stored = password_rules.get(connection, PASSWORD_RULE)
    said = stored.record.profile if stored else PROFILES[0]
    return chosen if said == PROFILES[0] else said
