"""Searches that a person keeps on this PC."""

from sqlalchemy import Column, Integer, String, Table, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from core.domain.ids import UserId
from desktop.storage.base import metadata

saved_search = Table(
    "saved_search",
    metadata,
    Column("user", Integer, primary_key=True),
    Column("words", String, primary_key=True),
)


def saved_searches(connection: Connection, user: UserId) -> tuple[str, ...]:
    """All that a person keeps, in the order of the alphabet."""
    statement = select(saved_search.c.words).where(saved_search.c.user == user).order_by(saved_search.c.words)
    return tuple(connection.execute(statement).scalars())


def save_search(connection: Connection, user: UserId, words: str) -> None:
    """Keep one; nothing happens if it is kept already."""
    connection.execute(insert(saved_search).values(user=user, words=words).on_conflict_do_nothing())


def drop_search(connection: Connection, user: UserId, words: str) -> None:
    """Keep one no longer."""
    table = saved_search.c
    connection.execute(delete(saved_search).where(table.user == user, table.words == words))
