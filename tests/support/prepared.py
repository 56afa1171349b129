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
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.util import LRUCache

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
from tests.support.stores import KEY, store_file

STATEMENTS = 5_000


class SharedStatements:
    """Makes engines; those of one kind go on with what the first of them compiled.

    What is compiled belongs to a dialect, and a dialect is complete when its engine has first been connected: the
    dialect of the first engine serves those that are made after that.
    """

    def __init__(self) -> None:
        self._dialects: dict[object, Dialect] = {}
        self._compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)

    def create_engine(self, *about: Any, **options: Any) -> Engine:
        """In place of the function of SQLAlchemy."""
        engine = create_engine(*about, **options)
        kind = (type(engine.dialect), engine.dialect.dbapi)
        engine._compiled_cache = self._compiled  # noqa: SLF001  # there is no other way to hand one in for all connections
        if kind in self._dialects:
            engine.dialect = self._dialects[kind]
        else:
            own = engine.dialect
            event.listen(engine, "connect", lambda *_: self._dialects.setdefault(kind, own))
        return engine


@functools.cache
def shared_statements() -> SharedStatements:
    """Those of this process."""
    return SharedStatements()


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
        monkeypatch.setattr(engines, "create_engine", shared_statements().create_engine)


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
