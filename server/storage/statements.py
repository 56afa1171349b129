"""Statements that both databases know, but SQLAlchemy only under the name of each."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Table, and_, bindparam, func, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import NullType

from server.storage.arrays import array_type, packed
from server.storage.together import send_text
from sql.direct import kept

# Values bound in one statement; well under the limits of both databases.
CHUNK = 400

Rows = Sequence[dict[str, Any]]
Tuples = Sequence[tuple[Any, ...]]


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _lite_insert(table: Table) -> Any:
    return sqlite_insert(table)


@kept
def _lite_upsert(table: Table, changing: tuple[str, ...]) -> Any:
    lite = sqlite_insert(table)
    changes = {name: lite.excluded[name] for name in changing}
    return lite.on_conflict_do_update(index_elements=list(table.primary_key), set_=changes)


@kept
def _lite_update(table: Table, naming: tuple[str, ...], changing: tuple[str, ...]) -> Any:
    which = and_(*(table.c[name] == bindparam(f"old_{name}") for name in naming))
    return update(table).where(which).values({name: bindparam(name) for name in changing})


def append(connection: Connection, table: Table, *, rows: Rows) -> None:
    """Insert the rows, which have the same columns; one that is there already fails the transaction."""
    if rows:
        columns = tuple(rows[0])
        append_all(connection, table, columns, rows=_in_order(rows, columns))


def append_all(connection: Connection, table: Table, columns: tuple[str, ...], *, rows: Tuples) -> None:
    """As `append`, of many rows: each has its values in the order of `columns`."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(_lite_insert(table), _named(rows, columns))
        return
    _unnested(connection, _insertion(table, columns), columns, table=table, rows=rows)


def upsert(connection: Connection, table: Table, *, rows: Rows, changing: Sequence[str]) -> None:
    """Insert the rows; where the primary key is there already, set the columns named in `changing`.

    No two rows may have the same key.
    """
    if rows:
        columns = tuple(rows[0])
        upsert_all(connection, table, columns, rows=_in_order(rows, columns), changing=changing)


def upsert_all(
    connection: Connection, table: Table, columns: tuple[str, ...], *, rows: Tuples, changing: Sequence[str]
) -> None:
    """As `upsert`, of many rows: each has its values in the order of `columns`."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(_lite_upsert(table, tuple(changing)), _named(rows, columns))
        return
    _unnested(connection, _upsertion(table, columns, tuple(changing)), columns, table=table, rows=rows)


def change(connection: Connection, table: Table, *, rows: Rows, changing: Sequence[str]) -> None:
    """Set the columns named in `changing` of rows that are there; the other columns of `rows` say which."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        naming = [name for name in rows[0] if name not in changing]
        renamed = [{(f"old_{name}" if name in naming else name): value for name, value in row.items()} for row in rows]
        connection.execute(_lite_update(table, tuple(naming), tuple(changing)), renamed)
        return
    columns = tuple(rows[0])
    statement = _changing(table, columns, tuple(changing))
    _unnested(connection, statement, columns, table=table, rows=_in_order(rows, columns))


def is_one_of(dialect: str, column: Column[Any], name: str) -> ColumnElement[bool]:
    """Whether the column has one of the values of the parameter `name`, which `listed` makes.

    On PostgreSQL the statement is the same for any number of values, so that it is prepared once.
    """
    if dialect == "sqlite":
        return column.in_(bindparam(name, expanding=True))
    return column == func.any(bindparam(name, type_=NullType()))


def listed(dialect: str, column: Column[Any], values: Collection[Any]) -> object:
    """The values for `is_one_of`, in order."""
    return sorted(values) if dialect == "sqlite" else packed(column.type, sorted(values))


def chunks(values: Sequence[Any]) -> list[Sequence[Any]]:
    """The values in pieces that one statement can carry."""
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]


@cache
def _insertion(table: Table, columns: tuple[str, ...]) -> str:
    # One array a column: the statement is the same for any number of rows, so it is prepared once, and the database
    # is asked once (measured: a tenth of the time of a statement for each row).
    into = f"INSERT INTO {_quoted(table.name)} ({_names(columns)})"
    return f"{into} SELECT * FROM unnest({_arrays(table, columns)})"  # noqa: S608  # our own names


@cache
def _upsertion(table: Table, columns: tuple[str, ...], changing: tuple[str, ...]) -> str:
    keys = ", ".join(_quoted(column.name) for column in table.primary_key)
    changes = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in changing)
    return f"{_insertion(table, columns)} ON CONFLICT ({keys}) DO UPDATE SET {changes}"


@cache
def _changing(table: Table, columns: tuple[str, ...], changing: tuple[str, ...]) -> str:
    changes = ", ".join(f"{_quoted(name)} = new.{_quoted(name)}" for name in changing)
    naming = [name for name in columns if name not in changing]
    matches = " AND ".join(f"{_quoted(table.name)}.{_quoted(name)} = new.{_quoted(name)}" for name in naming)
    new = f"unnest({_arrays(table, columns)}) AS new ({_names(columns)})"
    return f"UPDATE {_quoted(table.name)} SET {changes} FROM {new} WHERE {matches}"  # noqa: S608  # our own names


def _unnested(connection: Connection, statement: str, columns: tuple[str, ...], *, table: Table, rows: Tuples) -> None:
    values = zip(columns, zip(*rows, strict=True), strict=True)
    send_text(connection, statement, [packed(table.c[name].type, column) for name, column in values])


def _in_order(rows: Rows, columns: tuple[str, ...]) -> Tuples:
    return [tuple([row[name] for name in columns]) for row in rows]


def _named(rows: Tuples, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _arrays(table: Table, columns: Sequence[str]) -> str:
    return ", ".join(f"%b::{array_type(table.c[name].type)}" for name in columns)


def _names(columns: Sequence[str]) -> str:
    return ", ".join(_quoted(name) for name in columns)


def _quoted(name: str) -> str:
    # Names of our own tables and columns: some are words of SQL.
    return f'"{name}"'
