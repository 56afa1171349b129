"""The tables that tests begin with are those that the programs make, and nothing of the test before is in them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import psycopg
import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from desktop.storage.engine import open_engine as open_store_engine
from desktop.storage.opening import open_store
from server.storage.engine import open_engine as open_server_engine
from server.storage.engine import sqlite_url
from server.storage.upgrade import upgrade
from tests.factories import NOW
from tests.support.postgres import SUPERUSER, PostgresCluster
from tests.support.prepared import make_tables, prepared_store, prepared_upgrade
from tests.support.statements import SharedStatements
from tests.support.stores import KEY


def contents(engine: Engine) -> list[object]:
    """The number of the schema, how every table was made, and every row."""
    with engine.connect() as connection:

        def rows(query: str) -> list[object]:
            return sorted(map(tuple, connection.exec_driver_sql(query)), key=repr)

        made = rows("SELECT type, name, tbl_name, sql FROM sqlite_master")
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
        held = [(name, rows(f'SELECT * FROM "{name}"')) for name in sorted(tables)]  # noqa: S608  # names of tables
        return [rows("PRAGMA user_version"), rows("PRAGMA journal_mode"), made, held]


def test_a_prepared_store_is_what_the_migrations_make_under_a_key_of_its_own(tmp_path: Path) -> None:
    key = os.urandom(32)
    open_store(tmp_path / "made.db", KEY, NOW).close()
    prepared_store(tmp_path / "prepared.db", key, NOW).close()

    assert contents(open_store_engine(tmp_path / "prepared.db", key)) == contents(
        open_store_engine(tmp_path / "made.db", KEY)
    )


def test_a_store_that_is_there_is_opened_and_not_prepared_again(tmp_path: Path) -> None:
    key = os.urandom(32)
    with prepared_store(tmp_path / "pesagi.db", key, NOW).begin() as uow:
        uow.accounts.put(1, "siti", "")  # type: ignore[arg-type]  # a small number

    with prepared_store(tmp_path / "pesagi.db", key, NOW).read() as uow:
        assert len(list(uow.accounts.users())) == 1


def test_a_prepared_server_is_what_the_migrations_make(tmp_path: Path) -> None:
    made, prepared = (open_server_engine(sqlite_url(tmp_path / name)) for name in ("made.db", "prepared.db"))
    upgrade(made)
    prepared_upgrade(prepared)

    assert contents(prepared) == contents(made)


def test_a_lent_database_has_all_tables_and_no_row_of_the_test_before(postgres_cluster: PostgresCluster) -> None:
    first = postgres_cluster.lend("server", make_tables)
    with psycopg.connect(postgres_cluster.dsn_as(SUPERUSER, first)) as left_open:
        left_open.execute("INSERT INTO tenant (id, name, region, feed_epoch) VALUES (1, 'Lampung Barat', '', 1)")
        left_open.commit()
        postgres_cluster.take_back("server", first)
        with pytest.raises(psycopg.OperationalError):
            left_open.execute("SELECT 1")
    second = postgres_cluster.lend("server", make_tables)
    with psycopg.connect(postgres_cluster.dsn_as(SUPERUSER, second)) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        tenants = connection.execute("SELECT count(*) FROM tenant").fetchone()
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    postgres_cluster.take_back("server", second)

    assert (second, tenants) == (first, (0,))
    assert tables is not None
    assert tables[0] > 10
    assert revision is not None
    assert re.fullmatch(r"\d{4}", revision[0])


def test_what_one_engine_compiled_serves_the_next_and_each_keeps_its_own_rows() -> None:
    shared = SharedStatements(100)
    hits = []
    for number in range(2):
        engine = shared.serve(create_engine("sqlite://"))
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE t (n INTEGER)"))
            connection.execute(text("INSERT INTO t VALUES (:n)"), {"n": number})
            result = connection.execute(text("SELECT n FROM t"))
            hits.append(result.context.cache_hit)
            assert result.scalars().all() == [number]
        engine.dispose()

    assert [hit.name for hit in hits] == ["CACHE_MISS", "CACHE_HIT"]


def test_engines_of_two_kinds_share_nothing() -> None:
    shared = SharedStatements(100)
    hits = []
    for engine in (create_engine("sqlite://"), create_engine("sqlite://", module=sqlcipher)):
        with shared.serve(engine).begin() as connection:
            hits.append(connection.execute(text("SELECT 1")).context.cache_hit)
        engine.dispose()

    assert [hit.name for hit in hits] == ["CACHE_MISS", "CACHE_MISS"]
