"""What was overwritten in a database of SQLite stands nowhere in its file, though SQLite leaves copies of some rows."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from core.domain.ids import TenantId
from server.services.rewriting import EVERY_S, Rewriting
from server.storage.database import Database, UnitOfWork
from server.storage.heads import TenantRow
from server.storage.records import RowKey, StoredRecord

TENANT = TenantId(1)
ROWS, TOGETHER = 300, 20
# With these SQLite 3.40 leaves a copy of one row.
CHANCES = (18, 21, 23, 30, 36)


def opened(path: Path) -> Database:
    database = Database(f"sqlite:///{path}")
    database.open()
    database.write(lambda unit: unit.tenants.add(TenantRow(id=TENANT, name="Uji", region="18.04", feed_epoch=1)))
    return database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(opened(tmp_path / "server.db")) as database:
        yield database


def put(database: Database, rows: Sequence[tuple[RowKey, bytes]]) -> None:
    made = [(key, StoredRecord(payload=data, rev=1, field_revs={})) for key, data in rows]
    for at in range(0, len(made), TOGETHER):
        database.write(lambda unit, at=at: unit.of(TENANT).records.put(made[at : at + TOGETHER]))  # type: ignore[misc]  # bound for the loop


def overwrite(database: Database, chance: random.Random) -> None:
    """Rows of all lengths with words, and then each of them without, and most of them longer."""
    keys: list[RowKey] = [(5, chance.randbytes(16)) for _ in range(ROWS)]
    lengths = [chance.choice((60, 200, 700, 1500)) for _ in range(ROWS)]
    put(database, [(key, b"kata-%06d" % at + bytes(lengths[at])) for at, key in enumerate(keys)])
    order = list(range(ROWS))
    chance.shuffle(order)
    put(database, [(keys[at], bytes(lengths[at] + chance.choice((-40, 100, 400, 900)))) for at in order])


def words(database: Database, path: Path) -> set[bytes]:
    database.truncate_log()
    return set(re.findall(rb"kata-[0-9]{6}", path.read_bytes()))


def noted(unit: UnitOfWork) -> None:
    unit.of(TENANT).note_overwritten()


def test_no_copy_stays_once_the_file_was_written_anew(tmp_path: Path) -> None:
    for chance in CHANCES:
        path = tmp_path / f"{chance}.db"
        with closing(opened(path)) as database:
            overwrite(database, random.Random(chance))
            if words(database, path):
                database.write(noted)

                assert database.write_anew()

                assert not words(database, path)
                return
    pytest.skip("this SQLite leaves others")


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
