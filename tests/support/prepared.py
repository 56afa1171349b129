"""What every test would make anew and is the same in all of them: tables, and what SQLAlchemy makes of a statement.

A store, and a server on SQLite, begin as a copy of a file that the real migrations made once in this process; a
server on PostgreSQL is lent a database whose rows were deleted. Engines of one kind share their compiled statements,
as all connections of a running program do. `tests/tooling/test_prepared.py` holds the copies against the migrations.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from desktop.app import opening
from desktop.storage import engine as store_engines
from desktop.storage.engine import open_engine as open_store_engine
from desktop.storage.opening import open_store
from desktop.storage.unit_of_work import Store
from server.storage import database as databases
from server.storage import engine as server_engines
from server.storage.engine import sqlite_url
from server.storage.upgrade import upgrade
from tests.support.postgres import PostgresCluster
from tests.support.statements import shared_statements
from tests.support.stores import KEY, store_file


def sharing_engine(*about: Any, **options: Any) -> Engine:
    """As `create_engine`; what it compiles serves all engines of its kind."""
    return shared_statements().serve(create_engine(*about, **options))


def prepared_store(path: Path, key: bytes, now: datetime) -> Store:
    """As `open_store`; one that is not there yet begins as a copy with a key of its own."""
    if not path.exists():
        path.write_bytes(store_file())
        engine = open_store_engine(path, KEY)
        with engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA rekey = \"x'{key.hex()}'\"")
        engine.dispose()
    return open_store(path, key, now)


def prepared_upgrade(engine: Engine) -> Path | None:
    """As `upgrade`; an SQLite file that is not there yet begins as a copy."""
    file = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
    if file is None or file.exists():
        return upgrade(engine)
    file.write_bytes(server_file())
    return None


@functools.cache
def server_file() -> bytes:
    """The file of a server with all tables and nothing in them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "server.db"
        make_tables(sqlite_url(path))
        return path.read_bytes()


def make_tables(url: str) -> None:
    """Bring the database at that address up to date by the migrations."""
    engine = server_engines.open_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the programs begin with prepared tables and statements."""
    monkeypatch.setattr(opening, "open_store", prepared_store)
    monkeypatch.setattr(databases, "upgrade", prepared_upgrade)
    for engines in (store_engines, server_engines):
        monkeypatch.setattr(engines, "create_engine", sharing_engine)


@pytest.fixture
def ready_postgres(postgres_cluster: PostgresCluster) -> Iterator[str]:
    """The address of a PostgreSQL database with all tables, which only this test sees and may alter."""
    name = postgres_cluster.create_database(template=postgres_cluster.template("server", make_tables))
    yield postgres_cluster.dsn(name)
    postgres_cluster.drop_database(name)


@pytest.fixture
def lent_postgres(postgres_cluster: PostgresCluster) -> Iterator[str]:
    """The address of a PostgreSQL database with all tables and no rows, for a server that does not alter its tables."""
    name = postgres_cluster.lend("server", make_tables)
    yield postgres_cluster.dsn(name)
    postgres_cluster.take_back("server", name)
