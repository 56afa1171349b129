"""The database is brought up to date by the program itself, with a copy first, and never downwards."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from core.domain.ids import TenantId, UserId
from core.protocol.access import token_hash
from core.protocol.codec import encode
from core.protocol.messages import OpResult
from core.protocol.ops import GENESIS, chain
from core.protocol.records import row_key
from server.services.auditing import AuditService
from server.storage.accounts import AccountRow
from server.storage.database import Database
from server.storage.engine import open_engine, sqlite_url
from server.storage.faults import StoreFault, StoreTrouble
from server.storage.heads import TenantRow
from server.storage.tables import METADATA
from server.storage.upgrade import MIGRATIONS, upgrade
from server.storage.walls import Walls
from tests.conflict_factory import conflict
from tests.factories import DEVICE_ID, LETTER_ID, disposition, letter
from tests.wire_factories import op

NEXT = '''
"""Adds a remark to each tenant."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tenant", sa.Column("remark", sa.Text(), nullable=True))
    if {fails}:
        raise RuntimeError("the migration broke")
'''

# The newest revision of this program.
HEAD = max(path.name for path in (MIGRATIONS / "versions").glob("0*.py")).split("_")[0]


def newer_program(folder: Path, *, fails: bool = False) -> Path:
    """The migrations of a program with one more."""
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_remark.py").write_text(NEXT.format(fails=fails, head=HEAD), encoding="utf-8")
    return folder


def older_program(folder: Path, *, newest: str) -> Path:
    """The migrations of a program that knew none after `newest`."""
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / "versions").glob("0*.py"):
        if path.name[:4] > newest:
            path.unlink()
    return folder


OLD_OP = encode(op(seq=1, prev=GENESIS[:8]))
OLD_HEAD = chain(GENESIS, OLD_OP)
OLD_RESULT = encode(OpResult(seq=1))
OLD_HASH = hashlib.sha256(bytes(32) + OLD_HEAD + OLD_RESULT + (7).to_bytes(8, "big")).digest()
# One op, as the first schema kept it.
OLD_ROWS: tuple[tuple[str, dict[str, object]], ...] = (
    ("INSERT INTO tenant (id, name, region, feed_epoch) VALUES (1, 'Liwa', 'Lampung Barat', 1)", {}),
    ("INSERT INTO tenant_head (tenant, seq, audit_hash, durable) VALUES (1, 7, :hash, 0)", {"hash": OLD_HASH}),
    (
        (
            "INSERT INTO device (tenant, id, epoch, next_seq, head, sign_key, seal_key, name, last_seen_ms) "
            "VALUES (1, :device, 1, 2, :head, :device, :device, 'PC', 0)"
        ),
        {"device": DEVICE_ID, "head": OLD_HEAD},
    ),
    (
        (
            "INSERT INTO op_log (tenant, device, epoch, dev_seq, seq, op, head, result, received_ms, audit_hash) "
            "VALUES (1, :device, 1, 1, 7, :op, :head, :result, 0, :hash)"
        ),
        {"device": DEVICE_ID, "op": OLD_OP, "head": OLD_HEAD, "result": OLD_RESULT, "hash": OLD_HASH},
    ),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_dsn"))
    return sqlite_url(tmp_path / "server.db")


def with_one_tenant(url: str) -> None:
    database = Database(url)
    database.open()
    database.write(
        lambda unit: unit.tenants.add(TenantRow(id=1, name="Liwa", region="Lampung Barat", feed_epoch=1))  # type: ignore[arg-type]
    )
    database.close()


def test_the_migrations_make_the_tables_that_the_program_uses(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_people_of_the_first_schema_have_no_keys_yet(url: str, tmp_path: Path) -> None:
    engine = open_engine(url)
    upgrade(engine, migrations=older_program(tmp_path / "older", newest="0003"))
    with engine.begin() as connection:
        connection.execute(text(OLD_ROWS[0][0]))
        connection.execute(text("INSERT INTO account VALUES (1, 71, 'tu.liwa', 'argon2')"))
    engine.dispose()

    database = Database(url)
    database.open()

    account = database.read(lambda unit: unit.of(TenantId(1)).accounts.get(UserId(71)))
    assert account == AccountRow(user=UserId(71), username="tu.liwa", password_hash="argon2", key_wraps=None)
    database.close()


def test_devices_of_an_earlier_schema_have_told_nothing_yet(url: str, tmp_path: Path) -> None:
    engine = open_engine(url)
    upgrade(engine, migrations=older_program(tmp_path / "older", newest="0004"))
    with engine.begin() as connection:
        Walls(connection).enter(TenantId(1))
        connection.execute(text(OLD_ROWS[0][0]))
        columns = "tenant, id, epoch, next_seq, head, sign_key, seal_key, name, last_seen_ms"
        values = {"id": bytes(16), "head": bytes(32)}
        insert = f"INSERT INTO device ({columns}) VALUES (1, :id, 1, 1, :head, :head, :head, 'PC-TU', 7)"  # noqa: S608
        connection.execute(text(insert), values)
    engine.dispose()

    database = Database(url)
    database.open()

    (row,) = database.read(lambda unit: unit.of(TenantId(1)).devices.all())
    assert (row.name, row.state, row.told_ms, row.sealed, row.opened_ms) == ("PC-TU", None, 0, 0, 0)
    database.close()


def test_hubs_of_an_earlier_schema_have_no_key_and_keep_their_token(url: str, tmp_path: Path) -> None:
    engine = open_engine(url)
    upgrade(engine, migrations=older_program(tmp_path / "older", newest="0007"))
    with engine.begin() as connection:
        Walls(connection).enter(TenantId(1))
        connection.execute(text(OLD_ROWS[0][0]))
        columns = "tenant, id, office, code_hash, code_expires_ms, token_hash, last_seen_ms"
        values = {"id": bytes(16), "token": token_hash("kunci")}
        insert = f"INSERT INTO hub ({columns}) VALUES (1, :id, 3, :id, 9, :token, 7)"  # noqa: S608
        connection.execute(text(insert), values)
    engine.dispose()

    database = Database(url)
    database.open()

    row = database.read(lambda unit: unit.hub_doors.by_token(token_hash("kunci")))
    assert row is not None
    assert (row.office, row.seal_key, row.last_seen_ms, row.contact_ms) == (3, None, 7, 7)
    database.close()


def test_a_database_that_is_up_to_date_is_left_alone(url: str, tmp_path: Path) -> None:
    with_one_tenant(url)
    with_one_tenant_again = Database(url)
    with_one_tenant_again.open()

    assert [row.name for row in with_one_tenant_again.read(lambda unit: unit.tenants.all())] == ["Liwa"]
    with_one_tenant_again.close()
    assert not list(tmp_path.glob("*-before-*"))


def test_an_older_database_is_copied_and_then_migrated(url: str, tmp_path: Path) -> None:
    with_one_tenant(url)
    engine = open_engine(url)
    database = Path(engine.url.database or "").name.removesuffix(".db")
    (tmp_path / f"{database}-before-0003-1.db").write_bytes(b"of the upgrade before")

    copy = upgrade(engine, migrations=newer_program(tmp_path / "newer"))

    with engine.connect() as connection:
        Walls(connection).look_round()
        assert connection.execute(text("SELECT name, remark FROM tenant")).all() == [("Liwa", None)]
    engine.dispose()
    if url.startswith("sqlite"):
        assert copy is not None
        old = sqlite3.connect(copy)
        assert old.execute("SELECT name FROM tenant").fetchall() == [("Liwa",)]
        assert old.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        old.close()
        assert list(tmp_path.glob("*-before-*")) == [copy]
    else:
        assert copy is None


def test_only_copies_of_this_very_database_are_removed(tmp_path: Path) -> None:
    served = tmp_path / "pesagi-server-before-0003-1.db"  # a copy that was put back under its own name
    own = tmp_path / "pesagi-server-before-0003-1-before-pindah.db"
    own.write_bytes(b"made by a person")
    url = sqlite_url(served)
    with_one_tenant(url)
    engine = open_engine(url)

    copy = upgrade(engine, migrations=newer_program(tmp_path / "newer"))

    engine.dispose()
    assert set(tmp_path.glob("*.db")) == {served, own, copy}


def test_what_speaks_of_a_letter_is_found_out_in_a_database_of_the_first_schema(url: str, tmp_path: Path) -> None:
    engine = open_engine(url)
    upgrade(engine, migrations=older_program(tmp_path / "first", newest="0001"))
    with engine.begin() as connection:
        Walls(connection).enter(TenantId(1))
        connection.execute(text("INSERT INTO tenant VALUES (1, 'Liwa', '', 1)"))
        for record in (letter(), disposition(), conflict()):
            kind, row_id = row_key(record)
            values = {"kind": kind, "id": row_id, "payload": encode(record)}
            insert = text("INSERT INTO record VALUES (1, :kind, :id, 1, :payload, :payload)")
            connection.execute(insert, values)

    upgrade(engine)

    with engine.connect() as connection:
        Walls(connection).enter(TenantId(1))
        found = connection.execute(text("SELECT letter, kind, row_id FROM about ORDER BY kind")).all()
    engine.dispose()
    wanted = [(LETTER_ID, *row_key(record)) for record in (disposition(), conflict())]
    assert [(bytes(one.letter), one.kind, bytes(one.row_id)) for one in found] == wanted


def test_a_migration_that_breaks_changes_nothing(url: str, tmp_path: Path) -> None:
    with_one_tenant(url)
    engine = open_engine(url)

    with pytest.raises(RuntimeError, match="the migration broke"):
        upgrade(engine, migrations=newer_program(tmp_path / "newer", fails=True))
    engine.dispose()

    database = Database(url)
    database.open()
    assert [row.name for row in database.read(lambda unit: unit.tenants.all())] == ["Liwa"]
    database.close()
    assert not list(tmp_path.glob("*-before-*")), "a server that is started again and again fills no disk"


def test_a_database_of_a_newer_program_is_refused_untouched(url: str, tmp_path: Path) -> None:
    with_one_tenant(url)
    engine = open_engine(url)
    upgrade(engine, migrations=newer_program(tmp_path / "newer"))
    engine.dispose()

    database = Database(url)
    with pytest.raises(StoreFault) as caught:
        database.open()
    database.close()

    assert caught.value.trouble == StoreTrouble.NEWER


def test_a_log_from_before_its_records_were_covered_still_proves_itself(url: str, tmp_path: Path) -> None:
    engine = open_engine(url)
    upgrade(engine, migrations=older_program(tmp_path / "older", newest="0001"))
    with engine.begin() as connection:
        for statement, values in OLD_ROWS:
            connection.execute(text(statement), values)
    engine.dispose()

    database = Database(url)
    database.open()
    report = AuditService(database, server_key=bytes(32)).audit(TenantId(1))
    head = database.read(lambda unit: unit.of(TenantId(1)).head.read())
    database.close()

    assert (report.problems, report.ops, report.uncovered) == ((), 1, 1)
    assert head.logged_from == 7
