"""The outbox: ops made here, in order, with what became of them; and which rows each of them touched."""

from collections.abc import Collection, Sequence
from enum import IntEnum
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, delete, func, select, update
from sqlalchemy.engine import Connection

from core.domain.acting import FieldConflict
from core.protocol.codec import decode, encode
from core.protocol.messages import OpResult, Outcome
from desktop.storage.base import metadata

RowKey = tuple[int, bytes]

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("op", LargeBinary, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("act", Integer, nullable=False),
    Column("user", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("state", Integer, nullable=False),
    Column("code", String, nullable=False),
    Column("field", String, nullable=False),
    Column("conflicts", LargeBinary, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("settled_seq", BigInteger, nullable=False),
)
touch = Table(
    "touch",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("kind", Integer, nullable=False),
    Column("row_id", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
_PART = 400


class OpState(IntEnum):
    """What became of an op."""

    WAITING = 0
    ACCEPTED = 1
    REFUSED = 2
    CONFLICT = 3


class OutboxEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One op with its state; `made_ms` is the PC's wall clock."""

    seq: int
    op: bytes
    head: bytes
    act: int
    user: int
    position: int
    state: OpState
    code: str
    field: str
    conflicts: tuple[FieldConflict, ...]
    made_ms: int


class Outbox:
    """The outbox over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction."""
        self._connection = connection

    def append(self, entry: OutboxEntry, decided: Sequence[tuple[RowKey, bytes]]) -> None:
        """Add an op and the rows that it changed, each with the record it made of it, in the rule's order."""
        values: dict[str, Any] = msgspec.structs.asdict(entry)
        values["state"] = int(entry.state)
        values["conflicts"] = encode(entry.conflicts)
        self._connection.execute(outbox.insert(), {**values, "settled_seq": 0})
        rows = [
            {"seq": entry.seq, "place": place, "kind": kind, "row_id": row_id, "payload": payload}
            for place, ((kind, row_id), payload) in enumerate(decided)
        ]
        if rows:
            self._connection.execute(touch.insert(), rows)

    def waiting(self, limit: int) -> tuple[OutboxEntry, ...]:
        """The first ops that the server has not answered."""
        statement = select(outbox).where(outbox.c.state == OpState.WAITING).order_by(outbox.c.seq).limit(limit)
        return tuple(_entry(row) for row in self._connection.execute(statement))

    def count(self, state: OpState) -> int:
        """How many ops are in a state."""
        statement = select(func.count()).select_from(outbox).where(outbox.c.state == state)
        return int(self._connection.execute(statement).scalar_one())

    def listed(self, states: Collection[OpState], limit: int) -> tuple[OutboxEntry, ...]:
        """Ops in any of `states`, newest first."""
        statement = (
            select(outbox)
            .where(outbox.c.state.in_([int(state) for state in states]))
            .order_by(outbox.c.seq.desc())
            .limit(limit)
        )
        return tuple(_entry(row) for row in self._connection.execute(statement))

    def entries(self, seqs: Collection[int]) -> dict[int, OutboxEntry]:
        """The ops with these numbers."""
        found: dict[int, OutboxEntry] = {}
        numbers = sorted(seqs)
        for start in range(0, len(numbers), _PART):
            part = numbers[start : start + _PART]
            for row in self._connection.execute(select(outbox).where(outbox.c.seq.in_(part))):
                found[row.seq] = _entry(row)
        return found

    def settle(self, result: OpResult) -> None:
        """Note the server's answer to an op; its touches are gone with it."""
        state = {
            Outcome.ACCEPTED: OpState.ACCEPTED,
            Outcome.REFUSED: OpState.REFUSED,
            Outcome.CONFLICT: OpState.CONFLICT,
        }[result.outcome]
        self._connection.execute(
            update(outbox)
            .where(outbox.c.seq == result.seq)
            .values(
                state=int(state),
                code=result.code,
                field=result.field,
                conflicts=encode(result.conflicts),
                settled_seq=result.first_rev,
            )
        )
        self._connection.execute(delete(touch).where(touch.c.seq == result.seq))

    def prune(self, durable: int) -> None:
        """Forget accepted ops that the server holds safely (their revision is at or below `durable`)."""
        self._connection.execute(
            delete(outbox).where(outbox.c.state == OpState.ACCEPTED, outbox.c.settled_seq <= durable)
        )

    def dismiss(self, seq: int) -> None:
        """Take a refused op or a conflict off the list; the person has seen it."""
        self._connection.execute(
            delete(outbox).where(outbox.c.seq == seq, outbox.c.state.in_([OpState.REFUSED, OpState.CONFLICT]))
        )

    def touched_by(self, seqs: Collection[int]) -> dict[int, list[RowKey]]:
        """The rows that each op touched, in order."""
        return {seq: [key for key, _ in decided] for seq, decided in self.decided_by(seqs).items()}

    def decided_by(self, seqs: Collection[int]) -> dict[int, list[tuple[RowKey, bytes]]]:
        """The rows that each waiting op touched, in order, each with the record that it made of it on this PC."""
        found: dict[int, list[tuple[RowKey, bytes]]] = {seq: [] for seq in seqs}
        numbers = sorted(seqs)
        for start in range(0, len(numbers), _PART):
            part = numbers[start : start + _PART]
            rows = self._connection.execute(
                select(touch).where(touch.c.seq.in_(part)).order_by(touch.c.seq, touch.c.place)
            )
            for row in rows:
                found[row.seq].append(((row.kind, row.row_id), row.payload))
        return found

    def touching(self, keys: Collection[RowKey]) -> dict[RowKey, list[int]]:
        """The waiting ops that touch any of `keys`."""
        by_kind: dict[int, list[bytes]] = {}
        for kind, row_id in keys:
            by_kind.setdefault(kind, []).append(row_id)
        found: dict[RowKey, list[int]] = {}
        for kind, row_ids in by_kind.items():
            for start in range(0, len(row_ids), _PART):
                part = row_ids[start : start + _PART]
                statement = (
                    select(touch.c.row_id, touch.c.seq)
                    .where(touch.c.kind == kind, touch.c.row_id.in_(part))
                    .order_by(touch.c.seq)
                )
                for row_id, seq in self._connection.execute(statement):
                    found.setdefault((kind, row_id), []).append(seq)
        return found


def _entry(row: Any) -> OutboxEntry:
    return OutboxEntry(
        seq=row.seq,
        op=row.op,
        head=row.head,
        act=row.act,
        user=row.user,
        position=row.position,
        state=OpState(row.state),
        code=row.code,
        field=row.field,
        conflicts=decode(row.conflicts, tuple[FieldConflict, ...]),
        made_ms=row.made_ms,
    )
