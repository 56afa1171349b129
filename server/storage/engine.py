"""Opens the database: SQLite in one file for a small installation, PostgreSQL for a region. One code path above it.

SQLite: WAL with synchronous=FULL, so a commit has reached the disk; a writing transaction begins IMMEDIATE, so the
single writer is the lock. PostgreSQL: READ COMMITTED to write, REPEATABLE READ READ ONLY to read one frame.
"""

from pathlib import Path

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from server.storage import arrays

BUSY_S = 15
POOL_SIZE = 16
POOL_OVERFLOW = 32
POOL_WAIT_S = 60
_BEGIN_MODE = "begin_mode"


def sqlite_url(path: Path) -> str:
    """The address of an SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def open_engine(url: str) -> Engine:
    """An engine over `url`; nothing is connected until the first transaction."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address)
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_WAIT_S,
        pool_pre_ping=True,
        # Whatever the database's default is: what we confirm has reached the disk.
        connect_args={"options": "-c synchronous_commit=on"},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine, whose transactions write."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_BEGIN_MODE: "IMMEDIATE"})
    return engine.execution_options(isolation_level="READ COMMITTED")


def reading(engine: Engine) -> Engine:
    """The same engine, whose transactions see one state and write nothing."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _open_sqlite(address: URL) -> Engine:
    engine = create_engine(
        address,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_WAIT_S,
        connect_args={"timeout": BUSY_S, "isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    arrays.register(connection)


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    pragmas = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY")
    # What is deleted is overwritten: a hub must not keep what became secret.
    for pragma in (*pragmas, "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # The driver starts transactions late and only for some statements; we say when and how.
    mode = connection.get_execution_options().get(_BEGIN_MODE, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
