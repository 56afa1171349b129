"""What really lies on the server: its tables read past the product, and who may hold what by rules written anew."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from core.domain.ids import DeviceId, PositionId
from core.domain.letters import SecurityLevel
from core.domain.offices import Person, Position, Role, chairs_at
from core.domain.streams import StreamKey, StreamKind
from core.protocol.codec import decode, decode_record
from core.protocol.messages import OpResult
from core.protocol.ops import Op, read_op
from core.protocol.records import KIND_OF
from tests.simulation.opening import Opener

RowKey = tuple[int, bytes]
READERS = frozenset({Role.REGISTRAR, Role.SECRETARY, Role.HEAD, Role.ARCHIVIST, Role.INSPECTOR})
SECRET_READERS = frozenset({Role.REGISTRAR, Role.SECRETARY, Role.HEAD})
_PERSON = KIND_OF[Person].code
_POSITION = KIND_OF[Position].code


@dataclass(frozen=True)
class Row:
    """A record as the server keeps it."""

    record: Any
    rev: int
    field_revs: dict[str, int]


@dataclass(frozen=True)
class Logged:
    """A line of the op log."""

    device: DeviceId
    epoch: int
    dev_seq: int
    seq: int
    data: bytes
    head: bytes
    stored_result: bytes
    received_ms: int
    audit: bytes
    made: bytes

    @cached_property
    def op(self) -> Op:
        return read_op(self.data)

    @cached_property
    def result(self) -> OpResult:
        found: OpResult = decode(self.stored_result, OpResult)
        return found


def _uncovered(line: Logged, opener: Opener) -> Logged:
    data = opener.op(line.data, line.device)
    if data is line.data:
        return line
    return replace(line, data=data, stored_result=opener.result(line.data, line.device, line.stored_result))


@dataclass(frozen=True)
class DeviceState:
    """Where the chain of a device stands by the server."""

    epoch: int
    next_seq: int
    head: bytes
    revoked: bool


class Truth:
    """The server's database, read as it is at this moment. What was read once is not read again: see `Eyes`."""

    def __init__(self, connection: sqlite3.Connection, opener: Opener | None = None) -> None:
        """With an `opener` the log is read as it came, though ops on letters that were sealed since are covered."""
        self._connection = connection
        self._opener = opener
        self._records: dict[RowKey, Any] = {}
        self._users: dict[DeviceId, set[int]] = {}

    def ask(self, statement: str, *values: object) -> list[Any]:
        """The lines of a statement."""
        return self._connection.execute(statement, values).fetchall()

    @cached_property
    def rows(self) -> dict[RowKey, Row]:
        """Every record."""
        found = self.ask("SELECT kind, id, rev, payload, field_revs FROM record")
        return {
            (kind, bytes(row_id)): Row(decode_record(kind, payload), rev, decode(field_revs, dict[str, int]))
            for kind, row_id, rev, payload, field_revs in found
        }

    @cached_property
    def log(self) -> list[Logged]:
        """What devices did, in its order."""
        return [line for line in self.whole_log if line.data]

    @cached_property
    def whole_log(self) -> list[Logged]:
        """The op log in its order, with what the server changed by itself."""
        names = "device, epoch, dev_seq, seq, op, head, result, received_ms, audit_hash, made"
        found = [Logged(*line) for line in self.ask(f"SELECT {names} FROM op_log ORDER BY seq")]  # noqa: S608
        return found if self._opener is None else [_uncovered(line, self._opener) for line in found]

    @cached_property
    def head(self) -> tuple[int, bytes, int]:
        """(newest number, hash over all ops, durable)."""
        (line,) = self.ask("SELECT seq, audit_hash, durable FROM tenant_head")
        return int(line[0]), bytes(line[1]), int(line[2])

    @cached_property
    def devices(self) -> dict[DeviceId, DeviceState]:
        """Every device."""
        found = self.ask("SELECT id, epoch, next_seq, head, revoked_ms FROM device")
        return {
            DeviceId(bytes(number)): DeviceState(epoch, next_seq, bytes(head), revoked is not None)
            for number, epoch, next_seq, head, revoked in found
        }

    def feed(self) -> dict[StreamKey, dict[RowKey, tuple[int, bool]]]:
        """What lies in each stream: (number, gone) by row."""
        found: dict[StreamKey, dict[RowKey, tuple[int, bool]]] = {}
        statement = (
            "SELECT s.kind, s.owner, s.level, s.year, f.kind, f.row_id, f.seq, f.gone "
            "FROM feed f JOIN stream s ON s.tenant = f.tenant AND s.id = f.stream"
        )
        for kind, owner, level, year, row_kind, row_id, seq, gone in self.ask(statement):
            key = StreamKey(kind=StreamKind(kind), owner=owner, level=level, year=year)
            found.setdefault(key, {})[row_kind, bytes(row_id)] = (seq, bool(gone))
        return found

    def users_of(self, device: DeviceId) -> set[int]:
        """Who may use a device."""
        if device not in self._users:
            found = self.ask("SELECT user FROM device_user WHERE device = ?", device)
            self._users[device] = {user for (user,) in found}
        return self._users[device]

    def record(self, kind: int, row_id: bytes) -> Any:
        """One record, or None."""
        key = (kind, row_id)
        if key not in self._records:
            found = self.ask("SELECT payload FROM record WHERE kind = ? AND id = ?", kind, row_id)
            self._records[key] = decode_record(kind, found[0][0]) if found else None
        return self._records[key]

    def access_of(self, device: DeviceId, *, now_ms: int) -> Access:
        """What a device may hold at a moment of the server's clock."""
        now = datetime.fromtimestamp(now_ms // 1000, UTC)
        people = [self.record(_PERSON, user.to_bytes(4, "big")) for user in sorted(self.users_of(device))]
        held = {place for person in people if person is not None and person.active for place in chairs_at(person, now)}
        positions = [self.record(_POSITION, place.to_bytes(4, "big")) for place in sorted(held)]
        reading = {one.office for one in positions if one.role in READERS}
        listing = {one.office for one in positions if one.role in SECRET_READERS}
        active = any(person is not None and person.active for person in people)
        return Access(active, frozenset(held), frozenset(reading), frozenset(listing))


@dataclass(frozen=True)
class Access:
    """What one device may hold: the inboxes of its positions, the registers of offices whose register it may read.

    `secret` are the offices of which it may hold the lines of secret letters.
    """

    active: bool
    positions: frozenset[PositionId]
    registers: frozenset[int]
    secret: frozenset[int]

    def covers(self, stream: StreamKey) -> bool:
        """Whether a stream is among it."""
        if stream.kind == StreamKind.DIRECTORY:
            return True
        if stream.kind == StreamKind.INBOX:
            return stream.owner in self.positions
        return stream.owner in (self.secret if stream.level >= SecurityLevel.SECRET else self.registers)

    def allows(self, record: Any) -> bool:
        """Whether a record lies in any such stream."""
        return any(self.covers(stream) for stream in KIND_OF[type(record)].streams(record))

    def visible(self, truth: Truth) -> dict[RowKey, Row]:
        """Every row that the device is to hold."""
        return {key: row for key, row in truth.rows.items() if self.allows(row.record)}


class Eyes:
    """Look into the database of a server through a connection of their own, which is kept until its files are replaced.

    A truth is good as long as nobody has committed anything since: SQLite says whether somebody has.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None
        self._seen: tuple[int, Truth] | None = None
        self.opener: Opener | None = None

    def look(self) -> Truth:
        """The truth of this moment."""
        if self._connection is None:
            self._connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, isolation_level=None)
        ((version,),) = self._connection.execute("PRAGMA data_version").fetchall()
        if self._seen is None or self._seen[0] != version:
            self._seen = version, Truth(self._connection, self.opener)
        return self._seen[1]

    def close(self) -> None:
        """The files go."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._seen = None
