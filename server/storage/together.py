"""Statements that go to PostgreSQL together: it is waited for once, and not once for each.

Between two statements of a transaction lies the way to the database and back, and on a machine with much to do the wait
for a turn of the processor, twice. What does not need the answer of another is therefore sent with it (libpq's
pipeline). Each still sees what those before it did and what the locks before it waited for: they are carried out in
their order. SQLite lies in this process, and is asked at once.

Statements sent here do without the layers of SQLAlchemy and psycopg (`line.py`): they cost more than the database does.
Inside `together` nothing else may be asked on the connection: what is gathered goes out when the block ends.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import psycopg
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement, Executable

from server.storage.line import Asked, Line, Rows

AnswerT = TypeVar("AnswerT")
# What was asked, once it is called: best after `together` has ended, when it is here.
Answer = Callable[[], AnswerT]
_LINE = "line"


@contextmanager
def together(connection: Connection, *, put_off: bool = False) -> Iterator[None]:
    """What is asked and sent in the block goes together; at its end all of it was carried out, or has failed.

    With `put_off` it goes with what comes next on the connection: at the latest with the commit, which fails with it.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    with _as_of_sqlalchemy(), _line(connection).gathering(put_off=put_off):
        yield


def begin(connection: Connection) -> None:
    """Let the database begin with what was put off; it is waited for with what is asked next, or with the commit."""
    if connection.dialect.name != "sqlite":
        with _as_of_sqlalchemy():
            _line(connection).begin()


def end(connection: Connection) -> None:
    """Let the commit begin, if something was put off; nothing may be asked any more. `ended` waits for it."""
    if connection.dialect.name != "sqlite":
        with _as_of_sqlalchemy():
            _line(connection).end()


@contextmanager
def ended(connection: Connection) -> Iterator[None]:
    """At the end of the block, the last of a transaction, what was put off has been carried out and is committed."""
    if connection.dialect.name == "sqlite":
        yield
        return
    line = _line(connection)
    with _as_of_sqlalchemy():
        try:
            yield
            line.end()
        finally:
            line.ended()


def ask(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> Answer[Rows]:
    """The rows of a statement that is built once, as tuples."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(statement, dict(values)).all()
        return lambda: rows
    text, constants = _compiled(statement)
    return ask_text(connection, text, {**constants, **values})


def ask_text(connection: Connection, text: str, values: Mapping[str, Any] | Sequence[Any]) -> Answer[Rows]:
    """The rows of a statement of PostgreSQL, as tuples."""
    asked = _ask(connection, text, values)

    def answer() -> Rows:
        with _as_of_sqlalchemy(text):
            return asked.answer()

    return answer


def send(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> None:
    """Carry out a statement that is built once and answers nothing."""
    if connection.dialect.name == "sqlite":
        connection.execute(statement, dict(values))
        return
    text, constants = _compiled(statement)
    _ask(connection, text, {**constants, **values})


def send_text(connection: Connection, text: str, values: Sequence[Any]) -> None:
    """Carry out a statement of PostgreSQL of which no answer is wanted."""
    _ask(connection, text, values)


def forget(connection: Connection) -> None:
    """To be called when a transaction was rolled back: nothing that it prepared is relied on."""
    if connection.dialect.name != "sqlite" and not connection.invalidated:
        _line(connection).forget()


def _ask(connection: Connection, text: str, values: Mapping[str, Any] | Sequence[Any]) -> Asked:
    with _as_of_sqlalchemy(text):
        # The text is one of ours, never made of anything that came in.
        return _line(connection).ask(text, values)


def lay_line(driver: object, info: dict[Any, Any]) -> None:
    """Give a connection that was just opened its line, kept in its `info`."""
    assert isinstance(driver, psycopg.Connection)  # noqa: S101  # the only driver for PostgreSQL; tells mypy
    line = info[_LINE] = Line(driver)
    driver.cursor_factory = line.cursors()


def _line(connection: Connection) -> Line:
    """The line of a connection, for as long as that is open."""
    line = connection.info[_LINE]
    assert isinstance(line, Line)  # noqa: S101  # `lay_line` put it there; tells mypy
    return line


@cache
def _compiled(statement: ClauseElement) -> tuple[str, Mapping[str, Any]]:
    compiled = statement.compile(dialect=make_url("postgresql+psycopg://").get_dialect()())
    return str(compiled), {name: value for name, value in compiled.params.items() if value is not None}


@contextmanager
def _as_of_sqlalchemy(text: str | None = None) -> Iterator[None]:
    """Errors of the driver as those that SQLAlchemy makes of them."""
    try:
        yield
    except psycopg.Error as err:
        wrapped = DBAPIError.instance(text, None, err, psycopg.Error, hide_parameters=True)
        raise wrapped from err
