"""Record files (berkas)."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, func, select
from sqlalchemy.engine import Connection

from core.domain.archives import RecordFile
from core.domain.ids import OfficeId
from desktop.storage.base import DayNumber, UtcSeconds, metadata
from desktop.storage.letters import letter
from desktop.storage.record_table import RecordTable, Stored

record_file = Table(
    "record_file",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("office", Integer, nullable=False),
    Column("classification", String, nullable=False),
    Column("title", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("location", String, nullable=False),
    Column("opened_on", DayNumber, nullable=False),
    Column("closed_on", DayNumber),
    Column("opened_by", Integer, nullable=False),
    Column("opened_at", UtcSeconds, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)


class RecordFileTable(RecordTable[RecordFile]):
    """Record files, with how many letters lie in each."""

    def __init__(self) -> None:
        """The one table of record files."""
        super().__init__(record_file, RecordFile, packed={}, enums={})

    def of_office(self, connection: Connection, office: OfficeId) -> tuple[tuple[Stored[RecordFile], int], ...]:
        """All record files of an office by code and title, each with its number of letters."""
        count = (
            select(func.count()).select_from(letter).where(letter.c.record_file == record_file.c.id).scalar_subquery()
        )
        statement = (
            select(record_file, count.label("letters"))
            .where(record_file.c.office == office)
            .order_by(record_file.c.classification, record_file.c.title)
        )
        return tuple((self.stored(row), row.letters) for row in connection.execute(statement))


record_files = RecordFileTable()
