"""Opens the encrypted store.

SQLCipher with a raw 32-byte key: no key derivation at opening (0.7 ms instead of 170 ms), each page encrypted and
authenticated, so that a flipped bit is an error and never a wrong letter. WAL with synchronous=FULL: what a person
was told is saved has reached the disk. A connection belongs to one thread at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool

from desktop.system.faults import EnvironmentFault, FaultOf
from sql.binding import bind_at_once

KEY_BYTES = 32
BUSY_MS = 15_000
CACHE_KIB = 16_000
# Statements that a connection keeps prepared; the program has some three hundred.
PREPARED = 512
BeginMode = Literal["DEFERRED", "IMMEDIATE"]
COPY_MARK = "-sebelum-"


def open_engine(path: Path, key: bytes) -> Engine:
    """An engine over the store at `path`; nothing is read or made until the first connection."""
    if len(key) != KEY_BYTES:
        raise EnvironmentFault(FaultOf.KEY_LOST, f"{len(key)} bytes")
    bind_at_once(sqlcipher)

    def connect() -> Any:
        connection = sqlcipher.connect(
            str(path), check_same_thread=False, isolation_level=None, cached_statements=PREPARED
        )
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten: a right that ended leaves no word behind in free pages.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        return connection

    return create_engine(
        "sqlite://", module=sqlcipher, creator=connect, poolclass=QueuePool, pool_size=6, max_overflow=6
    )


def begin(connection: Connection, mode: BeginMode) -> None:
    """Begin the transaction of a connection that was not lent.

    The driver starts transactions late and only for some statements; we say when and how. With a hook of the engine in
    its place every statement would be led past hooks: a third of the time of a visit.
    """
    connection.exec_driver_sql(f"BEGIN {mode}")


def copy_name(path: Path, moment: str) -> str:
    """The name of a copy that was made of the store at `path` before an upgrade."""
    return f"{path.stem}{COPY_MARK}{moment}{path.suffix}"


def copies_of(path: Path) -> list[Path]:
    """The copies that were made of the store at `path`, those that a fallen plug left unfinished too; OSError."""
    return sorted(path.parent.glob(f"{path.stem}{COPY_MARK}*"))


@contextmanager
def translated_faults() -> Iterator[None]:
    """Turn the database's errors into faults of the surroundings; what is left is a bug and passes through."""
    try:
        yield
    except DBAPIError as err:
        raise_as_fault(err)
        raise


def raise_as_fault(err: BaseException | None) -> None:
    """Raise the fault of the surroundings that an error of the database is; nothing, if it is none."""
    if isinstance(err, DBAPIError):
        code = fault_code(err)
        if code is not None:
            raise EnvironmentFault(code, type(err.orig).__name__) from err


def fault_code(err: DBAPIError) -> FaultOf | None:
    """Which fault of the surroundings a database error is, or None if it is ours."""
    text = str(err.orig).lower()
    known = (
        ("file is not a database", FaultOf.STORE_UNREADABLE),
        ("file is encrypted", FaultOf.STORE_UNREADABLE),
        ("malformed", FaultOf.STORE_DAMAGED),
        ("disk is full", FaultOf.DISK_FULL),
        ("database is locked", FaultOf.STORE_LOCKED),
        ("unable to open", FaultOf.STORE_MISSING),
        ("readonly database", FaultOf.DISK_FAILED),
        ("disk i/o error", FaultOf.DISK_FAILED),
    )
    for words, code in known:
        if words in text:
            return code
    return FaultOf.DISK_FAILED if isinstance(err, OperationalError) and "i/o" in text else None
