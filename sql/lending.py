"""Lends connections that are open already, one to each transaction.

SQLAlchemy takes a connection out of its pool for each transaction, wraps it anew, notes what is begun on it and looks
at it again when it comes back: 60 us, as much as half a dozen statements of a small store (docs/adr/0043, 0051). Here
the wrapped connection itself waits for the next transaction, which begins and ends by the driver. Whoever lends gives
it back without a transaction in it; one on which anything went wrong is not lent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

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
        connection = self.take()
        try:
            yield connection
            connection.end()
        except BaseException:
            connection.close()
            raise
        self.give_back(connection)

    def reading(self) -> Transaction:
        """A transaction that sees one state. It ends by rolling back: there is nothing to commit."""
        return Transaction(self, commits=False)

    def writing(self) -> Transaction:
        """A transaction that writes: committed at the end of the block, rolled back on any exception."""
        return Transaction(self, commits=True)

    def take(self) -> DirectConnection:
        """A connection without a transaction, to be given back so, or closed."""
        try:
            connection = self._idle.pop()
        except IndexError:
            return DirectConnection(self._engine)
        connection.look_for_listeners()
        return connection

    def give_back(self, connection: DirectConnection) -> None:
        """The connection waits for the next transaction, or goes back to the pool."""
        if len(self._idle) < KEPT:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Let go of every connection that waits."""
        while self._idle:
            self._idle.pop().close()


class Transaction:
    """One transaction on a lent connection, which `with` names. A class and not a generator: every visit has dozens."""

    __slots__ = ("_commits", "_connection", "_lending")

    def __init__(self, lending: Lending, *, commits: bool) -> None:
        self._lending = lending
        self._commits = commits

    def __enter__(self) -> DirectConnection:
        connection = self._connection = self._lending.take()
        try:
            if self._commits:
                connection.begin_writing()
            else:
                connection.exec_driver_sql("BEGIN DEFERRED")
        except BaseException:
            connection.close()
            raise
        return connection

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection = self._connection
        if kind is not None:
            connection.close()  # the pool rolls back
            return
        try:
            if self._commits:
                connection.commit_all()
            else:
                connection.end()
        except BaseException:
            connection.close()
            raise
        self._lending.give_back(connection)
