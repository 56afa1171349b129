"""Makes segments beforehand, so that a new PC costs the server little more than reading a file.

The years of one office's register at one level lie in one segment, newest year first, until they are many; an inbox
has one of its own if whoever holds its position cannot read the register. Small streams have none: to fetch a file
costs a round trip. A segment is made anew when a twentieth of it has changed, and counts for nothing at once when a row
has left.
"""

from collections.abc import Callable, Iterable
from itertools import groupby

import msgspec

from core.domain.ids import StreamId, TenantId, small_row_id
from core.domain.offices import Position
from core.domain.permissions import POWERS, Power
from core.domain.streams import StreamKind
from core.protocol.codec import decode_record, encode
from core.protocol.frames import Wire
from core.protocol.records import KIND_OF
from core.protocol.room import how_many_fit
from core.protocol.rows import Row, in_order, pack_rows
from core.protocol.segments import LEVEL, PART_BYTES, PART_ROWS
from server.services.tokens import Clock
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.segment_files import SegmentFiles
from server.storage.segments import SegmentRow, SegmentStream
from server.storage.streams import StreamRow

MIN_ROWS = 2_000
MAX_ROWS = 30_000
STALE_ROWS = 200
STALE_PART = 20
KEEP_MS = 7 * 86_400_000
_POSITION = KIND_OF[Position].code


class MakeReport(msgspec.Struct, frozen=True, kw_only=True):
    """How many segments were made, and how many files removed."""

    made: int = 0
    removed: int = 0


class _Group(msgspec.Struct, frozen=True, kw_only=True):
    """Streams of one family that go into one segment, the oldest year first."""

    streams: tuple[StreamRow, ...]

    @property
    def first(self) -> StreamId:
        return self.streams[0].id


