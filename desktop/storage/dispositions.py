"""Dispositions: the table and writing, with an index by recipient."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
    bindparam,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from core.domain.attachments import Attachment
from core.domain.dispositions import Disposition, Recipient
from core.domain.letters import SecurityLevel
from core.domain.receipts import Receipt
from desktop.storage.base import DayNumber, UtcSeconds, metadata
from desktop.storage.record_table import RecordTable, Stored
from sql.direct import kept

disposition = Table(
    "disposition",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("id", LargeBinary, nullable=False, unique=True),
    Column("letter_id", LargeBinary, nullable=False),
    Column("office", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("security", Integer, nullable=False),
    Column("parent", LargeBinary),
    Column("from_position", Integer, nullable=False),
    Column("from_user", Integer, nullable=False),
    Column("recipients", LargeBinary, nullable=False),
    Column("instructions", LargeBinary, nullable=False),
    Column("note", String, nullable=False),
    Column("due_on", DayNumber),
    Column("issued_at", UtcSeconds, nullable=False),
    Column("under", LargeBinary, nullable=False, server_default=""),
    Column("signature", LargeBinary, nullable=False),
    Column("signed_ms", BigInteger, nullable=False),
    Column("recast", Boolean, nullable=False),
    Column("entered_as", Integer, nullable=False),
    Column("sheets", LargeBinary, nullable=False),
    Column("confirmed_by", Integer, nullable=False),
    Column("confirmed_at", UtcSeconds),
    Column("receipts", LargeBinary, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)
disposition_recipient = Table(
    "disposition_recipient",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("state", Integer, nullable=False),
)
_PART = 500


@kept
def _put_recipients() -> Any:
    statement = insert(disposition_recipient)
    return statement.on_conflict_do_update(index_elements=["position", "n"], set_={"state": statement.excluded.state})


@kept
def _places() -> Any:
    return select(disposition.c.id, disposition.c.n).where(disposition.c.id.in_(bindparam("ids", expanding=True)))


@kept
def _of_letter() -> Any:
    return select(disposition).where(disposition.c.letter_id == bindparam("letter")).order_by(disposition.c.n)


@kept
def _naming() -> Any:
    sha256 = bindparam("sha256", type_=LargeBinary)
    named = (func.instr(disposition.c[column], sha256) > 0 for column in ("recipients", "sheets"))
    return select(disposition.c.letter_id).where(or_(*named))


class DispositionTable(RecordTable[Disposition]):
    """Writes dispositions with their recipients."""

    def __init__(self) -> None:
        """The one disposition table."""
        super().__init__(
            disposition,
            Disposition,
            packed={
                "recipients": tuple[Recipient, ...],
                "instructions": tuple[int, ...],
                "sheets": tuple[Attachment, ...],
                "receipts": tuple[Receipt, ...],
            },
            enums={"security": SecurityLevel},
        )

    def put(self, connection: Connection, stored: Sequence[Stored[Disposition]]) -> None:
        """Insert or replace."""
        latest = {one.record.id: one for one in stored}
        super().put(connection, list(latest.values()))
        at = self._places(connection, list(latest))
        recipients = [
            {"position": one.position, "n": at[row_id], "state": int(one.state)}
            for row_id, kept in latest.items()
            for one in kept.record.recipients
        ]
        if recipients:
            connection.execute(_put_recipients(), recipients)

    def delete(self, connection: Connection, row_ids: Any) -> None:
        """Delete dispositions with their recipients."""
        at = self._places(connection, list(row_ids))
        if at:
            gone = [{"gone": n} for n in at.values()]
            connection.execute(
                delete(disposition_recipient).where(disposition_recipient.c.n == bindparam("gone")), gone
            )
            connection.execute(delete(disposition).where(disposition.c.n == bindparam("gone")), gone)

    def _places(self, connection: Connection, row_ids: list[bytes]) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        for start in range(0, len(row_ids), _PART):
            part = row_ids[start : start + _PART]
            rows = connection.execute(_places(), {"ids": part})
            found.update({row.id: row.n for row in rows})
        return found

    def of_letter(self, connection: Connection, letter_id: bytes) -> tuple[Stored[Disposition], ...]:
        """The dispositions on one letter, in the order in which they came."""
        return tuple(self.stored(row) for row in connection.execute(_of_letter(), {"letter": letter_id}))

    def names_file(self, connection: Connection, sha256: bytes) -> bool:
        """Whether a disposition here refers to a file. Read through: it is asked for files that may have to go."""
        return bool(self.letters_naming(connection, sha256))

    def letters_naming(self, connection: Connection, sha256: bytes) -> set[bytes]:
        """The letters of the dispositions here that refer to a file, as `names_file`."""
        return {bytes(one) for one in connection.execute(_naming(), {"sha256": sha256}).scalars()}


dispositions = DispositionTable()
