"""Which files of letters this PC knows: here, still to be sent, or only on the server."""

from collections.abc import Collection
from enum import IntEnum

import msgspec
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from core.domain.ids import BlobHash
from desktop.storage.base import metadata

blob = Table(
    "blob",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("state", Integer, nullable=False),
    Column("have", Integer, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
)


class BlobState(IntEnum):
    """Where a file is."""

    TO_SEND = 1  # here, not yet on the server
    BOTH = 2  # here and on the server
    WANTED = 3  # on the server, to be fetched


class BlobRow(msgspec.Struct, frozen=True, kw_only=True):
    """One file: `have` counts the bytes that the other side, or this PC, already has."""

    sha256: BlobHash
    size: int
    state: BlobState
    have: int


class BlobTable:
    """The files over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction."""
        self._connection = connection

    def add(self, sha256: bytes, size: int, *, state: BlobState, now_ms: int) -> None:
        """Note a file; one that is known already keeps its state."""
        statement = insert(blob).values(sha256=sha256, size=size, state=int(state), have=0, added_ms=now_ms)
        self._connection.execute(statement.on_conflict_do_nothing())

    def set_state(self, sha256: bytes, state: BlobState, *, have: int = 0) -> None:
        """Move a file to another state."""
        self._connection.execute(update(blob).where(blob.c.sha256 == sha256).values(state=int(state), have=have))

    def offer_again(self) -> None:
        """Offer every file that lies here: the server may have lost any of them, and says of each what it has."""
        self._connection.execute(
            update(blob).where(blob.c.state == BlobState.BOTH).values(state=int(BlobState.TO_SEND), have=0)
        )

    def get(self, sha256: bytes) -> BlobRow | None:
        """One file."""
        row = self._connection.execute(select(blob).where(blob.c.sha256 == sha256)).first()
        return None if row is None else _row(row)

    def in_state(self, state: BlobState, limit: int) -> tuple[BlobRow, ...]:
        """Files in a state, the newest first: what was just scanned is wanted first."""
        statement = select(blob).where(blob.c.state == state).order_by(blob.c.added_ms.desc()).limit(limit)
        return tuple(_row(row) for row in self._connection.execute(statement))

    def totals(self, state: BlobState) -> tuple[int, int]:
        """(number, bytes) of files in a state."""
        statement = select(func.count(), func.coalesce(func.sum(blob.c.size - blob.c.have), 0)).where(
            blob.c.state == state
        )
        count, size = self._connection.execute(statement).one()
        return int(count), int(size)

    def hashes(self) -> Collection[bytes]:
        """The files that should be here."""
        statement = select(blob.c.sha256).where(blob.c.state != BlobState.WANTED)
        return list(self._connection.execute(statement).scalars())


def _row(row: object) -> BlobRow:
    return BlobRow(
        sha256=row.sha256,  # type: ignore[attr-defined]  # a result row
        size=row.size,  # type: ignore[attr-defined]
        state=BlobState(row.state),  # type: ignore[attr-defined]
        have=row.have,  # type: ignore[attr-defined]
    )
