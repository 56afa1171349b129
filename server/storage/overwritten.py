"""What SQLite keeps of rows that were overwritten, and how it goes.

`secure_delete` wipes what is freed, but not the copies that stay between the rows of a page when some of them move to
another one: of some thousand rows that were overwritten by longer ones, a few stand there whole (SQLite 3.40). They go
when the file is written anew. That this is due stands in the file, with what was overwritten. PostgreSQL has a vacuum
of its own.
"""

from sqlalchemy import Connection
from sqlalchemy.engine import Engine

from server.storage.engine import reading, writing


def note_overwritten(connection: Connection) -> None:
    """Let the file be written anew, if this transaction is committed."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {_noted(connection) + 1}")


def write_anew(engine: Engine) -> bool:
    """Write the file anew if that is due; whether it was. All who write wait meanwhile."""
    if engine.dialect.name != "sqlite":
        return False
    with reading(engine) as connection:
        noted = _noted(connection)
    if not noted:
        return False
    opened = engine.raw_connection()
    try:
        cursor = opened.cursor()
        cursor.execute("PRAGMA temp_store = FILE")  # it is written beside first: not in memory, however large it is
        try:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            cursor.execute("PRAGMA temp_store = MEMORY")
    finally:
        opened.close()
    with writing(engine) as connection:
        if _noted(connection) == noted:  # else something was overwritten meanwhile
            connection.exec_driver_sql("PRAGMA user_version = 0")
    return True


def _noted(connection: Connection) -> int:
    """How often something was overwritten since the file was written anew."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
