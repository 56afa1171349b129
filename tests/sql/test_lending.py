"""Connections are lent from transaction to transaction, and come back without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine
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


def test_only_a_few_wait_and_none_when_all_is_closed(lending: Lending, engine: Engine) -> None:
    def lend(more: int) -> None:
        with lending.lend():
            if more:
                lend(more - 1)

    lend(KEPT + 2)
    assert engine.pool.status().count(f"Current Checked out connections: {KEPT}")
    lending.close()

    assert engine.pool.status().count("Current Checked out connections: 0")
