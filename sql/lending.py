"""Lends connections that are open already, one to each transaction.

SQLAlchemy takes a connection out of its pool for each transaction, wraps it anew and looks at it again when it comes
back: 60 us, as much as half a dozen statements of a small store (docs/adr/0043). Here the wrapped connection itself
waits for the next transaction. Whoever lends gives it back without a transaction in it; one on which anything went
wrong is not lent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Engine

from sql.direct import DirectConnection

# As many as usually work at a time; what more there was goes back to the pool.
KEPT = 4


class Lending:
    """The connections of one engine. Any thread may lend; a connection is with one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[DirectConnection] = []

    @contextmanager
    def lend(self) -> Iterator[DirectConnection]:
        """A connection without a transaction; whatever was begun on it and not committed is rolled back."""
        connection = self._take()
        try:
            yield connection
            connection.end()
        except BaseException:
            connection.close()
            raise
        if len(self._idle) < KEPT:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Let go of every connection that waits."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> DirectConnection:
        try:
            connection = self._idle.pop()
        except IndexError:
            return DirectConnection(self._engine)
        connection.look_for_listeners()
        return connection
