"""What a driver is given in bytes, or as nothing, lies in the database as just that."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from sql.binding import bind_at_once


@pytest.mark.parametrize("driver", [sqlite3, sqlcipher])
def test_bytes_and_nothing_come_back_as_they_went_in(driver: Any) -> None:
    """Also bytes that end or look like a text."""
    bind_at_once(driver)
    values = [None, b"", b"\x00\x01\xff", b"surat", "surat", 7, 1.5]
    with closing(driver.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE thing (n INTEGER PRIMARY KEY, value)")
        connection.executemany("INSERT INTO thing (value) VALUES (?)", [(value,) for value in values])
        rows = connection.execute("SELECT value, typeof(value) FROM thing ORDER BY n").fetchall()
    assert [value for value, _ in rows] == values
    assert [kind for _, kind in rows] == ["null", "blob", "blob", "blob", "text", "integer", "real"]
