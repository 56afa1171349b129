"""Which instructions each position offers."""

from sqlalchemy import Column, Integer, LargeBinary, Table, select
from sqlalchemy.engine import Connection

from core.domain.ids import OfficeId
from core.domain.instruction_lists import InstructionChoice, OwnInstruction
from desktop.storage.base import metadata
from desktop.storage.record_table import RecordTable

instruction_choice = Table(
    "instruction_choice",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("office", Integer, nullable=False),
    Column("chosen", LargeBinary, nullable=False),
    Column("own", LargeBinary, nullable=False),
    Column("set_by", Integer, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)


class InstructionChoiceTable(RecordTable[InstructionChoice]):
    """Reads them by office too."""

    def __init__(self) -> None:
        """The one table."""
        packed = {"chosen": tuple[int, ...], "own": tuple[OwnInstruction, ...]}
        super().__init__(instruction_choice, InstructionChoice, packed=packed, enums={})

    def of_office(self, connection: Connection, office: OfficeId) -> tuple[InstructionChoice, ...]:
        """What the positions of an office offer that have chosen."""
        found = connection.execute(select(instruction_choice).where(instruction_choice.c.office == office))
        return tuple(self.record(row) for row in found)


instruction_choices = InstructionChoiceTable()
