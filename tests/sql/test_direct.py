"""Statements that are kept say what SQLAlchemy would have said; whatever is not kept goes its way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound
from sqlalchemy.pool import StaticPool

from desktop.storage.base import DayNumber
from sql.direct import DirectConnection, keep, kept
from sql.rows import Rows
from tests.factories import TODAY

TABLE = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("data", LargeBinary, nullable=False, default=b""),
    Column("open", Boolean, nullable=False),
    Column("day", DayNumber, nullable=True),
)
ROWS = [
    {"id": 1, "name": "satu", "data": b"\x00\x01", "open": True, "day": TODAY},
    {"id": 2, "name": "dua", "data": b"", "open": False, "day": None},
    {"id": 3, "name": "tiga", "data": b"x", "open": True, "day": TODAY},
]


@pytest.fixture(name="engine")
def _engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        TABLE.create(connection)
        connection.execute(insert(TABLE), ROWS)
    yield engine
    engine.dispose()


@pytest.fixture(name="connection")
def _connection(engine: Engine) -> Iterator[Connection]:
    with DirectConnection(engine) as connection, connection.begin():
        yield connection


STATEMENTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "every row": (select(TABLE).order_by(TABLE.c.id), {}),
    "one row by its key": (select(TABLE).where(TABLE.c.id == bindparam("of")), {"of": 2}),
    "a yes or no that is asked for": (select(TABLE.c.id).where(TABLE.c.open == bindparam("is")), {"is": False}),
    "a day that is asked for": (
        select(TABLE.c.id).where(TABLE.c.day == bindparam("on")).order_by(TABLE.c.id),
        {"on": TODAY},
    ),
    "bytes that are asked for": (select(TABLE.c.name).where(TABLE.c.data == bindparam("data")), {"data": b"\x00\x01"}),
    "a list": (select(TABLE.c.id).where(TABLE.c.id.in_(bindparam("ids", expanding=True))), {"ids": [3, 1]}),
    "a long list": (
        select(TABLE.c.id).where(TABLE.c.id.in_(bindparam("ids", expanding=True))).order_by(TABLE.c.id),
        {"ids": [3, *range(100, 180), 1]},
    ),
    "all but a long list": (
        select(TABLE.c.id).where(TABLE.c.id.not_in(bindparam("ids", expanding=True))),
        {"ids": [*range(100, 180), 2]},
    ),
    "an empty list": (select(TABLE.c.id).where(TABLE.c.id.in_(bindparam("ids", expanding=True))), {"ids": []}),
    "two lists of days and of numbers": (
        select(TABLE.c.id).where(
            TABLE.c.day.in_(bindparam("days", expanding=True)), TABLE.c.id.in_(bindparam("ids", expanding=True))
        ),
        {"days": [TODAY], "ids": [1, 2]},
    ),
    "values that are written into it": (
        select(TABLE.c.id).where(TABLE.c.id.in_([1, 3]), TABLE.c.name != "satu").limit(1),
        {},
    ),
    "a limit that is asked for": (
        select(TABLE.c.id).order_by(TABLE.c.id).limit(bindparam("most")).offset(bindparam("after")),
        {"most": 1, "after": 1},
    ),
    "a limit in a list that is limited": (
        select(TABLE.c.id)
        .where(
            TABLE.c.id.in_(select(TABLE.c.id).order_by(TABLE.c.id.desc()).limit(2)), TABLE.c.name != bindparam("not")
        )
        .where(TABLE.c.id.in_(bindparam("ids", expanding=True)))
        .order_by(TABLE.c.id)
        .limit(bindparam("most")),
        {"not": "dua", "ids": [1, 2, 3], "most": 5},
    ),
    "a text that asks": (select(TABLE.c.id).where(TABLE.c.name != literal_column("'LIMIT ?'")).limit(2), {}),
    "a count": (select(func.count()).select_from(TABLE), {}),
    "nothing": (select(TABLE).where(TABLE.c.id == bindparam("of")), {"of": 99}),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_kept_statement_finds_what_it_finds_without_being_kept(connection: Connection, name: str) -> None:
    statement, values = STATEMENTS[name]
    held = keep(statement)

    for _ in range(2):
        direct: Any = connection.execute(held, values)
        assert type(direct) is Rows
        rows, wanted = direct.all(), connection.execute(statement, values).all()
        assert [tuple(row) for row in rows] == [tuple(row) for row in wanted]
        assert [type(value) for row in rows for value in row] == [type(value) for row in wanted for value in row]
        assert [dict(row._mapping) for row in rows] == [dict(row._mapping) for row in wanted]  # noqa: SLF001  # public


def test_lists_of_any_length_follow_each_other(connection: Connection) -> None:
    held = keep(select(TABLE.c.id).where(TABLE.c.id.in_(bindparam("ids", expanding=True))).order_by(TABLE.c.id))

    for length in (*range(60), 3, 0, 60):
        found = connection.execute(held, {"ids": list(range(length))}).scalars().all()
        assert found == [one for one in (1, 2, 3) if one < length]


def test_limits_of_any_size_follow_each_other(connection: Connection) -> None:
    held = keep(select(TABLE.c.id).order_by(TABLE.c.id).limit(bindparam("most")))

    for most in (*range(60), 2, 0, 1):
        assert connection.execute(held, {"most": most}).scalars().all() == [1, 2, 3][:most]


def test_a_limited_statement_is_prepared_once() -> None:
    """SQLite prepares anew whatever a limit is bound to, and asks again then whether it may be done."""
    engine = create_engine("sqlite://", module=sqlcipher, poolclass=StaticPool)
    asked: list[object] = []

    def allowed(*what: object) -> int:
        asked.append(what)
        return sqlite3.SQLITE_OK

    with DirectConnection(engine) as connection:
        TABLE.create(connection)
        connection.execute(insert(TABLE), ROWS)
        connection.connection.dbapi_connection.set_authorizer(allowed)  # type: ignore[union-attr]  # it is there
        held = keep(select(TABLE.c.id).order_by(TABLE.c.id).limit(bindparam("most")).offset(bindparam("after")))
        for after in (0, 1, 2):
            assert connection.execute(held, {"most": 1, "after": after}).scalars().all() == [after + 1]
            assert bool(asked) is (after == 0)
            asked.clear()
    engine.dispose()


def test_a_row_knows_its_columns_by_name(connection: Connection) -> None:
    row = connection.execute(keep(select(TABLE).where(TABLE.c.id == 1))).one()

    assert (row.name, row.open, row.day) == ("satu", True, TODAY)


def test_each_way_to_read_says_what_sqlalchemys_says(connection: Connection) -> None:
    one = keep(select(TABLE.c.name).where(TABLE.c.id == bindparam("of")))
    every = keep(select(TABLE.c.name).order_by(TABLE.c.id))

    assert connection.execute(one, {"of": 2}).scalar_one() == "dua"
    assert connection.execute(one, {"of": 9}).scalar_one_or_none() is None
    assert connection.execute(one, {"of": 9}).scalar() is None
    assert connection.execute(one, {"of": 9}).first() is None
    assert connection.execute(one, {"of": 9}).one_or_none() is None
    assert connection.execute(every).scalars().first() == "satu"
    assert connection.execute(every).mappings().all()[1] == {"name": "dua"}
    with pytest.raises(NoResultFound):
        connection.execute(one, {"of": 9}).one()
    with pytest.raises(MultipleResultsFound):
        connection.execute(every).scalar_one()


def test_rows_are_written_one_by_one_and_by_the_list(connection: Connection) -> None:
    add = keep(insert(TABLE))
    rename = keep(update(TABLE).where(TABLE.c.id == bindparam("of")).values(name=bindparam("to"), day=bindparam("on")))

    added = connection.execute(add, {"name": "empat", "data": b"", "open": False, "day": TODAY})
    connection.execute(add, [{**ROWS[0], "id": 10}, {**ROWS[1], "id": 11}])
    renamed = connection.execute(rename, [{"of": 10, "to": "sepuluh", "on": None}, {"of": 11, "to": "x", "on": TODAY}])

    assert added.inserted_primary_key == (4,)
    assert renamed.rowcount == 2
    assert connection.execute(select(TABLE.c.name, TABLE.c.day).where(TABLE.c.id >= 4)).all() == [
        ("empat", TODAY),
        ("sepuluh", None),
        ("x", TODAY),
    ]


def test_what_sqlalchemy_adds_to_a_row_is_still_added(connection: Connection) -> None:
    connection.execute(keep(insert(TABLE)), {"id": 5, "name": "lima", "open": True})

    assert connection.execute(select(TABLE.c.data).where(TABLE.c.id == 5)).scalar_one() == b""


def test_a_parameter_that_was_forgotten_is_an_error(connection: Connection) -> None:
    with pytest.raises(KeyError):
        connection.execute(keep(select(TABLE).where(TABLE.c.id == bindparam("of"))), {"fo": 1})


def test_an_error_of_the_database_is_sqlalchemys(connection: Connection) -> None:
    with pytest.raises(IntegrityError) as caught:
        connection.execute(keep(insert(TABLE)), {**ROWS[0]})

    assert isinstance(caught.value.orig, sqlite3.IntegrityError)


def test_what_is_derived_from_a_kept_statement_is_not_kept(connection: Connection) -> None:
    every = keep(select(TABLE.c.id).order_by(TABLE.c.id))
    connection.execute(every)

    assert connection.execute(every.where(TABLE.c.id > 2)).scalars().all() == [3]


def test_a_kept_statement_is_built_once_for_each_argument(connection: Connection) -> None:
    built: list[int] = []

    @kept
    def above(number: int) -> Any:
        built.append(number)
        return select(TABLE.c.id).where(TABLE.c.id > number).order_by(TABLE.c.id)

    assert [connection.execute(above(number)).scalars().all() for number in (1, 2, 1)] == [[2, 3], [3], [2, 3]]
    assert built == [1, 2]


def test_text_is_run_directly_too(connection: Connection) -> None:
    direct: Any = connection.exec_driver_sql("SELECT name FROM thing WHERE id = ?", (2,))

    assert type(direct) is Rows
    assert direct.scalar_one() == "dua"


def test_whoever_listens_to_statements_hears_of_every_one(engine: Engine) -> None:
    heard: list[str] = []
    held = keep(select(TABLE.c.id))

    def note(_connection: Connection, _cursor: Any, statement: str, *_about: Any) -> None:
        heard.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    with DirectConnection(engine) as connection:
        connection.execute(held)
        connection.exec_driver_sql("SELECT 1")

    assert [text.split()[0] for text in heard] == ["SELECT", "SELECT"]


def test_what_was_written_directly_is_rolled_back_with_the_rest(engine: Engine) -> None:
    with DirectConnection(engine) as connection, connection.begin() as transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(keep(insert(TABLE)), [{**ROWS[0], "id": 20}])
        transaction.rollback()

    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(TABLE)).scalar_one() == 3