class SnapshotMaker:
    """Keeps the segments of every tenant as they should be. Belongs to one thread."""

    def __init__(
        self,
        database: Database,
        files: SegmentFiles,
        clock: Clock,
        *,
        min_rows: int = MIN_ROWS,
        max_rows: int = MAX_ROWS,
    ) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._min_rows = min_rows
        self._max_rows = max_rows

    def make_all(self, cancelled: Callable[[], bool] = lambda: False) -> MakeReport:
        """Make what is missing or stale, remove what nobody fetches any more; StoreFault, OSError."""
        made = removed = 0
        for tenant in [row.id for row in self._database.read(lambda unit: unit.tenants.all())]:
            wanted, kept = self._database.read(self._looker(tenant))
            self._retire(tenant, kept, wanted)
            for group in wanted:
                if cancelled():
                    return MakeReport(made=made, removed=removed)
                made += self._make(tenant, group)
            removed += self._clean(tenant)
        return MakeReport(made=made, removed=removed)

    def _looker(self, tenant: TenantId) -> Callable[[UnitOfWork], tuple[list[_Group], set[bytes]]]:
        """The groups of which a segment must be made, and the segments that are still good."""

        def work(unit: UnitOfWork) -> tuple[list[_Group], set[bytes]]:
            store = unit.of(tenant)
            current = {(row.family, row.streams[0].stream): row for row in store.segments.all() if not row.replaced_ms}
            wanted: list[_Group] = []
            kept: set[bytes] = set()
            for group in self._groups(store):
                key = group.streams[0].key
                row = current.get(((int(key.kind), key.owner, key.level), group.first))
                if row is not None and self._is_good(store, group, row):
                    kept.add(row.sha256)
                else:
                    wanted.append(group)
            return wanted, kept

        return work

    def _groups(self, store: TenantStore) -> Iterable[_Group]:
        registers = store.snapshot_rows.streams(StreamKind.REGISTER)
        registers.sort(key=lambda row: (row.key.owner, row.key.level, row.key.year))
        for _, family in groupby(registers, key=lambda row: (row.key.owner, row.key.level)):
            yield from self._grouped(store, family)
        for inbox in store.snapshot_rows.streams(StreamKind.INBOX):
            if not _reads_register(store, inbox.key.owner):
                yield from self._grouped(store, [inbox])

    def _grouped(self, store: TenantStore, family: Iterable[StreamRow]) -> Iterable[_Group]:
        """From the oldest year on, so that a new year changes the last group alone."""
        gathered: list[StreamRow] = []
        rows = 0
        for stream in family:
            gathered.append(stream)
            rows += store.snapshot_rows.changed_since(stream.id, 0)
            if rows >= self._max_rows:
                yield _Group(streams=tuple(gathered))
                gathered, rows = [], 0
        if rows >= self._min_rows:
            yield _Group(streams=tuple(gathered))

    def _is_good(self, store: TenantStore, group: _Group, row: SegmentRow) -> bool:
        cursors = {one.stream: one.cursor for one in row.streams}
        if cursors.keys() - {stream.id for stream in group.streams}:
            return False
        if self._files.size(store.id, row.sha256) != row.size or store.snapshot_rows.left_since(cursors.items()):
            return False
        changed = sum(store.snapshot_rows.changed_since(one.id, cursors.get(one.id, 0)) for one in group.streams)
        return changed <= max(STALE_ROWS, row.rows // STALE_PART)

    def _make(self, tenant: TenantId, group: _Group) -> bool:
        """Make one segment; nothing is locked while it is packed."""
        ids = {stream.id for stream in group.streams}

        def read(unit: UnitOfWork) -> list[tuple[StreamRow, list[Row]]]:
            store = unit.of(tenant)
            kind = group.streams[0].key.kind
            # As they are in this very transaction: their last numbers are the cursors of the segment.
            streams = [row for row in store.snapshot_rows.streams(kind) if row.id in ids]
            streams.sort(key=lambda row: -row.key.year)
            return [
                (row, [Row(decode_record(one.kind, one.payload), one.rev) for one in store.snapshot_rows.live(row.id)])
                for row in streams
            ]

        content = self._database.read(read)
        data = b"".join(_packed(content))
        sha256 = self._files.write(tenant, data)
        key = group.streams[0].key
        row = SegmentRow(
            sha256=sha256,
            kind=int(key.kind),
            owner=key.owner,
            level=key.level,
            size=len(data),
            made_ms=self._clock(),
            # The oldest first, as in the group.
            streams=tuple(
                SegmentStream(stream=stream.id, cursor=stream.last, rows=len(rows)) for stream, rows in content[::-1]
            ),
        )
        return self._database.write(lambda unit: _note(unit.of(tenant), row))

    def _retire(self, tenant: TenantId, kept: set[bytes], wanted: Iterable[_Group]) -> None:
        """Forget what is void, or was replaced long ago; offer to nobody new what no group asks for any more."""
        now_ms = self._clock()
        firsts = {group.first for group in wanted}

        def work(unit: UnitOfWork) -> None:
            store = unit.of(tenant)
            for row in store.segments.all():
                if row.sha256 in kept:
                    continue
                void = store.snapshot_rows.left_since((one.stream, one.cursor) for one in row.streams)
                missing = self._files.size(tenant, row.sha256) != row.size
                if void or missing or (row.replaced_ms and now_ms - row.replaced_ms > KEEP_MS):
                    store.segments.remove(row.sha256)
                elif row.replaced_ms is None and row.streams[0].stream not in firsts:
                    store.segments.replace(row.sha256, now_ms=now_ms)

        self._database.write(work)

    def _clean(self, tenant: TenantId) -> int:
        known = self._database.read(lambda unit: {row.sha256 for row in unit.of(tenant).segments.all()})
        return self._files.keep_only(tenant, known)


def _packed(content: list[tuple[StreamRow, list[Row]]]) -> Iterable[bytes]:
    writer = Wire(b"").writer(level=LEVEL)
    for stream, rows in content:
        parts = _parted(in_order(rows))
        for place, part in enumerate(parts, start=1):
            yield writer.frame(pack_rows(stream.id, part, cursor=stream.last if place == len(parts) else 0))


def _parted(rows: list[Row]) -> list[list[Row]]:
    """As many rows in each part as a part holds, and no more than a reader takes in one frame; at least one part."""
    parts: list[list[Row]] = []
    while rows:
        payloads = (encode(row.record) for row in rows[:PART_ROWS])
        count = how_many_fit(payloads, most_bytes=PART_BYTES)
        parts.append(rows[:count])
        rows = rows[count:]
    return parts or [[]]


def _note(store: TenantStore, row: SegmentRow) -> bool:
    first = row.streams[0].stream
    known = store.segments.all()
    for other in known:
        if other.family == row.family and other.streams[0].stream == first and not other.replaced_ms:
            store.segments.replace(other.sha256, now_ms=row.made_ms)
    if any(other.sha256 == row.sha256 for other in known):
        store.segments.remove(row.sha256)
    store.segments.add(row)
    return True


def _reads_register(store: TenantStore, position: int) -> bool:
    found = store.records.get((_POSITION, small_row_id(position)))
    if found is None:
        return True
    record: Position = decode_record(_POSITION, found.payload)
    return Power.READ_REGISTER in POWERS[record.role]
