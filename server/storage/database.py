"""Transactions: the only way from the services into the database.

Work is a function of a `UnitOfWork`; it is run again as a whole when the database asks for it or when somebody else
changed what it read, so it must have no effect but through the unit of work.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.domain.ids import TenantId
from server.storage.accounts import AccountTable
from server.storage.blobs import BlobTable
from server.storage.copying import copy_database
from server.storage.daily_heads import DailyHeads
from server.storage.devices import DeviceTable
from server.storage.doors import Doors
from server.storage.engine import lending_of, open_engine, reading, writing
from server.storage.estimates import count_tables
from server.storage.faults import StaleRead, StoreFault, StoreTrouble
from server.storage.guards import GuardTable
from server.storage.heads import HeadRow, TenantTable
from server.storage.held_numbers import HeldNumbers
from server.storage.hub_copy import HubCopy
from server.storage.hub_items import HubItems
from server.storage.hubs import HubDoors, HubTable
from server.storage.numbers import NumberTable
from server.storage.op_log import OpLog
from server.storage.overwritten import note_overwritten, write_anew
from server.storage.records import RecordTable
from server.storage.segments import SegmentTable
from server.storage.sessions import SessionTable
from server.storage.snapshot_rows import SnapshotRows
from server.storage.streams import StreamTable
from server.storage.together import begin, end, together
from server.storage.upgrade import upgrade
from server.storage.walls import Walls, let_in, passes_through

ResultT = TypeVar("ResultT")

ATTEMPTS = 8
OPTIMISTIC_ATTEMPTS = 2
# Serialization failure and deadlock: PostgreSQL, and what speaks its language, ask for another try.
_RETRY_STATES = frozenset({"40001", "40P01"})

logger = logging.getLogger(__name__)


def _wall_clock_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class TenantStore:
    """The tables of one tenant, inside one transaction; `now_ms` is when that began."""

    def __init__(self, connection: Connection, tenant: TenantId, *, now_ms: int) -> None:
        self._connection = connection
        self.id = tenant
        self.now_ms = now_ms
        self.head = HeadRow(connection, tenant)
        self.records = RecordTable(connection, tenant)
        self.streams = StreamTable(connection, tenant)
        self.ops = OpLog(connection, tenant)
        self.daily_heads = DailyHeads(connection, tenant)
        self.numbers = NumberTable(connection, tenant)
        self.devices = DeviceTable(connection, tenant)
        self.accounts = AccountTable(connection, tenant)
        self.guards = GuardTable(connection, tenant)
        self.sessions = SessionTable(connection, tenant)
        self.blobs = BlobTable(connection, tenant)
        self.segments = SegmentTable(connection, tenant)
        self.snapshot_rows = SnapshotRows(connection, tenant)
        self.hubs = HubTable(connection, tenant)
        self.copy = HubCopy(connection, tenant)
        self.items = HubItems(connection, tenant)

    def together(self) -> AbstractContextManager[None]:
        """What is asked and stored in the block goes to the database together; nothing else may be read in it."""
        return together(self._connection)

    def note_overwritten(self) -> None:
        """Something was overwritten of which no copy is to stay in the file: see `Database.write_anew`."""
        note_overwritten(self._connection)

    def later(self) -> AbstractContextManager[None]:
        """What is stored in the block goes to the database with what comes next: at the latest with the commit."""
        return together(self._connection, put_off=True)

    def begin(self) -> None:
        """Let the database begin with what was put off, while the work goes on."""
        begin(self._connection)

    def held_numbers(self, *, trusting: bool) -> HeldNumbers:
        """The numbers, for a transaction that has locked the head."""
        return HeldNumbers(self._connection, self.id, trusting=trusting)


class UnitOfWork:
    """One transaction. `patient` asks the work to lock the tenant's head before it reads anything."""

    def __init__(self, connection: Connection, *, patient: bool, now_ms: int) -> None:
        self._connection = connection
        self._now_ms = now_ms
        self._walls = Walls(connection)
        self._stores: dict[TenantId, TenantStore] = {}
        self.patient = patient
        self.tenants = TenantTable(connection, self._walls)
        self.doors = Doors(connection, self._walls)
        self.hub_doors = HubDoors(connection, self._walls)

    def of(self, tenant: TenantId) -> TenantStore:
        """The tables of one tenant; those of another one are closed from here on."""
        self._walls.enter(tenant)
        if tenant not in self._stores:
            self._stores[tenant] = TenantStore(self._connection, tenant, now_ms=self._now_ms)
        return self._stores[tenant]

    def together(self) -> AbstractContextManager[None]:
        """What is asked and stored in the block goes to the database together; nothing else may be read in it."""
        return together(self._connection)

    def end(self) -> None:
        """Let the commit begin, and the work go on meanwhile; it may ask for nothing any more."""
        end(self._connection)


