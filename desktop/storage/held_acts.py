"""Acts that are held for somebody of this PC to decide."""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, bindparam, func, select
from sqlalchemy.engine import Connection

from core.domain.held_acts import HeldAct, HeldNumber, HeldState, WhyHeld
from core.domain.ids import LetterId, PositionId
from core.domain.letters import SecurityLevel
from core.domain.secrecy import SealedKey
from desktop.storage.base import UtcSeconds, metadata
from desktop.storage.record_table import RecordTable
from sql.direct import kept

held_act = Table(
    "held_act",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("office", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("user", Integer, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("why", Integer, nullable=False),
    Column("security", Integer, nullable=False),
    Column("received_at", UtcSeconds, nullable=False),
    Column("ops", LargeBinary, nullable=False),
    Column("would", LargeBinary, nullable=False),
    Column("reviewers", LargeBinary, nullable=False),
    Column("numbers", LargeBinary, nullable=False),
    Column("files", LargeBinary, nullable=False),
    Column("state", Integer, nullable=False),
    Column("decided_by", Integer, nullable=False),
    Column("decided_as", Integer, nullable=False),
    Column("decided_at", UtcSeconds),
    Column("reason", String, nullable=False),
    Column("about", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("signed_ms", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("keys", LargeBinary, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)


@kept
def _about() -> Any:
    return select(held_act).where(func.instr(held_act.c.about, bindparam("of")))


class HeldActTable(RecordTable[HeldAct]):
    """Acts that wait for somebody's decision, or did."""

    def __init__(self) -> None:
        """The one table of held acts."""
        super().__init__(
            held_act,
            HeldAct,
            packed={
                "ops": tuple[bytes, ...],
                "would": tuple[tuple[int, bytes], ...],
                "reviewers": tuple[PositionId, ...],
                "numbers": tuple[HeldNumber, ...],
                "files": tuple[bytes, ...],
                "about": tuple[LetterId, ...],
                "sealed": tuple[bytes, ...],
                "keys": tuple[SealedKey, ...],
            },
            enums={"why": WhyHeld, "security": SecurityLevel, "state": HeldState},
        )

    def about(self, connection: Connection, letter_id: LetterId) -> tuple[HeldAct, ...]:
        """Those that speak of a letter; there are never many."""
        return tuple(self.record(row) for row in connection.execute(_about(), {"of": letter_id}))

    def waiting(self, connection: Connection) -> tuple[HeldAct, ...]:
        """Those that nobody has decided yet, the oldest first."""
        statement = (
            select(held_act)
            .where(held_act.c.state == HeldState.WAITING)
            .order_by(held_act.c.received_at, held_act.c.rev, held_act.c.id)
        )
        return tuple(self.record(row) for row in connection.execute(statement))

    def naming(self, connection: Connection, letter_id: LetterId) -> tuple[HeldAct, ...]:
        """Those whose ops name a letter, the oldest first; there are never many."""
        named = func.instr(held_act.c.ops, letter_id) + func.instr(held_act.c.about, letter_id)
        statement = select(held_act).where(named > 0).order_by(held_act.c.received_at, held_act.c.id)
        return tuple(self.record(row) for row in connection.execute(statement))


held_acts = HeldActTable()
