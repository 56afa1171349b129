"""A copy of the database that can be put back: taken while the server works, and looked at before it counts."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import Engine

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
