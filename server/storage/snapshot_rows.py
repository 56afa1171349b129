"""Questions to the feed that only snapshots ask: what lives in a stream, what changed since, what is newest."""

from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import func, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from core.domain.ids import StreamId, TenantId
from core.domain.streams import StreamKey, StreamKind
from server.storage.records import RowKey
from server.storage.streams import FeedRow, StreamRow
from server.storage.tables import FEED, RECORD, STREAM


class LiveRow(msgspec.Struct, frozen=True):
    """A row that lies in a stream, with its revision."""

    kind: int
    payload: bytes
    rev: int


class SnapshotRows:
    """The feed of one tenant, as snapshots need it."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def streams(self, kind: StreamKind) -> list[StreamRow]:
        """Every stream of a kind."""
        rows = self._connection.execute(select(STREAM).where(STREAM.c.tenant == self._tenant, STREAM.c.kind == kind))
        return [
            StreamRow(
                id=StreamId(row.id),
                key=StreamKey(kind=StreamKind(row.kind), owner=row.owner, level=row.level, year=row.year),
                last=row.last,
            )
            for row in rows
        ]

    def changed_since(self, stream: StreamId, cursor: int) -> int:
        """How many rows of a stream are newer than number `cursor`; with 0, how many there are."""
        return int(
            self._connection.execute(
                select(func.count()).where(*self._in(stream), FEED.c.seq > cursor, FEED.c.gone.is_(False))
            ).scalar_one()
        )

    def left_since(self, cursors: Iterable[tuple[StreamId, int]]) -> bool:
        """Whether a row left one of the streams after the number given with it."""
        for stream, cursor in cursors:
            left = select(FEED.c.seq).where(*self._in(stream), FEED.c.seq > cursor, FEED.c.gone.is_(True)).limit(1)
            if self._connection.execute(left).first() is not None:
                return True
        return False

    def left(self, stream: StreamId) -> list[RowKey]:
        """Every row that once lay in a stream and does not any more."""
        rows = self._connection.execute(
            select(FEED.c.kind, FEED.c.row_id).where(*self._in(stream), FEED.c.gone.is_(True))
        )
        return [(row.kind, bytes(row.row_id)) for row in rows]

    def live(self, stream: StreamId) -> Iterator[LiveRow]:
        """Every row that lies in a stream."""
        rows = self._connection.execute(
            select(RECORD.c.kind, RECORD.c.payload, RECORD.c.rev)
            .select_from(FEED.join(RECORD, self._record_of_feed()))
            .where(*self._in(stream), FEED.c.gone.is_(False))
        )
        for row in rows:
            yield LiveRow(row.kind, row.payload, row.rev)

    def newest(self, stream: StreamId, kind: int, *, limit: int) -> list[FeedRow]:
        """The rows of one kind with the greatest ids: ids rise with the time at which the row was made."""
        rows = self._connection.execute(
            select(FEED.c.kind, FEED.c.row_id, FEED.c.seq, RECORD.c.payload)
            .select_from(FEED.join(RECORD, self._record_of_feed()))
            .where(*self._in(stream), FEED.c.kind == kind, FEED.c.gone.is_(False))
            .order_by(FEED.c.row_id.desc())
            .limit(limit)
        )
        return [FeedRow(kind=row.kind, row_id=row.row_id, seq=row.seq, gone=False, payload=row.payload) for row in rows]

    def _in(self, stream: StreamId) -> tuple[ColumnElement[bool], ...]:
        return FEED.c.tenant == self._tenant, FEED.c.stream == stream

    def _record_of_feed(self) -> ColumnElement[bool]:
        return (RECORD.c.tenant == FEED.c.tenant) & (RECORD.c.kind == FEED.c.kind) & (RECORD.c.id == FEED.c.row_id)
