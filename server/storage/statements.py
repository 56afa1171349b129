"""Statements that both databases know, but SQLAlchemy only under the name of each."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection

# Values bound in one statement; well under the limits of both databases.
CHUNK = 400

Rows = Sequence[dict[str, Any]]


def upsert(connection: Connection, table: Table, *, rows: Rows, changing: Sequence[str]) -> None:
    """Insert the rows; where the primary key is there already, set the columns named in `changing`."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        lite = sqlite_insert(table)
        connection.execute(
            lite.on_conflict_do_update(
                index_elements=list(table.primary_key), set_={name: lite.excluded[name] for name in changing}
            ),
            rows,
        )
        return
    post = postgresql_insert(table)
    connection.execute(
        post.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={name: post.excluded[name] for name in changing}
        ),
        rows,
    )


def chunks(values: Sequence[Any]) -> list[Sequence[Any]]:
    """The values in pieces that one statement can carry."""
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
