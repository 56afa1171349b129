"""Opens the database: SQLite in one file for a small installation, PostgreSQL for a region. One code path above it.

SQLite: WAL with synchronous=FULL, so a commit has reached the disk; a writing transaction begins IMMEDIATE, so the
single writer is the lock. PostgreSQL: READ COMMITTED to write, REPEATABLE READ READ ONLY to read one frame.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from server.storage import arrays
from server.storage.faults import StoreFault, StoreTrouble
from server.storage.together import ended, forget, lay_line
from sql.binding import bind_at_once
from sql.lending import Lending

BUSY_S = 15
# Statements that a connection to SQLite keeps prepared.
PREPARED = 512
POOL_SIZE = 16
POOL_OVERFLOW = 32
POOL_WAIT_S = 60
# A connection that nobody used for so long is asked whether it is still there before it is used.
IDLE_S = 2.0
# What libpq may be told so that nothing crosses the network in the clear.
ENCRYPTED = ("require", "verify-ca", "verify-full")
_USED_S = "used_s"
# Whatever the defaults of the database are: what we confirm has reached the disk; and as statements name keys, no table
# is read from end to end because it was small when its statement was prepared.
_SETTINGS = ("synchronous_commit=on", "enable_seqscan=off", "jit=off")


def sqlite_url(path: Path) -> str:
    """The address of an SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def is_private(address: URL) -> bool:
    """Whether nobody in between can read along: this machine itself, or TLS that is demanded."""
    hosts = [address.host, *_listed(address.query.get("host")), *_listed(address.query.get("hostaddr"))]
    named = [one for host in hosts if host for one in host.split(",") if one]
    if all(one.startswith("/") or one == "localhost" or _is_loopback(one) for one in named):
        return True
    modes = _listed(address.query.get("sslmode"))
    return bool(modes) and all(mode in ENCRYPTED for mode in modes)


def _listed(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value or ()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def open_engine(url: str) -> Engine:
    """An engine over `url`; nothing is connected until the first transaction. StoreFault if others could read along."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address)
    if not is_private(address):
        raise StoreFault(StoreTrouble.UNSAFE_LINE, address.host or "")
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_WAIT_S,
        connect_args={"options": " ".join(f"-c {setting}" for setting in _SETTINGS)},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "checkout", _ping_if_idle)
    event.listen(engine, "checkin", _note_use)
    return engine


def lending_of(engine: Engine) -> Lending | None:
    """What lends the connections of an engine to transactions; None for PostgreSQL, where its pool does."""
    return Lending(engine) if engine.dialect.name == "sqlite" else None


def writing(engine: Engine, lending: Lending | None = None) -> AbstractContextManager[Connection]:
    """A transaction that writes: committed at the end of the block, rolled back on any exception."""
    if lending is not None:
        return lending.writing()
    return _transaction(engine.connect(), "IMMEDIATE", isolation_level="READ COMMITTED")


def migrating(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that writes, for migrations: they want SQLAlchemy's own results."""
    return _transaction(engine.connect(), "IMMEDIATE", isolation_level="READ COMMITTED")


def reading(engine: Engine, lending: Lending | None = None) -> AbstractContextManager[Connection]:
    """A transaction that sees one state and writes nothing."""
    if lending is not None:
        return lending.reading()
    return _transaction(engine.connect(), "DEFERRED", isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def _transaction(opened: Connection, mode: str, **options: Any) -> Iterator[Connection]:
    # No hooks of the engine for this: with any of them every statement is led past hooks, a third of a request's time.
    on_sqlite = opened.dialect.name == "sqlite"
    with opened as connection:
        if not on_sqlite:
            connection.execution_options(**options)
        try:
            with connection.begin():
                if on_sqlite:  # the driver starts transactions late and only for some statements; we say when and how
                    connection.exec_driver_sql(f"BEGIN {mode}")
                with ended(connection):
                    yield connection
        except BaseException:
            forget(connection)
            raise


def _open_sqlite(address: URL) -> Engine:
    engine = create_engine(
        address,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_WAIT_S,
        connect_args={
            "timeout": BUSY_S,
            "isolation_level": None,
            "check_same_thread": False,
            "cached_statements": PREPARED,
        },
    )
    bind_at_once(sqlite3)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_postgresql(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    arrays.register(connection)
    lay_line(connection, entry.info)


def _ping_if_idle(connection: DBAPIConnection, entry: ConnectionPoolEntry, _fairy: object) -> None:
    """Put a connection aside that the database has closed while nobody used it; one just used is not asked."""
    used_s = entry.info.get(_USED_S)
    if used_s is None or time.monotonic() - used_s < IDLE_S:
        return
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        cursor.close()
        connection.commit()  # a rollback would take all prepared statements with it
    except psycopg.Error as err:
        raise DisconnectionError from err


def _note_use(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.info[_USED_S] = time.monotonic()


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    pragmas = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY")
    # What is deleted is overwritten: a hub must not keep what became secret.
    for pragma in (*pragmas, "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
