"""Offers a device the segments it may fetch, and gives them out; what it may have is asked again as the bytes go.

A segment holds streams that whoever may read one of them may all read. It holds good as long as no row has left one
of its streams since: a row that left was moved or raised in secrecy, and must not be handed out any more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from core.domain.ids import StreamId, TenantId
from core.protocol.faults import FaultCode
from core.protocol.messages import Segment
from server.services.faults import RequestFault
from server.services.grants import Grants
from server.storage.database import Database, TenantStore
from server.storage.segment_files import SegmentFiles
from server.storage.segments import SegmentRow
from server.storage.streams import NOTHING

MAX_LOADING = 1000
CHECK_BYTES = 256 * 1024

# What whoever asks may receive, as it is in a transaction.
GrantsNow = Callable[[TenantStore], Grants]


class Loads(msgspec.Struct, frozen=True, kw_only=True):
    """What a device shall fetch, and whether one of the segments is new to it.

    `elsewhere` are the streams that need not come as data, each with the number up to which its segment knows it.
    """

    chosen: tuple[SegmentRow, ...] = ()
    elsewhere: Mapping[StreamId, int] = NOTHING
    fresh: bool = False
    # Where the streams that the device may receive end.
    ends: Mapping[StreamId, int] = NOTHING

    @property
    def segments(self) -> tuple[Segment, ...]:
        """As a device is told of them."""
        return tuple(_told(row, self.ends) for row in self.chosen)


NO_LOADS = Loads()


class SegmentService:
    """Serves `GET /v1/segment/<hash>`, and what a sync reply says of segments."""

    def __init__(self, database: Database, files: SegmentFiles) -> None:
        self._database = database
        self._files = files

    def choose(
        self, store: TenantStore, grants: Grants, cursors: Mapping[StreamId, int], *, loading: Sequence[bytes]
    ) -> Loads:
        """What a device with these cursors shall fetch, which is fetching `loading`; within the transaction."""
        if len(loading) > MAX_LOADING:
            raise RequestFault(FaultCode.TOO_LARGE)
        begins = {row.id: row for row in grants.streams if row.last and not cursors.get(row.id, 0)}
        if not begins and not loading:
            return NO_LOADS
        chosen = [row for row in store.segments.some(loading) if self._holds_good(store, grants, row)]
        named = {one.stream for row in chosen for one in row.streams}
        families = {(int(row.key.kind), row.key.owner, row.key.level) for row in begins.values()}
        fresh = [
            row
            for row in store.segments.current(families)
            if not named.intersection(one.stream for one in row.streams)
            and _is_worth_it(row, begins)
            and self._holds_good(store, grants, row)
        ]
        chosen += fresh
        elsewhere = {one.stream: one.cursor for row in chosen for one in row.streams if one.stream in begins}
        ends = {row.id: row.last for row in grants.streams}
        return Loads(chosen=tuple(chosen), elsewhere=elsewhere, fresh=bool(fresh), ends=ends)

    def readable_size(self, tenant: TenantId, sha256: bytes, *, grants: GrantsNow) -> int:
        """The size of a segment that may be read now; NOT_FOUND if there is none, or none for who asks."""
        if not self._may_read(tenant, sha256, grants):
            raise RequestFault(FaultCode.NOT_FOUND)
        size = self._files.size(tenant, sha256)
        if size is None:
            raise RequestFault(FaultCode.NOT_FOUND)
        return size

    def read(self, tenant: TenantId, sha256: bytes, *, start: int, grants: GrantsNow) -> Iterator[bytes]:
        """The bytes of a segment whose `readable_size` was asked; breaks off when the right to it ends."""
        sent = 0
        for piece in self._files.read(tenant, sha256, start=start):
            if sent >= CHECK_BYTES:
                if not self._may_read(tenant, sha256, grants):
                    raise RequestFault(FaultCode.NOT_FOUND)
                sent = 0
            yield piece
            sent += len(piece)

    def _may_read(self, tenant: TenantId, sha256: bytes, grants: GrantsNow) -> bool:
        def work(store: TenantStore) -> bool:
            rows = store.segments.some([sha256])
            return bool(rows) and self._holds_good(store, grants(store), rows[0])

        return self._database.read(lambda unit: work(unit.of(tenant)))

    def _holds_good(self, store: TenantStore, grants: Grants, row: SegmentRow) -> bool:
        granted = {stream.id for stream in grants.streams}
        return (
            all(one.stream in granted for one in row.streams)
            and not store.snapshot_rows.left_since((one.stream, one.cursor) for one in row.streams)
            and self._files.size(store.id, row.sha256) == row.size
        )


def _is_worth_it(row: SegmentRow, begins: Mapping[StreamId, object]) -> bool:
    """Whether most of the segment is new to the device."""
    return 2 * sum(one.rows for one in row.streams if one.stream in begins) > row.rows


def _told(row: SegmentRow, ends: Mapping[StreamId, int]) -> Segment:
    streams = tuple(one.stream for one in row.streams)
    newest = all(ends.get(one.stream) == one.cursor for one in row.streams)
    return Segment(sha256=row.sha256, size=row.size, rows=row.rows, streams=streams, newest=newest)
