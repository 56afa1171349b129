"""A copy of the database that can be put back: taken while the server works, and looked at before it counts."""

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import Engine

from server.storage.blob_files import sync_folder
from server.storage.faults import StoreFault, StoreTrouble


def copy_database(engine: Engine, target: Path) -> None:
    """Write a copy of an SQLite database to `target` and read it whole; StoreFault, OSError.

    UNAVAILABLE where the database is not a file: PostgreSQL has tools of its own. DAMAGED if the copy is not whole;
    it is left beside `target` under another name.
    """
    if engine.dialect.name != "sqlite":
        raise StoreFault(StoreTrouble.UNAVAILABLE, "not a file")
    fresh = target.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(fresh),))
    finally:
        connection.close()
    with closing(sqlite3.connect(fresh)) as copy:
        found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check")]
    if found != ["ok"]:
        raise StoreFault(StoreTrouble.DAMAGED, found[0])
    with fresh.open("r+b") as file:
        os.fsync(file.fileno())
    fresh.replace(target)


def copy_sealed(source: Path, target: Path) -> int:
    """Copy what came whole and never changes, unless it is there; the bytes that were written. OSError."""
    if target.exists() and target.stat().st_size == source.stat().st_size:
        return 0
    _put(_copied(source, target), target)
    return target.stat().st_size


def copy_named(source: Path, target: Path, sha256: bytes) -> bool:
    """Copy a file that is named for its content: whole on the disk before it has its name there; OSError.

    False if what lies at `source` is not what it is named for: nothing is put at `target` then.
    """
    fresh = _copied(source, target)
    with fresh.open("rb") as file:
        is_named_so = hashlib.file_digest(file, "sha256").digest() == sha256
    if not is_named_so:
        fresh.unlink()
        return False
    _put(fresh, target)
    return True


def _copied(source: Path, target: Path) -> Path:
    """The copy beside its place, whole on the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    shutil.copyfile(source, fresh)
    with fresh.open("r+b") as file:
        os.fsync(file.fileno())
    return fresh


def _put(fresh: Path, target: Path) -> None:
    fresh.replace(target)
    sync_folder(target.parent)
