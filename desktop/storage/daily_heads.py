"""The daily heads that this PC was told, kept for ever: the server cannot have had another history without it showing.

Heads form lines. As long as each continues the one before there is one line; a head that does not begins another, and
both are kept. The newest line is the one that is asked about.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, bindparam, func, select
from sqlalchemy.engine import Connection

from core.protocol.daily_heads import DailyHead
from desktop.storage.base import metadata
from desktop.storage.proofs import proof_of
from sql.direct import kept

daily_head = Table(
    "daily_head",
    metadata,
    Column("line", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("running", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    # Of the last head that was told at a time; empty where the one behind it vouches for it.
    Column("signature", LargeBinary, nullable=False),
    # What the server counted in, and when this PC was told (milliseconds since 1970 on its clock).
    Column("feed_epoch", BigInteger, nullable=False),
    Column("told_ms", BigInteger, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)


class KeptHead(msgspec.Struct, frozen=True, kw_only=True):
    """One head as this PC was told it."""

    line: int
    head: DailyHead
    chain: bytes
    signature: bytes
    feed_epoch: int
    told_ms: int


# In this order, for ever.
_PROVED = ("line", "number", "day", "seq", "running", "chain", "signature", "feed_epoch", "told_ms")


def head_proof(columns: Mapping[Any, Any]) -> bytes:
    """What proves a head with these columns."""
    return proof_of("daily_head", [columns[name] for name in _PROVED])


@kept
def _newest() -> Any:
    return select(daily_head).order_by(daily_head.c.line.desc(), daily_head.c.number.desc()).limit(1)


@kept
def _all() -> Any:
    return select(daily_head).order_by(daily_head.c.line, daily_head.c.number)


@kept
def _one() -> Any:
    return select(daily_head).where(daily_head.c.line == bindparam("line"), daily_head.c.number == bindparam("number"))


class DailyHeads:
    """The heads over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction."""
        self._connection = connection

    def newest(self) -> KeptHead | None:
        """The last head of the newest line, or None before the first was told."""
        found = self._found(_newest())
        return found[0] if found else None

    def at(self, line: int, number: int) -> KeptHead | None:
        """One head of a line, or None."""
        found = self._found(_one(), line=line, number=number)
        return found[0] if found else None

    def all(self) -> list[KeptHead]:
        """Every head, line by line."""
        return self._found(_all())

    def lines(self) -> int:
        """How many lines there are; more than one: the server's log did not continue what this PC had seen."""
        return int(self._connection.execute(select(func.count(func.distinct(daily_head.c.line)))).scalar_one())

    def add(self, heads: Sequence[KeptHead]) -> None:
        """Keep heads; one that is there already stays as it is."""
        for one in heads:
            if self.at(one.line, one.head.number) is None:
                rest = {name: getattr(one, name) for name in ("line", "chain", "signature", "feed_epoch", "told_ms")}
                columns = {**msgspec.structs.asdict(one.head), **rest}
                self._connection.execute(daily_head.insert(), {**columns, "proof": head_proof(columns)})

    def _found(self, statement: object, **values: int) -> list[KeptHead]:
        return [
            KeptHead(
                line=row.line,
                head=DailyHead(number=row.number, day=row.day, seq=row.seq, running=row.running),
                chain=row.chain,
                signature=row.signature,
                feed_epoch=row.feed_epoch,
                told_ms=row.told_ms,
            )
            for row in self._connection.execute(statement, values)  # type: ignore[call-overload]  # one of the above
        ]
