"""Values that lost (perbedaan), and which of them somebody still has to decide."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, String, Table, bindparam, func, select
from sqlalchemy.engine import Connection

from core.domain.conflicts import Conflict
from core.domain.ids import LetterId, OfficeId
from core.domain.letters import LetterStatus, SecurityLevel
from desktop.storage.base import UtcSeconds, metadata
from desktop.storage.letters import letter
from desktop.storage.record_table import RecordTable, Stored
from sql.direct import kept

conflict = Table(
    "conflict",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("letter_id", LargeBinary, nullable=False),
    Column("office", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("security", Integer, nullable=False),
    Column("field", String, nullable=False),
    Column("base", String),
    Column("stands", String, nullable=False),
    Column("stands_by", Integer, nullable=False),
    Column("stands_as", Integer, nullable=False),
    Column("stands_at", UtcSeconds),
    Column("wanted", String, nullable=False),
    Column("wanted_by", Integer, nullable=False),
    Column("wanted_as", Integer, nullable=False),
    Column("wanted_at", UtcSeconds, nullable=False),
    Column("settled", String),
    Column("settled_by", Integer),
    Column("settled_as", Integer),
    Column("settled_at", UtcSeconds),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)


@kept
def _of_letter() -> Any:
    mine = select(conflict).where(conflict.c.letter_id == bindparam("of"))
    return mine.order_by(conflict.c.wanted_at, conflict.c.id)


class ConflictTable(RecordTable[Conflict]):
    """Conflicts, and those of them that are open: undecided, of a letter that is here and not struck through."""

    def __init__(self) -> None:
        """The one table of conflicts."""
        super().__init__(conflict, Conflict, packed={}, enums={"security": SecurityLevel})

    def open_in(self, connection: Connection, office: OfficeId, *, limit: int) -> tuple[Stored[Conflict], ...]:
        """The open conflicts of an office, the newest first."""
        statement = _open(select(conflict), office).order_by(
            conflict.c.wanted_at.desc(), conflict.c.letter_id, conflict.c.field, conflict.c.id
        )
        return tuple(self.stored(row) for row in connection.execute(statement.limit(limit)))

    def of_letter(self, connection: Connection, letter_id: LetterId) -> tuple[Conflict, ...]:
        """All that ever lost in a letter, decided or not, the oldest first."""
        return tuple(self.record(row) for row in connection.execute(_of_letter(), {"of": letter_id}))

    def count_open(self, connection: Connection, office: OfficeId) -> int:
        """How many conflicts of an office are open."""
        return int(connection.execute(_open(select(func.count()), office)).scalar_one())

    def count_of(
        self, connection: Connection, office: OfficeId, letter_ids: Collection[LetterId]
    ) -> Mapping[LetterId, int]:
        """How many are open for each of some letters; letters without any are left out."""
        statement = _open(select(conflict.c.letter_id, func.count().label("open")), office)
        statement = statement.where(conflict.c.letter_id.in_(letter_ids)).group_by(conflict.c.letter_id)
        return {LetterId(row.letter_id): int(row.open) for row in connection.execute(statement)}


def _open(statement: Any, office: OfficeId) -> Any:
    return (
        statement.select_from(conflict)
        .join(letter, letter.c.id == conflict.c.letter_id)
        .where(conflict.c.settled.is_(None), conflict.c.office == office, letter.c.status != int(LetterStatus.VOID))
    )


conflicts = ConflictTable()
