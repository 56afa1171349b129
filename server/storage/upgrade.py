"""Brings the database to the schema of this program: copies an SQLite file first, refuses a newer database."""

import re
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from server.storage.blob_files import sync_folder
from server.storage.engine import migrating
from server.storage.faults import StoreFault, StoreTrouble
from server.storage.walls import lower_walls, raise_walls

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that no other program on the same database cluster is likely to choose.
_ADVISORY_LOCK = 7_352_741
# The revision from which on the tables stand behind row-level security.
FIRST_WALLED = "0005"
_COPY_MARK = "-before-"


def upgrade(engine: Engine, *, migrations: Path = MIGRATIONS) -> Path | None:
    """Run the missing migrations, all or none; the answer is the copy that was made before, the only one that stays.

    StoreFault if the database was made by a newer program: nothing in it is touched then.
    """
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    newest = scripts.get_current_head()
    known = {script.revision for script in scripts.walk_revisions()}
    with migrating(engine) as connection:
        _wait_for_others(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        if current == newest:
            return None
        if current is not None and current not in known:
            raise StoreFault(StoreTrouble.NEWER, f"revision {current}")
        copy = _copy_aside(engine, current) if current is not None else None
        try:
            config.attributes["connection"] = connection
            walled = connection.dialect.name == "postgresql"
            if walled:
                lower_walls(connection)
            command.upgrade(config, "head")
            if walled and str(newest) >= FIRST_WALLED:
                raise_walls(connection)
        except BaseException:
            # All of it is rolled back. A server that is started again and again would fill the disk with copies.
            if copy is not None:
                copy.unlink(missing_ok=True)
            raise
        if copy is not None:
            _drop_older(copy)
        return copy


def _wait_for_others(connection: Connection) -> None:
    # Two servers that start at the same moment: on SQLite the transaction itself is the lock.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})


def _copy_aside(engine: Engine, revision: str) -> Path | None:
    """A copy of an SQLite file with all that is committed; a database server has backups of its own."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    path = Path(engine.url.database)
    target = path.with_name(f"{path.stem}{_COPY_MARK}{revision}-{int(time.time())}{path.suffix}")
    fresh = target.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    # Our own transaction holds the write lock, so nobody changes the file while a second connection reads it.
    source, copy = sqlite3.connect(path), sqlite3.connect(fresh)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    except BaseException:
        copy.close()
        fresh.unlink(missing_ok=True)
        raise
    finally:
        source.close()
        copy.close()
    fresh.replace(target)
    sync_folder(target.parent)
    return target


def _drop_older(newest: Path) -> None:
    """One copy is kept, of before the last upgrade."""
    # The database itself may be a copy that was put back under its own name; and what people called so is theirs.
    made = re.compile(re.escape(newest.stem.rpartition(_COPY_MARK)[0] + _COPY_MARK) + r"[^-]+-\d+")
    with suppress(OSError):  # in use, on Windows: the next upgrade removes it
        for older in newest.parent.iterdir():
            if older != newest and made.fullmatch(older.stem):
                older.unlink()
