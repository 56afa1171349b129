"""A group of pushes reads the rows that it names, however many there are beside them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from core.domain.ids import DeviceId, OfficeId, PositionId, TenantId, UserId
from core.domain.streams import DIRECTORY, inbox_of
from server.storage.accounts import AccountRow
from server.storage.database import Database, TenantStore
from server.storage.devices import ChainEnd, new_device
from server.storage.engine import open_engine, writing
from server.storage.heads import TenantRow
from server.storage.numbers import SeriesKey, SeriesState
from server.storage.records import RowKey, StoredRecord
from server.storage.streams import FeedChange
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


def test_tokens_are_looked_up_without_a_look_at_those_that_came_since_that_was_planned(filled: str) -> None:
    named = {device(number) for number in range(NAMED)}

    def let_in(store: TenantStore, numbers: range) -> None:
        for number in numbers:
            shown = number.to_bytes(32, "big")
            store.devices.set_token(device(number), UserId(1), token_hash=shown, expires_ms=1, began_ms=0)

    database = Database(filled)
    account = AccountRow(user=UserId(1), username="u", password_hash=None)
    database.write(lambda unit: unit.of(TENANT).accounts.add(account))
    database.write(lambda unit: let_in(unit.of(TENANT), range(1)))
    database.open()  # now it has counted one
    database.close()
    engine = open_engine(filled)

    with writing(engine) as connection:
        Walls(connection).enter(TENANT)
        store = TenantStore(connection, TENANT, now_ms=0)
        for _ in range(TIMES):
            store.devices.tokens_of(named)
        let_in(store, range(1, ALL))
        before = connection.execute(_ROWS_READ, {"table": "device_user"}).scalar_one()
        found = store.devices.tokens_of(named)
        read = connection.execute(_ROWS_READ, {"table": "device_user"}).scalar_one() - before
    engine.dispose()

    assert all(len(held) == 1 for held in found.values())
    assert read <= NAMED


def test_series_are_looked_up_without_a_look_at_those_that_came_since_that_was_planned(ready_postgres: str) -> None:
    offices = [OfficeId(number) for number in range(NAMED)]

    def begin(store: TenantStore, numbers: range) -> None:
        keys = [SeriesKey(office=OfficeId(number), year=2026, series="agenda-masuk") for number in numbers]
        store.numbers.set_states({key: SeriesState(highest=1) for key in keys})

    database = Database(ready_postgres)
    database.open()
    database.write(lambda unit: unit.tenants.add(TenantRow(id=TENANT, name="T", region="", feed_epoch=1)))
    database.write(lambda unit: begin(unit.of(TENANT), range(1)))
    database.close()
    database.open()  # now it has counted one
    database.close()
    engine = open_engine(ready_postgres)

    with writing(engine) as connection:
        Walls(connection).enter(TENANT)
        store = TenantStore(connection, TENANT, now_ms=0)
        for _ in range(TIMES):
            store.numbers.states(offices, since_year=2025)
        begin(store, range(1, ALL))
        before = connection.execute(_ROWS_READ, {"table": "number_series"}).scalar_one()
        found = store.numbers.states(offices, since_year=2025)
        read = connection.execute(_ROWS_READ, {"table": "number_series"}).scalar_one() - before
    engine.dispose()

    assert len(found) == NAMED
    assert read <= NAMED


def test_streams_are_read_and_raised_without_a_look_at_those_that_came_since_that_was_planned(
    ready_postgres: str,
) -> None:
    database = Database(ready_postgres)
    database.open()
    positions = [PositionId(number) for number in range(NAMED)]
    named = [inbox_of(position) for position in positions]
    database.write(lambda unit: unit.tenants.add(TenantRow(id=TENANT, name="T", region="", feed_epoch=1)))
    database.write(lambda unit: unit.of(TENANT).streams.with_keys([DIRECTORY]))
    database.close()
    database.open()  # now it has counted one
    database.close()
    changes = [FeedChange(stream, record(1), 1, gone=False) for stream in named]
    engine = open_engine(ready_postgres)

    with writing(engine) as connection:
        Walls(connection).enter(TENANT)
        store = TenantStore(connection, TENANT, now_ms=0)
        store.head.lock()

        def push() -> None:
            known = store.streams.with_keys(named)
            store.streams.put(changes, known)
            assert len(store.streams.reachable(positions=positions, offices=[])) == NAMED + 1

        for _ in range(TIMES):
            push()
        store.streams.with_keys([inbox_of(PositionId(number)) for number in range(ALL)])
        before = connection.execute(_ROWS_READ, {"table": "stream"}).scalar_one()
        push()
        read = connection.execute(_ROWS_READ, {"table": "stream"}).scalar_one() - before
        last = {row.last for row in store.streams.with_keys(named).values()}
    engine.dispose()

    assert read <= 4 * (NAMED + 1)
    assert last == {1}
