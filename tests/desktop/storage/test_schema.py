"""The tables of the migration are the tables that the program speaks of."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.types import BigInteger, Boolean, Float, Integer, LargeBinary, String, TypeDecorator

from desktop.storage import upgrade
from desktop.storage.base import metadata
from desktop.storage.unit_of_work import RECORD_TABLES, Store

TABLES = sorted(metadata.tables)
SQLITE_NAMES = {
    Integer: "INTEGER",
    BigInteger: "INTEGER",
    Boolean: "INTEGER",
    Float: "REAL",
    String: "TEXT",
    LargeBinary: "BLOB",
}


def declared(connection: Connection, table: str) -> dict[str, tuple[str, bool, bool]]:
    """Column -> (type, not null, part of the key) as the migration made them."""
    rows = connection.execute(text(f"PRAGMA table_info({table})")).all()
    return {row.name: (row.type, bool(row.notnull), bool(row.pk)) for row in rows}


def spoken_of(table: str) -> dict[str, tuple[str, bool, bool]]:
    """The same as the program's table definition has it."""
    found = {}
    for column in metadata.tables[table].columns:
        kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
        found[column.name] = (SQLITE_NAMES[type(kind)], not column.nullable, column.primary_key)
    return found


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_the_columns_that_the_program_speaks_of(store: Store, table: str) -> None:
    with store.read() as uow:
        assert declared(uow.connection, table) == spoken_of(table)


@pytest.mark.parametrize("table", TABLES)
def test_the_key_of_a_table_is_the_one_that_the_program_speaks_of(store: Store, table: str) -> None:
    with store.read() as uow:
        key = inspect(uow.connection).get_pk_constraint(table)["constrained_columns"]
        unique = [one["column_names"] for one in inspect(uow.connection).get_unique_constraints(table)]

    assert set(key) == {column.name for column in metadata.tables[table].primary_key}
    assert unique == [[column.name] for column in metadata.tables[table].columns if column.unique]


def test_there_is_no_table_that_the_program_does_not_speak_of(store: Store) -> None:
    with store.read() as uow:
        names = set(inspect(uow.connection).get_table_names())
        search = text("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
        virtual = tuple(uow.connection.execute(search).scalars())

    # A search index brings tables of its own along, all named after it.
    assert {name for name in names if not name.startswith(virtual)} - {"alembic_version"} == set(TABLES)


def test_every_kind_of_record_has_a_table_keyed_by_its_id(store: Store) -> None:
    assert len({table.table.name for table in RECORD_TABLES.values()}) == len(RECORD_TABLES)
    with store.read() as uow:
        for table in RECORD_TABLES.values():
            columns = declared(uow.connection, table.table.name)
            assert "id" in columns or columns["number"][2]


def test_the_store_keeps_its_promises_about_durability_and_secrecy(store: Store) -> None:
    with store.read() as uow:
        pragma = {
            name: uow.connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store", "user_version")
        }
        version = uow.connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    assert pragma == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": 2,
        "user_version": upgrade.SCHEMA,
    }
    assert version == upgrade.REVISION


def test_a_migration_knows_nothing_of_the_tables_of_today() -> None:
    versions = Path(upgrade.__file__).parent / "migrations" / "versions"
    for path in sorted(versions.glob("0*.py")):
        source = path.read_text(encoding="utf-8")
        imported = {
            name.name if isinstance(node, ast.Import) else str(node.module)
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        }
        # msgspec unpacks columns that hold several values; no table of ours is imported.
        assert imported <= {"alembic", "sqlalchemy", "msgspec"}
        assert re.match(r"\d{4}_", path.name)


def test_the_inboxes_of_a_letter_are_found_by_its_place(store: Store) -> None:
    with store.read() as uow:
        plan = uow.connection.execute(text("EXPLAIN QUERY PLAN DELETE FROM letter_involved WHERE n = 1")).all()
    assert "ix_letter_involved_n" in str(plan)
