"""Hands out what is new, stream by stream, in frames.

The few frames of an everyday reply are read in one short transaction; each further one, or some small ones together, in
a transaction of its own: no snapshot is held across a slow line, and what a device may have is asked again in each, so
that a right that was taken away stops the next one.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from core.domain.dispositions import Disposition
from core.domain.ids import DeviceId, StreamId
from core.domain.letters import IncomingLetter
from core.domain.streams import StreamKind, stream_priority
from core.protocol.codec import decode_record
from core.protocol.messages import Block, Data
from core.protocol.records import KIND_OF
from core.protocol.room import how_many_fit
from core.protocol.rows import Row, in_order, pack_rows
from server.services.grants import Grants, read_grants
from server.services.segments import NO_LOADS, Loads
from server.storage.database import TenantStore
from server.storage.records import RowKey
from server.storage.streams import NOTHING, FeedRow, StreamRow

FRAME_ROWS = 500
FRAME_BYTES = 256 * 1024
# About what a frame may be on the line: one that is cut comes once more, and a larger one than the cut never.
FRAME_PACKED = 8 * 1024
# So much of small frames is read in one transaction.
TOGETHER_BYTES = 64 * 1024
# So many of the newest letters, and of one's own dispositions, come before any segment.
GLANCE_ROWS = 200
GLANCE_BYTES = 1024 * 1024
# In one frame, since it has no place to go on from: letters of every day are less than half of that.
GLANCE_PACKED = 32 * 1024
# This year and the last; the years before come with the segment.
GLANCE_PRIORITY = 2
_LETTER = KIND_OF[IncomingLetter].code
_DISPOSITION = KIND_OF[Disposition].code


class RevisionRange(msgspec.Struct, frozen=True, kw_only=True):
    """The revisions of one op's records, `first` to `last`; both inclusive."""

    first: int
    last: int


class PlannedStream(msgspec.Struct, frozen=True, kw_only=True):
    """A stream to be read from `start` on; rows that left it up to number `gone_above` are not told.

    With `glance`, only its newest rows are shown: all of it comes as a segment.
    """

    stream: StreamId
    start: int
    gone_above: int
    inbox: bool = False
    glance: bool = False


class PullPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The streams to be read, in this order.

    `own` are the changes that this very reply tells the device by a result, and which it made itself to the last
    byte. They are left out of the data. Nothing else is: a device that was put back from a backup gets its own
    letters again. `elsewhere` names streams that come as segments, each with the number up to which: their rows
    need not come along with an inbox, but for the newest if there are `glances`.
    """

    streams: tuple[PlannedStream, ...]
    own: tuple[RevisionRange, ...]
    elsewhere: Mapping[StreamId, int] = NOTHING
    glances: bool = True


def plan_pull(
    grants: Grants,
    cursors: Mapping[StreamId, int],
    *,
    own: Iterable[RevisionRange],
    this_year: int,
    loads: Loads = NO_LOADS,
    late: bool = False,
) -> PullPlan:
    """Streams with news, the urgent ones first. A cursor beyond the end of its stream counts for nothing.

    Such a cursor was handed out by a server whose newest hours are lost: the device is told all of the stream.
    `late`: the device may have read on, or begun, before the answer comes to it; or has rows of it by other streams.
    """
    behind = []
    for row in grants.streams:
        cursor = cursors.get(row.id, 0)
        start = cursor if 0 <= cursor <= row.last else 0
        if start >= row.last:
            continue
        priority = stream_priority(row.key, this_year)
        glance = not cursor and row.id in loads.elsewhere
        if glance and (not loads.fresh or priority > GLANCE_PRIORITY):
            continue
        # A device that begins never had anything; but a row that is told on one page and leaves before the next must
        # be told as gone, so what leaves from now on counts. If it may begin meanwhile, all that ever left counts.
        planned = PlannedStream(
            stream=row.id,
            start=start,
            gone_above=start if late else start or row.last,
            inbox=row.key.kind == StreamKind.INBOX,
            glance=glance,
        )
        behind.append((priority, -row.key.year, row.id, planned))
    streams = tuple(planned for *_, planned in sorted(behind, key=lambda one: one[:3]))
    return PullPlan(streams=streams, own=tuple(own), elsewhere=loads.elsewhere)


class Pull:
    """Reads the frames of a plan one after the other; between two transactions it holds nothing but its place.

    What is written meanwhile comes along or waits for the next request.
    """

    def __init__(self, device: DeviceId, plan: PullPlan, *, frame_rows: int = 0) -> None:
        """`frame_rows`: the most rows of a frame; 0: FRAME_ROWS."""
        self._device = device
        self._frame_rows = frame_rows or FRAME_ROWS
        self._own = plan.own
        self._elsewhere = plan.elsewhere
        self._glances = plan.glances
        self._left = deque(plan.streams)
        self._place: PlannedStream | None = None
        self._sent: dict[RowKey, int] = {}
        self._letters_to_show = GLANCE_ROWS
        # The bytes of the records that were read so far.
        self.size = 0

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to read."""
        return self._place is None and not self._left

    def read(self, store: TenantStore, grants: Grants | None = None) -> Data | None:
        """The next frame, or None when there is none; `grants` as they are in this very transaction."""
        held = (grants or read_grants(store, self._device)).streams
        while self._place is not None or self._left:
            place = self._place or self._left.popleft()
            self._place = None
            granted = next((row for row in held if row.id == place.stream), None)
            if granted is None:
                continue
            if not place.glance:
                return self._page(store, granted, place)
            rows = self._newest(store, place)
            if rows:
                return self._counted(_frame(place.stream, 0, rows, own=(), sent=self._sent), rows)
        return None

    def read_some(self, store: TenantStore) -> list[Data]:
        """The next frame, with those after it if they are small, by what the device may have in this transaction."""
        grants, most = read_grants(store, self._device), self.size + TOGETHER_BYTES
        frames: list[Data] = []
        while not self.finished and self.size < most:
            frame = self.read(store, grants)
            if frame is not None:
                frames.append(frame)
        return frames

    def _counted(self, frame: Data, rows: Sequence[FeedRow]) -> Data:
        self.size += sum(len(row.payload) for row in rows)
        return frame

    def _page(self, store: TenantStore, stream: StreamRow, place: PlannedStream) -> Data:
        elsewhere = self._elsewhere if place.inbox else NOTHING
        rows = store.streams.page(
            stream.id, after=place.start, limit=self._frame_rows, gone_above=place.gone_above, unless_in=elsewhere
        )
        # In a hub's copy a row lies in all of its streams as soon as one of them has brought it: what lies beyond the
        # end of this one is told when it has come that far, for something before it may be missing here.
        rows = [row for row in rows if row.seq <= stream.last]
        fitting = _fitting(rows)
        last = len(fitting) == len(rows) < self._frame_rows
        cursor = stream.last if last else fitting[-1].seq
        if not last:
            self._place = msgspec.structs.replace(place, start=cursor)
        if self._glances and elsewhere and not place.start:
            told = {(row.kind, row.row_id) for row in fitting}
            newest = [row for row in self._newest(store, place) if (row.kind, row.row_id) not in told]
            # What finds no room comes with its segment.
            fitting = _fitting(fitting + newest, most_bytes=GLANCE_BYTES, most_packed=GLANCE_PACKED)
        return self._counted(_frame(stream.id, cursor, fitting, own=self._own, sent=self._sent), fitting)

    def _newest(self, store: TenantStore, place: PlannedStream) -> list[FeedRow]:
        """What somebody wants to see at once of a stream that comes as a segment."""
        kinds = (_LETTER, _DISPOSITION) if place.inbox else (_LETTER,)
        rows: list[FeedRow] = []
        for kind in kinds:
            limit = GLANCE_ROWS if place.inbox else self._letters_to_show
            rows += store.snapshot_rows.newest(place.stream, kind, limit=limit)
        rows = _fitting(rows, most_bytes=GLANCE_BYTES, most_packed=GLANCE_PACKED)
        if not place.inbox:
            self._letters_to_show -= len(rows)
        return rows


def blocks_of(rows: Sequence[FeedRow]) -> tuple[Block, ...]:
    """All of the rows as blocks, kind by kind."""
    return _frame(StreamId(0), 0, rows, own=(), sent={}).blocks


def _fitting(rows: list[FeedRow], *, most_bytes: int = FRAME_BYTES, most_packed: int = FRAME_PACKED) -> list[FeedRow]:
    """As many rows as one frame should carry; at least one, if there is one."""
    return rows[: how_many_fit((row.payload for row in rows), most_bytes=most_bytes, most_packed=most_packed)]


def _frame(
    stream: StreamId, cursor: int, rows: Sequence[FeedRow], *, own: Sequence[RevisionRange], sent: dict[RowKey, int]
) -> Data:
    """The rows as a frame; one that this reply has sent already is not named again.

    A record says itself in which streams it lies (`RecordKind.streams`), and the device asks it.
    """
    live = [row for row in rows if not row.gone and not any(span.first <= row.seq <= span.last for span in own)]
    new = [row for row in live if sent.get((row.kind, row.row_id)) != row.seq]
    sent.update({(row.kind, row.row_id): row.seq for row in new})
    frame = pack_rows(
        stream, in_order(Row(decode_record(row.kind, row.payload), row.seq) for row in new), cursor=cursor
    )
    gone: dict[int, list[bytes]] = {}
    for row in rows:
        if row.gone:
            gone.setdefault(row.kind, []).append(row.row_id)
    return msgspec.structs.replace(
        frame, blocks=(*frame.blocks, *(Block(kind=kind, gone=gone[kind]) for kind in sorted(gone)))
    )
