"""Connections are lent from transaction to transaction, and come back without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool

from sql.direct import DirectConnection
from sql.lending import KEPT, Lending


@pytest.fixture(name="engine")
def _engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(
        f"sqlite:///{tmp_path / 'lent.db'}",
        poolclass=QueuePool,
        connect_args={"isolation_level": None, "check_same_thread": False},
    )
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (id INTEGER PRIMARY KEY)"))
    yield engine
    engine.dispose()


@pytest.fixture(name="lending")
def _lending(engine: Engine) -> Iterator[Lending]:
    with closing(Lending(engine)) as lending:
        yield lending


def count(lending: Lending) -> int:
    with lending.lend() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM thing").scalar_one())


def write(connection: DirectConnection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    connection.exec_driver_sql("INSERT INTO thing VALUES (1)")


def test_the_next_transaction_gets_the_connection_of_the_last_one(lending: Lending) -> None:
    with lending.lend() as first:
        pass
    with lending.lend() as second, lending.lend() as beside:
        assert second is first
        assert beside is not first


def test_what_was_not_committed_is_rolled_back_before_the_next(lending: Lending) -> None:
    with lending.lend() as connection:
        write(connection)

    assert count(lending) == 0


def test_what_was_committed_stays(lending: Lending) -> None:
    with lending.lend() as connection, connection.begin():
        write(connection)

    assert count(lending) == 1


def test_a_connection_on_which_something_went_wrong_is_not_lent_again(lending: Lending) -> None:
    lent: list[DirectConnection] = []

    def stop_in_the_middle() -> None:
        with lending.lend() as connection, connection.begin():
            lent.append(connection)
            write(connection)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_in_the_middle()

    assert lent[0].closed
    assert count(lending) == 0


def test_who_listens_from_now_on_hears_the_connection_that_waited(lending: Lending, engine: Engine) -> None:
    heard: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_about: Any) -> None:
        heard.append(statement)

    count(lending)
    event.listen(engine, "before_cursor_execute", note)
    count(lending)

    assert heard == ["SELECT count(*) FROM thing"]


def add(connection: DirectConnection, *, straight: bool) -> None:
    if straight:
        connection.exec_driver_sql("INSERT INTO thing VALUES (NULL)")
    else:
        connection.execute(text("INSERT INTO thing VALUES (NULL)"))


@pytest.mark.parametrize("straight", [True, False])
def test_what_a_writing_transaction_did_by_either_way_stands_when_it_ends_well(
    lending: Lending, *, straight: bool
) -> None:
    with lending.writing() as connection:
        add(connection, straight=straight)
        add(connection, straight=not straight)

    assert count(lending) == 2


@pytest.mark.parametrize("straight", [True, False])
def test_nothing_that_a_writing_transaction_did_by_either_way_stands_when_it_fails(
    lending: Lending, *, straight: bool
) -> None:
    def fail() -> None:
        with lending.writing() as connection:
            add(connection, straight=straight)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()

    assert count(lending) == 0
    with lending.writing() as connection:  # the lock is free
        add(connection, straight=True)


def test_a_reading_transaction_sees_one_state_and_leaves_nothing(lending: Lending) -> None:
    with lending.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM thing").scalar_one() == 0
        with lending.writing() as other:
            add(other, straight=True)
        assert connection.exec_driver_sql("SELECT count(*) FROM thing").scalar_one() == 0

    assert count(lending) == 1


def test_an_error_at_the_end_is_sqlalchemys_and_the_connection_is_not_lent_again(
    lending: Lending, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE of_it (it REFERENCES thing DEFERRABLE INITIALLY DEFERRED)"))
    lent: list[DirectConnection] = []

    def fail() -> None:
        with lending.writing() as connection:
            lent.append(connection)
            connection.exec_driver_sql("INSERT INTO of_it VALUES (7)")

    with lending.lend() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    with pytest.raises(IntegrityError):
        fail()

    assert lent[0].closed
    assert count(lending) == 0


def test_who_listens_to_writing_hears_of_its_begin_and_its_end(lending: Lending, engine: Engine) -> None:
    heard: list[str] = []
    event.listen(engine, "begin", lambda _connection: heard.append("begin"))
    event.listen(engine, "commit", lambda _connection: heard.append("commit"))

    with lending.writing() as connection:
        add(connection, straight=True)

    assert heard == ["begin", "commit"]
    assert count(lending) == 1


def test_only_a_few_wait_and_none_when_all_is_closed(lending: Lending, engine: Engine) -> None:
    def lend(more: int) -> None:
        with lending.lend():
            if more:
                lend(more - 1)

    lend(KEPT + 2)
    assert engine.pool.status().count(f"Current Checked out connections: {KEPT}")
    lending.close()

    assert engine.pool.status().count("Current Checked out connections: 0")
