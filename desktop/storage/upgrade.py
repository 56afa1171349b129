"""Brings a store to the schema of this program: copies the file first, refuses a newer one.

The schema number stands in `PRAGMA user_version`, so that an up-to-date store opens without loading the migration
tool at all (its import alone takes a third of the time to the first window).
"""

import filecmp
import importlib
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.engine import Connection, Engine

from desktop.storage.blobs import copy_file
from desktop.storage.engine import begin, copies_of, copy_name, translated_faults
from desktop.storage.meta import Meta
from desktop.system.faults import EnvironmentFault, FaultOf

_LONG_AGO_MS = 1
SCHEMA = 34
REVISION = "0034"


def upgrade_store(engine: Engine, path: Path, now: datetime) -> Path | None:
    """Migrate if needed; the answer is the copy that was made before, if one was: the only one that stays."""
    with translated_faults():
        version = _version(engine)
        if version == SCHEMA:
            return None
        if version > SCHEMA:
            raise EnvironmentFault(FaultOf.STORE_NEWER, f"schema {version}", number=version)
        copy = _copy_aside(engine, path, now) if version else None
        try:
            _migrate(engine)
        except BaseException:
            if copy is not None:
                _drop_if_needless(engine, path, copy)
            raise
        if copy is not None:
            _drop_older(path, copy)
        return copy


def _version(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _copy_aside(engine: Engine, path: Path, now: datetime) -> Path:
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()  # the last connection folds the write-ahead log into the file
    target = path.with_name(copy_name(path, f"{now:%Y%m%d-%H%M%S}"))
    copy_file(path, target)
    return target


def _drop_if_needless(engine: Engine, path: Path, copy: Path) -> None:
    """Nothing came of the upgrade: a copy of what still stands here would be made again at each start."""
    engine.dispose()
    with suppress(OSError):
        if filecmp.cmp(path, copy, shallow=False):
            copy.unlink()


def _drop_older(path: Path, newest: Path) -> None:
    """One copy is kept, of before the last upgrade."""
    with suppress(OSError):  # in use, on Windows: the next upgrade removes it
        for older in copies_of(path):
            if older != newest:
                older.unlink()


def _compare_soon(connection: Connection) -> None:
    """Compare with the server at the next visit: it may hold kinds of record that the older program passed over."""
    meta = Meta(connection)
    facts = meta.sync()
    if facts.compared_ms:
        meta.write(msgspec.structs.replace(facts, compared_ms=_LONG_AGO_MS))


def _migrate(engine: Engine) -> None:
    # Loaded by name, because only the rare start that migrates may pay for it.
    command: Any = importlib.import_module("alembic.command")
    config_module: Any = importlib.import_module("alembic.config")
    config = config_module.Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    # Migrations want SQLAlchemy's own results.
    with engine.begin() as connection:
        begin(connection, "IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, REVISION)
        # Within: after a fallen plug the store would be up to date, and nothing would tell that it was not.
        _compare_soon(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
