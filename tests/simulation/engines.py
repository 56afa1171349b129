"""Database engines that outlive a restart, with what they compiled and with their connections (`drives`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.engine import Engine, make_url

from desktop.storage.engine import open_engine as open_store_engine
from server.storage.engine import open_engine as open_server_engine
from tests.simulation.drives import Drives, Waiting
from tests.support.statements import shared_statements

Hook = Callable[[], None]
_RUNS = ("do_execute", "do_executemany", "do_execute_no_params")


class Engines:
    """One engine for each database; whoever opens a database may listen to it."""

    def __init__(self) -> None:
        self._kept: dict[str, Engine] = {}
        self.drives = Drives()
        self._heard: set[str] = set()

    @contextmanager
    def used(self) -> Iterator[None]:
        """Let both programs take their engines from here."""
        with (
            mock.patch("desktop.storage.opening.open_engine", self._of_store),
            mock.patch("server.storage.database.open_engine", self._of_server),
        ):
            yield

    def listen(self, name: str, *, statement: Hook, commit: Hook) -> None:
        """Call these before each statement and each commit of a database that was opened, until `leave`."""
        # In the driver's place and not as hooks of the engine: those would cost more than the statements. And only
        # while somebody listens: few statements of a world are counted, and to ask for each cost a fiftieth of it.
        self.leave(name)
        dialect = self._kept[name].dialect
        for each in _RUNS:
            setattr(dialect, each, _before(getattr(dialect, each), statement))
        dialect.do_commit = _before(dialect.do_commit, commit)  # type: ignore[method-assign]
        self._heard.add(name)

    def leave(self, name: str) -> None:
        """Nobody listens to a database any more."""
        if name in self._heard:
            self._heard.remove(name)
            dialect = self._kept[name].dialect
            for each in (*_RUNS, "do_commit"):
                delattr(dialect, each)

    def forget(self) -> None:
        """Nobody listens to any database; the next world has others who do."""
        for name in tuple(self._heard):
            self.leave(name)

    def close(self) -> None:
        """Close every connection."""
        self.drives.close()

    def _of_store(self, path: Path, key: bytes) -> Engine:
        def fresh(at: Path) -> Any:
            connection = sqlcipher.connect(str(at), isolation_level=None)
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            return connection

        return self._of(str(path), self.drives.of(path, fresh), lambda: open_store_engine(path, key))

    def _of_server(self, url: str) -> Engine:
        def fresh(at: Path) -> Any:
            return sqlite3.connect(at, isolation_level=None)

        waiting = self.drives.of(Path(make_url(url).database or ""), fresh)
        return self._of(url, waiting, lambda: open_server_engine(url))

    def _of(self, name: str, waiting: Waiting, make: Callable[[], Engine]) -> Engine:
        if name not in self._kept:
            engine = self._kept[name] = shared_statements().serve(make())
            pool = engine.pool
            connect = pool._invoke_creator  # noqa: SLF001  # there is no other way to hand connections in
            # Told once more what it is told when it is opened, a connection forgets what it has prepared.
            told = tuple(pool.dispatch.connect)
            pool.dispatch.connect.clear()

            def opened(record: Any) -> Any:
                connection = connect(record)
                for each in told:
                    each(connection, record)
                return connection

            pool._creator = lambda record: waiting.take(lambda: opened(record))  # noqa: SLF001  # as above
            engine.dialect.do_close = waiting.put  # type: ignore[method-assign,assignment]
            # What an engine asks its first connection would be counted as statements of the product, but only once.
            engine.connect().close()
        return self._kept[name]


def _before(work: Callable[..., None], hook: Hook) -> Callable[..., None]:
    def instead(*about: Any, **named: Any) -> None:
        hook()
        work(*about, **named)

    return instead