class Database:
    """The database of a server; opening brings its tables up to date. Rights that end by date end by its `clock`.

    With `owner_url` the tables belong to another role, which alone changes them; the role of `url` works with the rows.
    """

    def __init__(self, url: str, clock: Callable[[], int] = _wall_clock_ms, *, owner_url: str = "") -> None:
        self._clock = clock
        self._owner_url = owner_url
        self._engine = open_engine(url)
        self._lending = lending_of(self._engine)

    def open(self) -> None:
        """Bring the tables up to date; StoreFault if they are newer than this program."""
        with _translated():
            if self._owner_url:
                self._open_as_owner()
            else:
                upgrade(self._engine)
                count_tables(self._engine)
            if self._engine.dialect.name == "postgresql":
                with reading(self._engine) as connection:
                    if passes_through(connection):
                        logger.warning("the role of the database is let through row-level security: it is no wall")

    def _open_as_owner(self) -> None:
        owner = open_engine(self._owner_url)
        try:
            upgrade(owner)
            count_tables(owner)
            with writing(owner) as connection:
                let_in(connection, self._engine.url.username or "")
        finally:
            owner.dispose()

    def close(self) -> None:
        """Let go of every connection."""
        if self._lending is not None:
            self._lending.close()
        self._engine.dispose()

    def copy_to(self, target: Path) -> None:
        """Write a whole copy of the database to a file; StoreFault where that cannot be done from here."""
        with _translated():
            copy_database(self._engine, target)

    def truncate_log(self) -> None:
        """Fold the write-ahead log of SQLite into its file and cut it to nothing, unless somebody reads just now."""
        if self._engine.dialect.name == "sqlite":
            with _translated(), closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def write_anew(self) -> bool:
        """Write the file of SQLite anew if that was asked for; whether it was. All who write wait. StoreFault."""
        with _translated():
            return write_anew(self._engine)

    def read(self, work: Callable[[UnitOfWork], ResultT]) -> ResultT:
        """The outcome of work that sees one state of the database and writes nothing; StoreFault."""
        try:
            with _translated(), reading(self._engine, self._lending) as connection:
                return work(UnitOfWork(connection, patient=True, now_ms=self._clock()))
        except _Again as err:
            raise StoreFault(StoreTrouble.UNAVAILABLE, "read was overtaken") from err

    def write(self, work: Callable[[UnitOfWork], ResultT]) -> ResultT:
        """The outcome of work that is durably committed when this returns; StoreFault.

        Decisions are made without holding the lock that orders all writers of a tenant; whoever finds that a
        decision rested on something that changed meanwhile raises StaleRead and is run again, at the third time
        with that lock taken first, so that it cannot be overtaken for ever.
        """
        attempt = 0
        while True:
            try:
                with _translated(), writing(self._engine, self._lending) as connection:
                    return work(UnitOfWork(connection, patient=attempt >= OPTIMISTIC_ATTEMPTS, now_ms=self._clock()))
            except _Again as err:
                attempt += 1
                if attempt == ATTEMPTS:
                    raise StoreFault(StoreTrouble.UNAVAILABLE, "too many attempts") from err
                logger.debug("transaction is run again, attempt %d", attempt)


class _Again(Exception):
    """The transaction has to be run again as a whole."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except StaleRead as err:
        raise _Again from err
    except PoolTimeoutError as err:
        raise StoreFault(StoreTrouble.UNAVAILABLE, "no free connection") from err
    except DBAPIError as err:
        if getattr(err.orig, "sqlstate", None) in _RETRY_STATES or isinstance(err, IntegrityError):
            # Two transactions entered the same new row: the second try sees the row of the first.
            raise _Again from err
        if isinstance(err, OperationalError):
            raise StoreFault(StoreTrouble.UNAVAILABLE, type(err.orig).__name__) from err
        raise
