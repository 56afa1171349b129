"""Database engines that outlive a restart; what they compiled outlives their world.

Only what SQLAlchemy made of the statements is kept. Every connection is closed when a store or a server closes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from sqlalchemy.engine import Engine

from desktop.storage.engine import open_engine as open_store_engine
from server.storage.engine import open_engine as open_server_engine
from tests.support.statements import shared_statements

Hook = Callable[[], None]


def _nothing() -> None:
    """Nobody wants to know."""


class Engines:
    """One engine for each database, with hooks that whoever opens the database may set."""

    def __init__(self) -> None:
        self._kept: dict[str, Engine] = {}
        self.on_statement: dict[str, Hook] = {}
        self.on_commit: dict[str, Hook] = {}

    @contextmanager
    def used(self) -> Iterator[None]:
        """Let both programs take their engines from here."""
        store, database = open_store_engine, open_server_engine
        with (
            mock.patch("desktop.storage.opening.open_engine", lambda path, key: self._of(str(path), store, path, key)),
            mock.patch("server.storage.database.open_engine", lambda url: self._of(url, database, url)),
        ):
            yield

    def forget(self) -> None:
        """Let go of every hook; the next world sets its own."""
        self.on_statement.clear()
        self.on_commit.clear()

    def _of(self, name: str, make: Callable[..., Engine], *about: object) -> Engine:
        if name not in self._kept:
            self._kept[name] = shared_statements().serve(make(*about))
            # What an engine asks its first connection would be counted as statements of the product, but only once.
            self._kept[name].connect().close()
            self._listen(self._kept[name], name)
        return self._kept[name]

    def _listen(self, engine: Engine, name: str) -> None:
        # In the driver's place and not as hooks of the engine: those would cost more than the statements.
        dialect = engine.dialect
        for each in ("do_execute", "do_executemany", "do_execute_no_params"):
            setattr(dialect, each, _before(getattr(dialect, each), self.on_statement, name))
        dialect.do_commit = _before(dialect.do_commit, self.on_commit, name)  # type: ignore[method-assign]


def _before(work: Callable[..., None], hooks: Mapping[str, Hook], name: str) -> Callable[..., None]:
    def instead(*about: Any, **named: Any) -> None:
        hooks.get(name, _nothing)()
        work(*about, **named)

    return instead
