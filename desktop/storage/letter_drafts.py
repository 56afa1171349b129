"""What somebody was entering: one unfinished letter for each person in each position, kept on this PC alone."""

from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, Table, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from core.domain.ids import PositionId, UserId
from desktop.storage.base import metadata
from sql.direct import kept

letter_draft = Table(
    "letter_draft",
    metadata,
    Column("user", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)


# Every letter that is registered asks this: built once.
@kept
def _drop() -> Any:
    mine = (letter_draft.c.user == bindparam("of"), letter_draft.c.position == bindparam("at"))
    return delete(letter_draft).where(*mine)


def keep_draft(connection: Connection, user: UserId, position: PositionId, content: bytes) -> None:
    """Put it in the place of what was kept before."""
    statement = insert(letter_draft).values(user=user, position=position, content=content)
    changing = {"content": statement.excluded.content}
    connection.execute(statement.on_conflict_do_update(index_elements=["user", "position"], set_=changing))


def kept_draft(connection: Connection, user: UserId, position: PositionId) -> bytes | None:
    """What was kept, or None."""
    table = letter_draft.c
    statement = select(table.content).where(table.user == user, table.position == position)
    found = connection.execute(statement).scalar_one_or_none()
    return None if found is None else bytes(found)


def drop_draft(connection: Connection, user: UserId, position: PositionId) -> None:
    """Keep nothing any more; nothing happens where nothing was kept."""
    connection.execute(_drop(), {"of": user, "at": position})


def count_drafts(connection: Connection) -> int:
    """How many letters are unfinished, of everybody."""
    return int(connection.execute(select(func.count()).select_from(letter_draft)).scalar_one())
