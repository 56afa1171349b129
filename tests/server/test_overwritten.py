"""What was overwritten in a database of SQLite stands nowhere in its file, though SQLite leaves copies of some rows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.domain.ids import TenantId
from server.services.rewriting import EVERY_S, Rewriting
from server.storage.database import Database, UnitOfWork
from server.storage.heads import TenantRow
from server.storage.records import StoredRecord

TENANT = TenantId(1)
ROWS = 300


def opened(path: Path) -> Database:
    database = Database(f"sqlite:///{path}")
    database.open()
    database.write(lambda unit: unit.tenants.add(TenantRow(id=TENANT, name="Uji", region="18.04", feed_epoch=1)))
    return database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(opened(tmp_path / "server.db")) as database:
        yield database


def words(path: Path) -> set[bytes]:
    return set(re.findall(rb"kata-[0-9]{6}", path.read_bytes()))


def noted(unit: UnitOfWork) -> None:
    unit.of(TENANT).note_overwritten()


def test_no_copy_stays_once_the_file_was_written_anew(database: Database, tmp_path: Path) -> None:
    """Which copies SQLite leaves by itself differs from version to version: here it is told to wipe nothing."""
    path = tmp_path / "server.db"
    rows = [((5, bytes([at // 256, at % 256]) * 8), b"kata-%06d" % at + bytes(700)) for at in range(ROWS)]
    made = [(key, StoredRecord(payload=data, rev=1, field_revs={})) for key, data in rows]
    database.write(lambda unit: unit.of(TENANT).records.put(made))
    database.truncate_log()
    with closing(sqlite3.connect(path)) as careless:
        careless.execute("PRAGMA secure_delete = OFF")
        careless.execute("UPDATE record SET payload = zeroblob(1500)")
        careless.commit()
    database.truncate_log()
    assert words(path)
    database.write(noted)

    assert database.write_anew()

    assert not words(path)


def test_a_file_in_which_nothing_was_overwritten_is_not_written_anew(database: Database) -> None:
    assert not database.write_anew()
    database.write(noted)
    assert database.write_anew()
    assert not database.write_anew()


def test_it_is_written_anew_once_a_day_at_most(database: Database) -> None:
    now = [0.0]
    rewriting = Rewriting(database, lambda: now[0])
    assert not rewriting.do_due(), "nothing is due"

    done = []
    for moment in (1.0, EVERY_S, EVERY_S + 2.0):
        now[0] = moment
        database.write(noted)
        done.append(rewriting.do_due())

    assert done == [True, False, True]
