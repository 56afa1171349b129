"""The tables of the outbox, and what proves that an entry is as this program wrote it."""

from collections.abc import Iterator, Mapping, Sequence
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
    select,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from core.protocol.codec import encode
from desktop.storage.base import metadata
from desktop.storage.proofs import proof_of
from sql.direct import kept

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
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
    Column("decided_by", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("proof", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
touch = Table(
    "touch",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("kind", Integer, nullable=False),
    Column("row_id", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("waiting", Boolean(create_constraint=False), nullable=False),
)
# In this order, for ever.
_PROVED = (
    *("id", "epoch", "seq", "op", "head", "act", "user", "position", "state", "code", "field", "conflicts", "made_ms"),
    *("settled_seq", "decided_by", "reason"),
)


# Every act adds an entry: the statement is built once, as building it costs more than running it.
@kept
def _prove() -> Any:
    return update(outbox).where(outbox.c.id == bindparam("number")).values(proof=bindparam("proved"))


@kept
def _entry() -> Any:
    return select(outbox).where(outbox.c.id == bindparam("number"))


@kept
def _every() -> Any:
    return select(outbox).order_by(outbox.c.id)


@kept
def add_touches() -> Any:
    """Notes rows that an op touched."""
    return touch.insert()


@kept
def waits_no_more() -> Any:
    """No row waits for an op any more."""
    return update(touch).where(touch.c.entry == bindparam("number")).values(waiting=False)


@kept
def touched() -> Any:
    """What several ops touched, in order."""
    named = touch.c.entry.in_(bindparam("entries", expanding=True))
    return select(touch).where(named).order_by(touch.c.entry, touch.c.place)


@kept
def forget_touched() -> Any:
    """Forgets what an op touched."""
    return delete(touch).where(touch.c.entry == bindparam("number"))


@kept
def touching() -> Any:
    """The waiting ops that touch rows of one kind."""
    mine = (touch.c.kind == bindparam("of"), touch.c.row_id.in_(bindparam("row_ids", expanding=True)))
    return select(touch.c.row_id, touch.c.entry).where(*mine, touch.c.waiting.is_(True)).order_by(touch.c.entry)


@kept
def forget_records() -> Any:
    """Drops what answered ops made, of all rows of those that touched one row."""
    made = touch.alias("made")
    answered = (made.c.kind == bindparam("k"), made.c.row_id == bindparam("r"), made.c.waiting.is_(False))
    entries = select(made.c.entry).where(*answered)
    return delete(touch).where(touch.c.entry.in_(entries), touch.c.waiting.is_(False))


@kept
def renumber() -> Any:
    """Gives an entry another number, with the op that says it."""
    values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in ("epoch", "seq", "op", "head")}
    return update(outbox).where(outbox.c.id == bindparam("entry")).values(**values)


@kept
def reopen() -> Any:
    """An entry has no answer any more."""
    unanswered = {"code": "", "field": "", "conflicts": encode(()), "settled_seq": 0, "decided_by": 0, "reason": ""}
    values: dict[str, Any] = {"state": bindparam("to_state"), **unanswered}
    return update(outbox).where(outbox.c.id == bindparam("number")).values(**values)


@kept
def waits_again() -> Any:
    """What an op touched waits for it again."""
    return update(touch).where(touch.c.entry == bindparam("number")).values(waiting=True)


def entry_proof(columns: Mapping[Any, Any]) -> bytes:
    """What proves an entry with these columns."""
    return proof_of("outbox", [columns[name] for name in _PROVED])


def prove(connection: Connection, *which: ColumnElement[bool]) -> int:
    """Prove entries that were changed just now; how many."""
    rows = connection.execute(select(outbox).where(*which)).mappings().all()
    prove_entries(connection, rows)
    return len(rows)


def prove_entry(connection: Connection, number: int) -> None:
    """Prove an entry that was changed just now."""
    prove_entries(connection, connection.execute(_entry(), {"number": number}).mappings().all())


def prove_entries(connection: Connection, entries: Sequence[Mapping[Any, Any]]) -> None:
    """Prove entries of which all columns are known."""
    if entries:
        proved = [{"number": one["id"], "proved": entry_proof(one)} for one in entries]
        connection.execute(_prove(), proved)


def unproved(connection: Connection) -> Iterator[int]:
    """The numbers of entries that are not as they were written."""
    for row in connection.execute(_every()).mappings():
        if row["proof"] != entry_proof(row):
            yield int(row["id"])
