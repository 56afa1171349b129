"""What a program had prepared is still prepared when it starts again on its disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from desktop.storage import opening
from server.storage import database
from server.storage.engine import sqlite_url
from tests.simulation.engines import Engines
from tests.support.stores import KEY

QUESTION = "SELECT count(*) FROM sqlite_master"


def _of_a_pc(folder: Path) -> Engine:
    return opening.open_engine(folder / "pesagi.db", KEY)  # type: ignore[attr-defined]  # there it is put in


def _of_the_server(folder: Path) -> Engine:
    return database.open_engine(sqlite_url(folder / "pesagi.sqlite"))  # type: ignore[attr-defined]  # as above


@pytest.mark.parametrize("started", [_of_a_pc, _of_the_server])
def test_a_restart_prepares_nothing_anew(started: Callable[[Path], Engine], tmp_path: Path) -> None:
    prepared: list[object] = []

    def noted(*what: object) -> int:
        prepared.append(what)
        return sqlite3.SQLITE_OK

    def ask(connection: Any) -> None:
        connection.execute(QUESTION).fetchall()

    with closing(Engines()) as engines, engines.used():
        engine = started(tmp_path)
        with closing(engine.raw_connection()) as connection:
            driver: Any = connection.dbapi_connection
            driver.set_authorizer(noted)  # asked whenever a statement is prepared
            ask(driver)
        assert prepared
        engine.dispose()
        prepared.clear()

        with closing(started(tmp_path).raw_connection()) as connection:
            ask(connection.dbapi_connection)
        assert not prepared
