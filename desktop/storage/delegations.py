"""Letters of order by which somebody acts in a position."""

from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, String, Table, bindparam, select
from sqlalchemy.engine import Connection

from core.domain.delegations import Delegation
from core.domain.ids import OfficeId
from core.domain.offices import ActingKind, Scope
from desktop.storage.base import DayNumber, UtcSeconds, metadata
from desktop.storage.record_table import RecordTable, Stored
from sql.direct import kept

delegation = Table(
    "delegation",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("office", Integer, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("replaces", Integer, nullable=False),
    Column("acting_user", Integer, nullable=False),
    Column("acting_position", Integer, nullable=False),
    Column("scopes", LargeBinary, nullable=False),
    Column("order_no", String, nullable=False),
    Column("order_date", DayNumber, nullable=False),
    Column("starts_at", UtcSeconds, nullable=False),
    Column("ends_at", UtcSeconds, nullable=False),
    Column("made_by", Integer, nullable=False),
    Column("made_as", Integer, nullable=False),
    Column("made_at", UtcSeconds, nullable=False),
    Column("cut_at", UtcSeconds),
    Column("cut_by", Integer, nullable=False),
    Column("cut_as", Integer, nullable=False),
    Column("cut_reason", String, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)


@kept
def _of_office() -> Any:
    mine = delegation.c.office == bindparam("of")
    return select(delegation).where(mine).order_by(delegation.c.starts_at.desc(), delegation.c.id)


class DelegationTable(RecordTable[Delegation]):
    """Delegations of the whole region; those of one office are few."""

    def __init__(self) -> None:
        """The one table of delegations."""
        super().__init__(delegation, Delegation, packed={"scopes": tuple[Scope, ...]}, enums={"kind": ActingKind})

    def of_office(self, connection: Connection, office: OfficeId) -> tuple[Stored[Delegation], ...]:
        """The delegations of an office, those that begin last first."""
        return tuple(self.stored(row) for row in connection.execute(_of_office(), {"of": office}))


delegations = DelegationTable()
