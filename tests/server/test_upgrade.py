"""The database is brought up to date by the program itself, with a copy first, and never downwards."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from server.storage.database import Database
from server.storage.engine import open_engine, sqlite_url
from server.storage.faults import StoreFault, StoreTrouble
from server.storage.heads import TenantRow
from server.storage.tables import METADATA
from server.storage.upgrade import MIGRATIONS, upgrade

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

    copy = upgrade(engine, migrations=newer_program(tmp_path / "newer"))

    with engine.connect() as connection:
        assert connection.execute(text("SELECT name, remark FROM tenant")).all() == [("Liwa", None)]
    engine.dispose()
    if url.startswith("sqlite"):
        assert copy is not None
        old = sqlite3.connect(copy)
        assert old.execute("SELECT name FROM tenant").fetchall() == [("Liwa",)]
        assert old.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        old.close()
    else:
        assert copy is None


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
