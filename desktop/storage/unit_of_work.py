"""One use case, one short transaction: rows and outbox are committed together or not at all."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from core.domain.acting import UNKNOWN_CHANGE, Change, RecordT
from core.domain.ids import LetterId, OfficeId, UserId
from core.protocol.codec import decode_record
from core.protocol.person_keys import KeyRing
from core.protocol.records import KIND_OF
from desktop.storage.archives import record_files
from desktop.storage.blob_table import BlobTable
from desktop.storage.code_issues import code_issues
from desktop.storage.conflicts import conflicts
from desktop.storage.daily_heads import DailyHeads
from desktop.storage.delegations import delegations
from desktop.storage.directory import Accounts, Directory, offices, people, person_keys, positions, units
from desktop.storage.dispositions import dispositions
from desktop.storage.engine import copies_of, raise_as_fault, translated_faults
from desktop.storage.held_acts import held_acts
from desktop.storage.instruction_choices import instruction_choices
from desktop.storage.leases import Leases
from desktop.storage.letters import letters
from desktop.storage.meta import Meta
from desktop.storage.number_books import book_years, number_books, number_fates
from desktop.storage.outbox import Outbox
from desktop.storage.password_rules import password_rules
from desktop.storage.record_table import RecordTable
from desktop.storage.revocations import revocations
from desktop.storage.segments import Segments
from desktop.storage.server_runs import server_runs
from desktop.storage.session_ends import session_ends
from desktop.storage.streams import Shadows, Streams
from desktop.storage.sync_log import SyncLog
from desktop.system.faults import EnvironmentFault, FaultOf
from sql.lending import Lending, Transaction

RECORD_TABLES: Mapping[int, RecordTable[Any]] = MappingProxyType(
    {
        table.kind: table
        for table in (
            offices,
            units,
            positions,
            people,
            letters,
            dispositions,
            record_files,
            number_books,
            book_years,
            number_fates,
            held_acts,
            conflicts,
            delegations,
            person_keys,
            code_issues,
            revocations,
            password_rules,
            server_runs,
            session_ends,
            instruction_choices,
        )
    }
)

_NO_RINGS: Mapping[UserId, KeyRing] = MappingProxyType({})

RowKey = tuple[int, bytes]
Listener = Callable[[frozenset[RowKey]], None]


class UnitOfWork:
    """Everything that can be read and written within one transaction. Never crosses a thread."""

    def __init__(
        self, connection: Connection, rings: Mapping[UserId, KeyRing] = _NO_RINGS, *, undo_ms: int = 0
    ) -> None:
        """Over an open transaction; `rings` are the private keys of whoever is signed in.

        An act that may be undone is held back for `undo_ms`.
        """
        self.connection = connection
        self.rings = rings
        self.undo_ms = undo_ms
        self.meta = Meta(connection)
        self.directory = Directory(connection)
        self.accounts = Accounts(connection)
        self.outbox = Outbox(connection)
        self.streams = Streams(connection)
        self.shadows = Shadows(connection)
        self.leases = Leases(connection)
        self.daily_heads = DailyHeads(connection)
        self.blobs = BlobTable(connection)
        self.segments = Segments(connection)
        self.sync_log = SyncLog(connection)
        self.changed: set[RowKey] = set()

    def table(self, kind: int) -> RecordTable[Any]:
        """The table of a kind of record."""
        return RECORD_TABLES[kind]

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        """A record as this PC sees it; part of `core.domain.acting.Records`."""
        stored = RECORD_TABLES[KIND_OF[record_type].code].get(self.connection, row_id)
        return None if stored is None else stored.record

    def field_revisions(self, record_type: type[Any], row_id: bytes) -> dict[str, int]:
        """The PC keeps none: its own changes apply at once, the server judges."""
        del record_type, row_id
        return {}

    def last_change(self, record_type: type[Any], row_id: bytes, field: str) -> Change:
        """The PC does not know: only the server finds that a value loses."""
        del record_type, row_id, field
        return UNKNOWN_CHANGE

    def newest_change(self, record_type: type[Any], row_id: bytes, field: str) -> int | None:
        """None where an own act that waits has changed the field; else 0, as the PC keeps no revisions of fields."""
        key = (KIND_OF[record_type].code, row_id)
        shadow, here = self.shadows.get(key), self.get(record_type, row_id)
        if shadow is None or here is None:
            return 0
        confirmed = decode_record(key[0], shadow.payload)
        return 0 if getattr(confirmed, field) == getattr(here, field) else None

    def children(self, letter_id: LetterId) -> tuple[Any, ...]:
        """What speaks of a letter here."""
        sheets = tuple(one.record for one in dispositions.of_letter(self.connection, letter_id))
        held = held_acts.about(self.connection, letter_id)
        return (*sheets, *held, *conflicts.of_letter(self.connection, letter_id))

    def assign_number(self, office: OfficeId, year: int, series: str) -> int:
        """The PC is no authority: a number comes from a lease before the act, or is provisional."""
        del office, year, series
        return 0


class _Work(AbstractContextManager[UnitOfWork]):
    """A transaction of the store as `with` sees it. A class and not a generator: a visit has some forty."""

    __slots__ = ("_done", "_make", "_transaction", "_uow")

    def __init__(
        self, opened: Transaction, make: Callable[[Connection], UnitOfWork], done: Callable[[UnitOfWork], None]
    ) -> None:
        self._transaction = opened
        self._make = make
        self._done = done

    def __enter__(self) -> UnitOfWork:
        try:
            connection = self._transaction.__enter__()
        except DBAPIError as err:
            raise_as_fault(err)
            raise
        try:
            uow = self._uow = self._make(connection)
        except BaseException as err:
            self._transaction.__exit__(type(err), err, None)
            raise
        return uow

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._transaction.__exit__(kind, err, trace)
        except DBAPIError as wrong:
            raise_as_fault(wrong)
            raise
        if kind is None:
            self._done(self._uow)
        else:
            raise_as_fault(err)


def _nobody_listens(_uow: UnitOfWork) -> None:
    """Nothing was changed."""


class Store:
    """The open store: hands out units of work."""

    def __init__(self, engine: Engine) -> None:
        """Over an engine whose store is migrated."""
        self._engine = engine
        self._lending = Lending(engine)
        self._listeners: list[Listener] = []
        self._rings: dict[UserId, KeyRing] = {}
        self._undo_ms = 0
        self._shut = False

    def shut(self) -> None:
        """Nothing is written any more, when this returns; whoever tries hears PC_REVOKED."""
        with self.begin():
            self._shut = True

    @property
    def is_shut(self) -> bool:
        """Whether nothing is written any more."""
        return self._shut

    def let_act(self) -> None:
        """Work goes on."""
        self._shut = False

    def let_undo(self, undo_ms: int) -> None:
        """From now on acts that may be undone are held back for so long before they are sent; 0: not at all."""
        self._undo_ms = undo_ms

    def let_sign(self, user: UserId, ring: KeyRing) -> None:
        """A person signed in: what that person does here is signed with these keys until `forget_rings`."""
        self._rings = {**self._rings, user: ring}

    def renew_ring(self, user: UserId, ring: KeyRing) -> None:
        """The keys of whoever is signed in are others from now on; nothing, if that person has left."""
        if user in self._rings:
            self._rings = {**self._rings, user: ring}

    def ring_of(self, user: UserId) -> KeyRing:
        """The private keys of a person; none unless the person is signed in."""
        return self._rings.get(user, KeyRing())

    def forget_rings(self) -> None:
        """Whoever was signed in has left."""
        self._rings = {}

    def listen(self, listener: Listener) -> None:
        """Call `listener` after each commit with the rows that changed, on the thread that committed."""
        self._listeners.append(listener)

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that may write; committed at the end of the block, rolled back on any exception."""
        return _Work(self._lending.writing(), self._writer, self._committed)

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that sees one state of the store."""
        # Ends by rolling back: there is nothing to commit, and a damaged store, which refuses a commit, can still
        # be looked at.
        return _Work(self._lending.reading(), self._reader, _nobody_listens)

    def _writer(self, connection: Connection) -> UnitOfWork:
        # Asked behind the lock: who waited for it while the store was shut comes too late.
        if self._shut:
            raise EnvironmentFault(FaultOf.PC_REVOKED)
        return UnitOfWork(connection, self._rings, undo_ms=self._undo_ms)

    def _reader(self, connection: Connection) -> UnitOfWork:
        return UnitOfWork(connection, self._rings)

    def _committed(self, uow: UnitOfWork) -> None:
        for listener in self._listeners:
            listener(frozenset(uow.changed))

    def truncate_log(self) -> bool:
        """Fold the write-ahead log into the store and cut it to nothing; False while others read or write."""
        with translated_faults(), self._lending.lend() as connection:
            cursor = connection.connection.cursor()
            before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
            cursor.execute("PRAGMA busy_timeout = 0")  # people's work does not wait for this
            try:
                busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {int(before)}")
        return not busy

    def forget_copies(self) -> bool:
        """Remove the copies that upgrades made of this store: they hold what it held; False if one has to stay."""
        with self.read() as uow:
            place = Path(uow.connection.exec_driver_sql("PRAGMA database_list").fetchall()[0][2])
        try:
            for copy in copies_of(place):
                copy.unlink()
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Close all connections."""
        self._lending.close()
        self._engine.dispose()
