"""PostgreSQL keeps the tenants apart: a statement that forgets to ask finds nothing of another tenant either."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, ProgrammingError

from core.domain.ids import DeviceId, TenantId
from server.storage.database import Database
from server.storage.engine import open_engine
from server.storage.heads import TenantRow
from server.storage.records import StoredRecord
from server.storage.tables import METADATA
from tests.support.logs import ExpectLog
from tests.support.postgres import SUPERUSER, PostgresCluster

ONE, TWO = TenantId(1), TenantId(2)
KEY = (5, b"\x01" * 16)
TOKEN = b"\x07" * 32
INTO_RECORD = "INSERT INTO record VALUES (2, 5, decode(repeat('09', 16), 'hex'), 1, '', '')"


def fill(database: Database, tenant: TenantId) -> None:
    """One row in several tables of a tenant."""

    def work(unit: object) -> None:
        store = unit.of(tenant)  # type: ignore[attr-defined]
        unit.tenants.add(TenantRow(id=tenant, name=f"T{tenant}", region="", feed_epoch=1))  # type: ignore[attr-defined]
        store.records.put([(KEY, StoredRecord(payload=b"", rev=1, field_revs={}))])
        store.blobs.start(b"\x08" * 32, size=1)

    database.write(work)


@pytest.fixture
def engine(ready_postgres: str) -> Iterator[Engine]:
    """The database of a server with two tenants, opened as the server opens it."""
    database = Database(ready_postgres)
    database.open()
    for tenant in (ONE, TWO):
        fill(database, tenant)
    database.close()
    engine = open_engine(ready_postgres)
    yield engine
    engine.dispose()


def say(connection: Connection, setting: str, value: str) -> None:
    connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": setting, "value": value})


def say_and_run(connection: Connection, tenant: str, statement: str) -> None:
    with connection.begin_nested():
        say(connection, "app.tenant", tenant)
        connection.execute(text(statement))


def tenants_seen(connection: Connection) -> set[int]:
    """The tenants of which any row of any table can be read, without asking for one."""
    seen: set[int] = set()
    for table in METADATA.sorted_tables:
        column = "id" if table.name == "tenant" else "tenant"
        seen.update(connection.execute(text(f'SELECT {column} FROM "{table.name}"')).scalars())  # noqa: S608  # our own
    return seen


def test_a_session_that_does_not_say_for_whom_reads_and_writes_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        assert tenants_seen(connection) == set()
        assert connection.execute(text("UPDATE record SET rev = 9")).rowcount == 0
        assert connection.execute(text("DELETE FROM blob")).rowcount == 0
    with pytest.raises(ProgrammingError, match="row-level security"), engine.begin() as connection:
        connection.execute(text(INTO_RECORD))


def test_who_works_for_one_tenant_meets_no_row_of_another(engine: Engine) -> None:
    with engine.begin() as connection:
        say(connection, "app.tenant", "1")
        assert tenants_seen(connection) == {1}
        assert connection.execute(text("UPDATE record SET rev = 9")).rowcount == 1
        assert connection.execute(text("DELETE FROM record WHERE tenant = 2")).rowcount == 0
    for statement in (INTO_RECORD, "UPDATE record SET tenant = 2"):
        with engine.begin() as connection, pytest.raises(DBAPIError, match="row-level security"):
            say_and_run(connection, "1", statement)
    with engine.begin() as connection:
        assert tenants_seen(connection) == set(), "what one transaction said is forgotten with it"


def test_a_hash_opens_the_row_that_bears_it_and_no_other(engine: Engine, ready_postgres: str) -> None:
    database = Database(ready_postgres)
    for tenant in (ONE, TWO):
        device = DeviceId(bytes([tenant]) * 16)

        def enter(connection: Connection, tenant: int = tenant, device: bytes = device) -> None:
            say(connection, "app.tenant", str(tenant))
            row = {"tenant": tenant, "device": device, "token": bytes([tenant]) * 32}
            connection.execute(
                text(
                    "INSERT INTO device VALUES (:tenant, :device, 1, 1, '', '', '', 'PC', 0, NULL)",
                ),
                row,
            )
            connection.execute(text("INSERT INTO account (tenant, \"user\", username) VALUES (:tenant, 1, 'tu')"), row)
            connection.execute(text("INSERT INTO device_user VALUES (:tenant, :device, 1, :token, 0)"), row)

        with engine.begin() as connection:
            enter(connection)

    found = database.read(lambda unit: unit.doors.by_token(b"\x02" * 32))
    assert found is not None
    assert found.tenant == TWO
    assert database.read(lambda unit: unit.doors.by_token(TOKEN)) is None
    database.close()
    with engine.begin() as connection:
        say(connection, "app.door", (b"\x02" * 32).hex())
        assert tenants_seen(connection) == {2}


def test_every_table_stands_behind_a_wall_that_holds_for_its_owner(engine: Engine) -> None:
    with engine.connect() as connection:
        walled = connection.execute(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        ).scalars()
        assert set(walled) == set(METADATA.tables)


def test_a_role_that_does_not_own_the_tables_works_with_the_rows_alone(
    postgres_cluster: PostgresCluster, postgres_dsn: str
) -> None:
    name = postgres_dsn.rsplit("/", 1)[1]
    postgres_cluster.create_role("layanan")
    database = Database(postgres_cluster.dsn_as("layanan", name), owner_url=postgres_dsn)
    database.open()
    database.open()
    fill(database, ONE)
    database.close()
    engine = open_engine(postgres_cluster.dsn_as("layanan", name))

    for statement in ("ALTER TABLE record DISABLE ROW LEVEL SECURITY", "DROP POLICY of_tenant ON record"):
        with pytest.raises(ProgrammingError, match="must be owner"), engine.begin() as connection:
            connection.execute(text(statement))
    with engine.begin() as connection:
        assert tenants_seen(connection) == set()
    engine.dispose()


def test_a_role_that_is_let_through_every_wall_is_told_of(
    postgres_cluster: PostgresCluster, ready_postgres: str, expect_log: ExpectLog
) -> None:
    name = ready_postgres.rsplit("/", 1)[1]
    expect_log("server.storage.database", containing="it is no wall")

    database = Database(postgres_cluster.dsn_as(SUPERUSER, name))
    database.open()
    database.close()
