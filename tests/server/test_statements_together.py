"""What goes to PostgreSQL together arrives in its order, fails as one, and leaves the connection as good as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from server.storage.arrays import packed
from server.storage.engine import open_engine, writing
from server.storage.together import ask_text, begin, end, send_text, together

# Far more than the buffers of a socket hold, in each direction.
MUCH = 8 * 1024 * 1024


@pytest.fixture
def engine(postgres_dsn: str) -> Iterator[Engine]:
    engine = open_engine(postgres_dsn)
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE kept (id integer PRIMARY KEY, said text)")
    yield engine
    engine.dispose()


def rows(connection: Connection, text: str, *values: Any) -> list[tuple[Any, ...]]:
    return list(ask_text(connection, text, values)())


def test_a_statement_sees_what_was_sent_before_it(engine: Engine) -> None:
    with writing(engine) as connection:
        with together(connection):
            send_text(connection, "INSERT INTO kept VALUES (%b, %b)", (1, "satu"))
            found = ask_text(connection, "SELECT said FROM kept WHERE id = %b", (1,))
            nothing = ask_text(connection, "SELECT %b::text, %b::boolean", (None, True))
        assert found() == [("satu",)]
        assert nothing() == [(None, True)]


def test_a_name_may_stand_in_two_places_of_two_types(engine: Engine) -> None:
    with writing(engine) as connection:
        asked = ask_text(connection, "SELECT %(of)s::integer, %(of)s::text, '100%%'", {"of": 7})
        assert asked() == [(7, "7", "100%")]


def test_much_goes_both_ways_at_once(engine: Engine) -> None:
    values = [bytes([place]) * (MUCH // 8) for place in range(8)]
    with writing(engine) as connection:
        with together(connection):
            much = packed(LargeBinary(), values)
            asked = [ask_text(connection, "SELECT unnest(%b::bytea[])", (much,)) for _ in range(2)]
        assert [[row[0] for row in one()] for one in asked] == [values, values]


def test_one_that_fails_fails_all_and_what_was_to_be_prepared_behind_it_is_prepared_the_next_time(
    engine: Engine,
) -> None:
    behind = "SELECT count(*), 'behind' FROM kept"
    with writing(engine) as connection:
        send_text(connection, "INSERT INTO kept VALUES (%b, %b)", (2, "dua"))

    def fail() -> None:
        with writing(engine) as connection, together(connection):
            send_text(connection, "INSERT INTO kept VALUES (%b, %b)", (3, "tiga"))
            send_text(connection, "INSERT INTO kept VALUES (%b, %b)", (2, "lagi"))
            ask_text(connection, behind, ())

    with pytest.raises(IntegrityError):
        fail()
    with writing(engine) as connection:
        assert rows(connection, "SELECT said FROM kept WHERE id IN (2, 3)") == [("dua",)]
        assert len(rows(connection, behind)) == 1


def test_a_statement_that_cannot_be_prepared_says_why(engine: Engine) -> None:
    for _ in range(2):
        with pytest.raises(DBAPIError, match="nowhere"), writing(engine) as connection:
            ask_text(connection, "SELECT nowhere", ())


def test_nothing_is_sent_of_a_block_that_fails(engine: Engine) -> None:
    def fail(connection: Connection) -> None:
        with together(connection):
            send_text(connection, "INSERT INTO kept VALUES (%b, %b)", (4, "empat"))
            raise ValueError

    with writing(engine) as connection:
        with pytest.raises(ValueError, match=r"^$"):
            fail(connection)
        assert rows(connection, "SELECT said FROM kept WHERE id = %b", 4) == []


def test_a_lost_connection_is_an_error_of_the_database(engine: Engine) -> None:
    def lose() -> None:
        with writing(engine) as connection:
            rows(connection, "SELECT pg_terminate_backend(pg_backend_pid())")
            rows(connection, "SELECT 1")

    with pytest.raises(DBAPIError):
        lose()


def test_what_psycopg_let_go_of_when_a_transaction_was_rolled_back_is_prepared_anew(engine: Engine) -> None:
    asked = "SELECT said FROM kept WHERE id = %b"

    def fail() -> None:
        with writing(engine) as connection:
            for _ in range(20):  # psycopg prepares what is asked often, and lets go of all that is prepared
                connection.exec_driver_sql("SELECT count(*) FROM kept")
            rows(connection, asked, 1)
            raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError, match=r"^$"):
            fail()
    with writing(engine) as connection:
        assert rows(connection, asked, 1) == []


def test_a_connection_that_nobody_used_for_long_still_has_what_it_prepared(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "SELECT said FROM kept WHERE id = %b"
    monkeypatch.setattr("server.storage.engine.IDLE_S", -1.0)
    for _ in range(3):
        with writing(engine) as connection:
            for _ in range(20):  # psycopg prepares what is asked often
                connection.exec_driver_sql("SELECT count(*) FROM kept")
            assert rows(connection, asked, 1) == []


def test_what_is_put_off_goes_before_whatever_is_asked_next(engine: Engine) -> None:
    said = "SELECT said FROM kept WHERE id = %b"
    with writing(engine) as connection:
        with together(connection, put_off=True):
            send_text(connection, "INSERT INTO kept VALUES (%b, %b)", (5, "lima"))
        assert connection.exec_driver_sql("SELECT said FROM kept WHERE id = 5").scalar_one() == "lima"
        with together(connection, put_off=True):
            send_text(connection, "UPDATE kept SET said = %b WHERE id = %b", ("kelima", 5))
        assert rows(connection, said, 5) == [("kelima",)]
        with together(connection, put_off=True):
            send_text(connection, "DELETE FROM kept WHERE id = %b", (5,))
        with together(connection):
            found = ask_text(connection, said, (5,))
        assert found() == []


def test_what_is_put_off_is_committed_with_the_transaction(engine: Engine) -> None:
    with writing(engine) as connection, together(connection, put_off=True):
        send_text(connection, "INSERT INTO kept VALUES (%b, %b)", (6, "enam"))
    with writing(engine) as connection:
        assert rows(connection, "SELECT said FROM kept WHERE id = %b", 6) == [("enam",)]


def test_a_commit_that_has_begun_is_waited_for_and_nothing_is_asked_behind_it(engine: Engine) -> None:
    def ask_behind(asked: str) -> None:
        with writing(engine) as connection:
            with together(connection, put_off=True):
                send_text(connection, "INSERT INTO kept VALUES (%b, %b) ON CONFLICT DO NOTHING", (7, "tujuh"))
            end(connection)
            if asked == "line":
                rows(connection, "SELECT 1")
            if asked == "cursor":
                connection.exec_driver_sql("SELECT 1")

    ask_behind("")
    for asked in ("line", "cursor"):
        with pytest.raises(DBAPIError, match="ending"):
            ask_behind(asked)
    with writing(engine) as connection:
        assert rows(connection, "SELECT said FROM kept WHERE id = %b", 7) == [("tujuh",)]


@pytest.mark.parametrize("early", [False, True])
def test_where_what_was_put_off_fails_nothing_of_the_transaction_stays(engine: Engine, *, early: bool) -> None:
    with writing(engine) as connection:
        send_text(connection, "INSERT INTO kept VALUES (%b, %b)", (8, "delapan"))

    def fail() -> None:
        with writing(engine) as connection:
            rows(connection, "INSERT INTO kept VALUES (9, 'sembilan')")
            with together(connection, put_off=True):
                send_text(connection, "INSERT INTO kept VALUES (%b, %b)", (8, "lagi"))
            if early:
                end(connection)

    with pytest.raises(IntegrityError):
        fail()
    with writing(engine) as connection:
        assert rows(connection, "SELECT id, said FROM kept WHERE id IN (8, 9)") == [(8, "delapan")]


def test_nothing_that_was_put_off_is_sent_of_a_transaction_that_fails(engine: Engine) -> None:
    def fail() -> None:
        with writing(engine) as connection:
            with together(connection, put_off=True):
                send_text(connection, "INSERT INTO kept VALUES (%b, %b)", (10, "sepuluh"))
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    with writing(engine) as connection:
        assert rows(connection, "SELECT id FROM kept WHERE id = 10") == []


def put_off(connection: Connection, number: int, said: str) -> None:
    with together(connection, put_off=True):
        send_text(connection, "INSERT INTO kept VALUES (%b, %b) /* begun */", (number, said))


@pytest.mark.parametrize("early", [False, True])
def test_what_was_begun_is_seen_by_what_is_asked_next_and_is_committed(engine: Engine, *, early: bool) -> None:
    with writing(engine) as connection:
        rows(connection, "SELECT 1")
        for number, said in ((11, "sebelas"), (12, "dua belas")):
            put_off(connection, number, said)
            begin(connection)
        assert rows(connection, "SELECT said FROM kept WHERE id > 10 ORDER BY id") == [("sebelas",), ("dua belas",)]
        for number, said in ((13, "tiga belas"), (14, "empat belas")):
            put_off(connection, number, said)
            begin(connection)
        assert connection.exec_driver_sql("SELECT count(*) FROM kept WHERE id > 10").scalar_one() == 4
        put_off(connection, 15, "lima belas")
        begin(connection)
        if early:
            end(connection)
    with writing(engine) as connection:
        assert rows(connection, "SELECT count(*) FROM kept WHERE id > 10") == [(5,)]


@pytest.mark.parametrize("fault", ["of the work", "of the database", "of both"])
def test_nothing_that_was_begun_stays_of_a_transaction_that_fails(engine: Engine, fault: str) -> None:
    with writing(engine) as connection:
        put_off(connection, 21, "sudah ada")

    def fail() -> None:
        with writing(engine) as connection:
            rows(connection, "SELECT 1")
            put_off(connection, 20, "dua puluh")
            begin(connection)
            if fault != "of the work":
                put_off(connection, 21, "lagi")
                begin(connection)
            put_off(connection, 22, "sesudahnya")
            begin(connection)
            if fault != "of the database":
                raise ValueError

    with pytest.raises((ValueError, IntegrityError)):
        fail()
    for _ in range(2):
        with writing(engine) as connection:
            put_off(connection, 20, "dua puluh")
            assert rows(connection, "SELECT id FROM kept WHERE id >= 20 ORDER BY id") == [(20,), (21,)]
            connection.exec_driver_sql("DELETE FROM kept WHERE id = 20")


def test_what_is_begun_after_a_rollback_is_prepared_once(engine: Engine) -> None:
    def fail(number: int) -> None:
        with writing(engine) as connection:
            put_off(connection, number, "tidak jadi")
            rows(connection, "SELECT 1")
            raise ValueError

    for number in (31, 32):
        with pytest.raises(ValueError, match=r"^$"):
            fail(number)
        with writing(engine) as connection:
            put_off(connection, number, "jadi")
            begin(connection)
            put_off(connection, number + 2, "jadi")
            begin(connection)
    with writing(engine) as connection:
        assert rows(connection, "SELECT id FROM kept WHERE id > 30 ORDER BY id") == [(31,), (32,), (33,), (34,)]
