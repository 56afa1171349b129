"""What a scripted device was sent: rows with revisions, and which stream holds which rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.domain.acting import UNKNOWN_CHANGE, Change, RecordT
from core.domain.ids import LetterId, OfficeId, StreamId
from core.domain.streams import DIRECTORY, StreamKey
from core.protocol.messages import Data
from core.protocol.records import KIND_BY_CODE, KIND_OF, row_key
from core.protocol.rows import read_rows

RowKey = tuple[int, bytes]


@dataclass
class Replica:
    """What a device was sent: rows with revisions, and which stream holds which rows. Itself a `Records`."""

    rows: dict[RowKey, Any] = field(default_factory=dict)
    revs: dict[RowKey, int] = field(default_factory=dict)
    members: dict[StreamId, set[RowKey]] = field(default_factory=dict)
    streams: dict[StreamId, StreamKey] = field(default_factory=dict)
    cursors: dict[StreamId, int] = field(default_factory=dict)

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        found: RecordT | None = self.rows.get((KIND_OF[record_type].code, row_id))
        return found

    @property
    def directory_cursor(self) -> int:
        """Up to which revision the directory was sent."""
        return max((self.cursors.get(number, 0) for number, key in self.streams.items() if key == DIRECTORY), default=0)

    def field_revisions(self, _record_type: type[Any], _row_id: bytes) -> dict[str, int]:
        return {}

    def last_change(self, _record_type: type[Any], _row_id: bytes, _field: str) -> Change:
        return UNKNOWN_CHANGE

    def newest_change(self, _record_type: type[Any], _row_id: bytes, _field: str) -> int:
        return 0

    def children(self, letter_id: LetterId) -> tuple[Any, ...]:
        rows = sorted(self.rows.items())
        return tuple(row for key, row in rows if letter_id in KIND_BY_CODE[key[0]].about(row))

    def assign_number(self, _office: OfficeId, _year: int, _series: str) -> int:
        return 0

    def apply(self, frame: Data) -> None:
        members = self.members.setdefault(frame.stream, set())
        by_key = {name: number for number, name in self.streams.items()}
        for block, rows in read_rows(frame.blocks):
            for row in rows:
                key = row_key(row.record)
                self.rows[key], self.revs[key] = row.record, row.rev
                members.add(key)
                # A row comes once in a reply, whatever the number of its streams: it says itself where it lies.
                for stream in KIND_BY_CODE[key[0]].streams(row.record):
                    if stream in by_key:
                        self.members.setdefault(by_key[stream], set()).add(key)
            members -= {(block.kind, row_id) for row_id in block.gone}
        self.cursors[frame.stream] = frame.cursor

    def settle(self, records: Sequence[Any], first_rev: int) -> None:
        """Take over what an own op made, where the server arrived at the same."""
        for rev, record in enumerate(records, start=first_rev):
            key = row_key(record)
            if rev < self.revs.get(key, 0):
                continue
            self.rows[key], self.revs[key] = record, rev
            for stream in KIND_BY_CODE[key[0]].streams(record):
                for number, name in self.streams.items():
                    if name == stream:
                        self.members.setdefault(number, set()).add(key)

    def grant(self, granted: dict[StreamId, StreamKey]) -> None:
        self.streams = granted
        for stream in [stream for stream in self.members if stream not in granted]:
            del self.members[stream]
            self.cursors.pop(stream, None)
        self.drop_orphans()

    def drop_orphans(self) -> None:
        held = set().union(*self.members.values()) if self.members else set()
        self.rows = {key: row for key, row in self.rows.items() if key in held}

    def of(self, record_type: type[RecordT]) -> list[RecordT]:
        """Every record of one kind."""
        return [row for row in self.rows.values() if isinstance(row, record_type)]
