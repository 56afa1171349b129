"""The migrations of the desktop and of the server are one chain each: of two that were written at the same time, with
one number or after the same one, nobody would know which a store has had."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

import desktop.storage.upgrade
import server.storage.upgrade

PROGRAMS = {"desktop": desktop.storage.upgrade.__file__, "server": server.storage.upgrade.__file__}


@pytest.fixture(params=PROGRAMS)
def migrations(request: pytest.FixtureRequest) -> ScriptDirectory:
    return ScriptDirectory(str(Path(PROGRAMS[request.param]).parent / "migrations"))


def test_migrations_have_one_head(migrations: ScriptDirectory) -> None:
    assert len(migrations.get_heads()) == 1


def test_migrations_are_numbered_without_gap_in_the_order_in_which_they_run(migrations: ScriptDirectory) -> None:
    ran = [script.revision for script in migrations.walk_revisions()][::-1]

    assert ran == [f"{number:04}" for number in range(1, len(ran) + 1)]


def test_each_file_of_a_migration_has_its_number_for_itself(migrations: ScriptDirectory) -> None:
    numbers = sorted(path.name[:4] for path in Path(migrations.versions).glob("[0-9]*.py"))

    assert numbers == sorted({script.revision for script in migrations.walk_revisions()})


def test_the_desktop_opens_a_store_that_has_had_the_last_migration() -> None:
    migrations = ScriptDirectory(str(Path(PROGRAMS["desktop"]).parent / "migrations"))

    assert migrations.get_heads() == [desktop.storage.upgrade.REVISION]
    assert int(desktop.storage.upgrade.REVISION) == desktop.storage.upgrade.SCHEMA
