"""Drafts that somebody emptied out of the form, on this PC alone: whose they are, when, and what stood in them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Integer, LargeBinary, Table, bindparam, delete, func, insert, select, union_all
from sqlalchemy.engine import Connection

from core.domain.ids import PositionId, UserId
from desktop.storage.base import metadata
from desktop.storage.letter_drafts import letter_draft
from sql.direct import keep

thrown_draft = Table(
    "thrown_draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("thrown_ms", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
_T, _KEPT = thrown_draft.c, letter_draft.c
_COLUMNS = (_T.id, _T.user, _T.thrown_ms, _T.content)
# The hash of a file stands as it is within what msgpack makes of a draft.
_NAMED = keep(
    union_all(
        select(_T.id).where(func.instr(_T.content, bindparam("sha256")) > 0),
        select(_KEPT.user).where(func.instr(_KEPT.content, bindparam("sha256")) > 0),
    ).limit(1)
)


class ThrownDraft(NamedTuple):
    """One of them."""

    id: int
    user: UserId
    thrown_ms: int
    content: bytes


def throw_draft(connection: Connection, user: UserId, position: PositionId, content: bytes, *, now_ms: int) -> None:
    """Put it in."""
    values = {"user": user, "position": position, "thrown_ms": now_ms, "content": content}
    connection.execute(insert(thrown_draft).values(values))


def thrown_drafts(connection: Connection, user: UserId, position: PositionId) -> tuple[ThrownDraft, ...]:
    """Those of a person in a position."""
    statement = select(*_COLUMNS).where(_T.user == user, _T.position == position)
    return tuple(_draft(row) for row in connection.execute(statement))


def drafts_thrown_before(connection: Connection, before_ms: int) -> tuple[ThrownDraft, ...]:
    """Those of everybody that were thrown away before a time."""
    return tuple(_draft(row) for row in connection.execute(select(*_COLUMNS).where(_T.thrown_ms < before_ms)))


def forget_draft(connection: Connection, number: int) -> None:
    """Take it out."""
    connection.execute(delete(thrown_draft).where(_T.id == number))


def is_in_draft(connection: Connection, sha256: bytes) -> bool:
    """Whether a draft, kept or thrown away, has a file."""
    return connection.execute(_NAMED, {"sha256": sha256}).first() is not None


def _draft(row: Sequence[Any]) -> ThrownDraft:
    return ThrownDraft(id=row[0], user=UserId(row[1]), thrown_ms=row[2], content=bytes(row[3]))
