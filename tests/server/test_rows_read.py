"""A group of pushes reads the rows that it names, however many there are beside them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from core.domain.ids import DeviceId, TenantId
from server.storage.database import Database, TenantStore
from server.storage.devices import ChainEnd, new_device
from server.storage.engine import open_engine, writing
from server.storage.heads import TenantRow
from server.storage.records import RowKey, StoredRecord
from server.storage.walls import Walls

TENANT = TenantId(1)
ALL = 1500
NAMED = 5
# PostgreSQL decides at the sixth time how a statement is carried out from then on.
TIMES = 10
_ROWS_READ = text("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = :table")


def record(number: int) -> RowKey:
    return 5, number.to_bytes(16, "big")


def device(number: int) -> DeviceId:
    return DeviceId(number.to_bytes(16, "big"))


@pytest.fixture
def filled(ready_postgres: str) -> str:
    """The address of a database with many devices and records, which it has not counted."""
    database = Database(ready_postgres)
    database.open()

    def fill(store: TenantStore) -> None:
        stored = StoredRecord(payload=b"isi", rev=1, field_revs={})
        store.records.put([(record(number), stored) for number in range(ALL)])
        for number in range(ALL):
            store.devices.add(new_device(device(number), sign_key=b"", seal_key=b"", name="PC", now_ms=0))

    database.write(lambda unit: unit.tenants.add(TenantRow(id=TENANT, name="T", region="", feed_epoch=1)))
    database.write(lambda unit: fill(unit.of(TENANT)))
    database.close()
    return ready_postgres


def rows_read(address: str, table: str, work: Callable[[TenantStore], object]) -> int:
    """How many rows of a table are read for `work`, done several times in one transaction of a server."""
    database = Database(address)
    database.open()
    database.close()
    engine = open_engine(address)
    with writing(engine) as connection:
        Walls(connection).enter(TENANT)
        store = TenantStore(connection, TENANT, now_ms=0)
        for _ in range(TIMES):
            work(store)
        found = int(connection.execute(_ROWS_READ, {"table": table}).scalar_one())
    engine.dispose()
    return found


def test_records_are_looked_up_by_their_keys_where_the_tables_were_never_counted(filled: str) -> None:
    keys = {record(number) for number in range(NAMED)}

    assert rows_read(filled, "record", lambda store: store.records.several(keys)) == TIMES * NAMED


def test_chains_of_devices_go_on_without_a_look_at_all_the_others(filled: str) -> None:
    ends = [ChainEnd(device=device(number), epoch=1, next_seq=2, head=bytes(32)) for number in range(NAMED)]

    # Each is found, and found once more to be changed.
    assert rows_read(filled, "device", lambda store: store.devices.advance(ends)) <= 2 * TIMES * NAMED
