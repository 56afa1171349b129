"""Hands out what is new, stream by stream, in frames.

The few frames of an everyday reply are read in one short transaction, each further one in a transaction of its own:
no snapshot is held across a slow line, and what a device may have is asked again for each frame, so that a right
that was taken away stops the next one.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from core.domain.ids import DeviceId, StreamId
from core.domain.streams import stream_priority
from core.protocol.codec import decode_record, to_columns
from core.protocol.messages import Block, Data
from server.services.grants import Grants, read_grants
from server.storage.database import TenantStore
from server.storage.records import RowKey
from server.storage.streams import FeedRow, StreamRow

FRAME_ROWS = 500
FRAME_BYTES = 256 * 1024


class RevisionRange(msgspec.Struct, frozen=True, kw_only=True):
    """The revisions of one op's records, `first` to `last`; both inclusive."""

    first: int
    last: int


class PullPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The streams to be read, in this order, each with the cursor to start from.

    `own` are the changes that this very reply tells the device by a result, and which it made itself to the last
    byte. They are left out of the data. Nothing else is: a device that was put back from a backup gets its own
    letters again.
    """

    streams: tuple[tuple[StreamId, int], ...]
    own: tuple[RevisionRange, ...]


def plan_pull(
    grants: Grants, cursors: Mapping[StreamId, int], *, own: Iterable[RevisionRange], this_year: int
) -> PullPlan:
    """Streams with news, the urgent ones first. A cursor beyond the end of its stream counts for nothing.

    Such a cursor was handed out by a server whose newest hours are lost: the device is told all of the stream.
    """
    behind = []
    for row in grants.streams:
        cursor = cursors.get(row.id, 0)
        start = cursor if 0 <= cursor <= row.last else 0
        if start < row.last:
            behind.append((stream_priority(row.key, this_year), -row.key.year, row.id, start))
    return PullPlan(streams=tuple((stream, start) for *_, stream, start in sorted(behind)), own=tuple(own))


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where to read on. Rows that left the stream at or below `gone_above` are not told: the device never had them.

    A device that begins (None) never had anything; but a row that is told on one page and leaves before the next
    must be told as gone, so what leaves after the first page counts.
    """

    stream: StreamId
    cursor: int
    gone_above: int | None


class Pull:
    """Reads the frames of a plan one after the other; between two transactions it holds nothing but its place.

    What is written meanwhile comes along or waits for the next request.
    """

    def __init__(self, device: DeviceId, plan: PullPlan) -> None:
        self._device = device
        self._own = plan.own
        self._left = deque(plan.streams)
        self._place: _Place | None = None
        self._sent: dict[RowKey, int] = {}

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to read."""
        return self._place is None and not self._left

    def read(self, store: TenantStore, grants: Grants | None = None) -> Data | None:
        """The next frame, or None when there is none; `grants` as they are in this very transaction."""
        held = (grants or read_grants(store, self._device)).streams
        while self._place is not None or self._left:
            if self._place is None:
                stream, start = self._left.popleft()
                self._place = _Place(stream=stream, cursor=start, gone_above=start or None)
            granted = next((row for row in held if row.id == self._place.stream), None)
            if granted is None:
                self._place = None
                continue
            return self._page(store, granted, self._place)
        return None

    def _page(self, store: TenantStore, stream: StreamRow, place: _Place) -> Data:
        gone_above = stream.last if place.gone_above is None else place.gone_above
        rows = store.streams.page(stream.id, after=place.cursor, limit=FRAME_ROWS, gone_above=gone_above)
        fitting = _fitting(rows)
        last = len(fitting) == len(rows) < FRAME_ROWS
        cursor = stream.last if last else fitting[-1].seq
        self._place = None if last else _Place(stream=stream.id, cursor=cursor, gone_above=gone_above)
        return Data(stream=stream.id, cursor=cursor, blocks=_blocks(fitting, self._own, sent=self._sent))


def blocks_of(rows: Sequence[FeedRow]) -> tuple[Block, ...]:
    """All of the rows as blocks, kind by kind."""
    return _blocks(rows, (), sent={})


def _fitting(rows: list[FeedRow]) -> list[FeedRow]:
    """As many rows as one frame should carry; at least one, if there is one."""
    size = 0
    for place, row in enumerate(rows):
        size += len(row.payload)
        if size > FRAME_BYTES and place:
            return rows[:place]
    return rows


def _blocks(rows: Sequence[FeedRow], own: Sequence[RevisionRange], *, sent: dict[RowKey, int]) -> tuple[Block, ...]:
    by_kind: dict[int, list[FeedRow]] = {}
    for row in rows:
        if row.gone or not any(span.first <= row.seq <= span.last for span in own):
            by_kind.setdefault(row.kind, []).append(row)
    return tuple(_block(kind, by_kind[kind], sent) for kind in sorted(by_kind))


def _block(kind: int, rows: Sequence[FeedRow], sent: dict[RowKey, int]) -> Block:
    """The rows of one kind; one that this reply has sent already is not named again.

    A record says itself in which streams it lies (`RecordKind.streams`), and the device asks it.
    """
    new = [row for row in rows if not row.gone and sent.get((kind, row.row_id)) != row.seq]
    sent.update({(kind, row.row_id): row.seq for row in new})
    records = [decode_record(kind, row.payload) for row in new]
    revs = [row.seq - before for before, row in zip([0, *(row.seq for row in new)], new, strict=False)]
    return Block(
        kind=kind,
        columns=to_columns(records),
        revs=revs,
        gone=[row.row_id for row in rows if row.gone],
    )
