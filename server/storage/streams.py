"""Streams, and the feed: which row lies in which stream, and at which number it last changed there.

A row has one entry in a stream, which moves to the new number with every change: the feed stays compact, and a new
device downloads what lives and nothing else. What left a stream stays behind as a `gone` entry.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, func, or_, select, tuple_, union_all, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement, CompoundSelect, Select

from core.domain.ids import OfficeId, PositionId, StreamId, TenantId
from core.domain.streams import StreamKey, StreamKind
from core.protocol.digests import RowVersion
from server.storage.records import RowKey
from server.storage.statements import chunks, upsert
from server.storage.tables import FEED, RECORD, STREAM


class StreamRow(msgspec.Struct, frozen=True, kw_only=True):
    """A stream and the number of its newest entry."""

    id: StreamId
    key: StreamKey
    last: int


class FeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a stream; `payload` is empty where the row is gone."""

    kind: int
    row_id: bytes
    seq: int
    gone: bool
    payload: bytes


class FeedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is put into a stream, or that left it, at number `seq`."""

    stream: StreamKey
    row: RowKey
    seq: int
    gone: bool


class StreamTable:
    """The streams of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def reachable(self, *, positions: Collection[PositionId], offices: Collection[OfficeId]) -> list[StreamRow]:
        """The directory, the inboxes of `positions` and the registers of `offices`: a superset of what is granted."""
        mine = STREAM.c.tenant == self._tenant
        return self._rows(
            union_all(
                select(STREAM).where(mine, STREAM.c.kind == StreamKind.DIRECTORY),
                select(STREAM).where(mine, STREAM.c.kind == StreamKind.INBOX, STREAM.c.owner.in_(sorted(positions))),
                select(STREAM).where(mine, STREAM.c.kind == StreamKind.REGISTER, STREAM.c.owner.in_(sorted(offices))),
            )
        )

    def page(self, stream: StreamId, *, after: int, limit: int, gone_above: int) -> list[FeedRow]:
        """Up to `limit` entries of a stream above number `after`, in order, each with its record.

        Of the rows that left the stream only those that left after number `gone_above`.
        """
        found = select(FEED.c.kind, FEED.c.row_id, FEED.c.seq, FEED.c.gone, RECORD.c.payload).select_from(
            FEED.outerjoin(
                RECORD,
                and_(
                    RECORD.c.tenant == FEED.c.tenant,
                    RECORD.c.kind == FEED.c.kind,
                    RECORD.c.id == FEED.c.row_id,
                ),
            )
        )
        rows = self._connection.execute(
            found.where(
                FEED.c.tenant == self._tenant,
                FEED.c.stream == stream,
                FEED.c.seq > after,
                or_(FEED.c.gone.is_(False), FEED.c.seq > gone_above),
            )
            .order_by(FEED.c.seq)
            .limit(limit)
        )
        return [
            FeedRow(
                kind=row.kind,
                row_id=row.row_id,
                seq=row.seq,
                gone=row.gone,
                payload=b"" if row.gone else row.payload,
            )
            for row in rows
        ]

    def versions(self, stream: StreamId) -> list[RowVersion]:
        """(kind, row id, number) of everything that lies in a stream now."""
        rows = self._connection.execute(
            select(FEED.c.kind, FEED.c.row_id, FEED.c.seq).where(
                FEED.c.tenant == self._tenant, FEED.c.stream == stream, FEED.c.gone.is_(False)
            )
        )
        return [(row.kind, row.row_id, row.seq) for row in rows]

    def some(self, stream: StreamId, keys: Sequence[RowKey]) -> list[FeedRow]:
        """Those of the rows that lie in a stream now, by kind and number."""
        found: list[FeedRow] = []
        for kind in sorted({kind for kind, _ in keys}):
            for ids in chunks([row_id for of, row_id in keys if of == kind]):
                rows = self._connection.execute(
                    select(FEED.c.row_id, FEED.c.seq, RECORD.c.payload)
                    .join(
                        RECORD,
                        and_(
                            RECORD.c.tenant == FEED.c.tenant,
                            RECORD.c.kind == FEED.c.kind,
                            RECORD.c.id == FEED.c.row_id,
                        ),
                    )
                    .where(
                        FEED.c.tenant == self._tenant,
                        FEED.c.stream == stream,
                        FEED.c.kind == kind,
                        FEED.c.row_id.in_(ids),
                        FEED.c.gone.is_(False),
                    )
                )
                found.extend(
                    FeedRow(kind=kind, row_id=row.row_id, seq=row.seq, gone=False, payload=row.payload) for row in rows
                )
        return sorted(found, key=lambda row: (row.kind, row.seq))

    def holds_any(self, streams: Collection[StreamId], rows: Sequence[RowKey]) -> bool:
        """Whether one of the rows lies in one of the streams now."""
        # Kind by kind: SQLite finds pairs by an index only if the first of them is one value.
        for kind in sorted({kind for kind, _ in rows}):
            for ids in chunks([row_id for of, row_id in rows if of == kind]):
                found = self._connection.execute(
                    select(FEED.c.seq)
                    .where(
                        FEED.c.tenant == self._tenant,
                        FEED.c.stream.in_(sorted(streams)),
                        FEED.c.kind == kind,
                        FEED.c.row_id.in_(ids),
                        FEED.c.gone.is_(False),
                    )
                    .limit(1)
                )
                if found.first() is not None:
                    return True
        return False

    def put(self, changes: Sequence[FeedChange]) -> None:
        """Enter changes into the feed; makes streams that are not there yet. Needs the tenant's head locked."""
        if not changes:
            return
        ids = self._ids_of({change.stream for change in changes})
        rows = [
            {
                "tenant": self._tenant,
                "stream": ids[change.stream],
                "kind": change.row[0],
                "row_id": change.row[1],
                "seq": change.seq,
                "gone": change.gone,
            }
            for change in changes
        ]
        upsert(self._connection, FEED, rows=rows, changing=("seq", "gone"))
        self._raise_last(ids, changes)

    def _raise_last(self, ids: dict[StreamKey, int], changes: Iterable[FeedChange]) -> None:
        newest: dict[int, int] = {}
        for change in changes:
            stream = ids[change.stream]
            newest[stream] = max(change.seq, newest.get(stream, 0))
        self._connection.execute(
            update(STREAM)
            .where(STREAM.c.tenant == self._tenant, STREAM.c.id == bindparam("stream"))
            .values(last=bindparam("newest")),
            [{"stream": stream, "newest": last} for stream, last in sorted(newest.items())],
        )

    def _ids_of(self, keys: set[StreamKey]) -> dict[StreamKey, int]:
        known: dict[StreamKey, int] = {}
        for some in chunks(sorted(keys)):
            named = select(STREAM).where(STREAM.c.tenant == self._tenant, _is_one_of(some))
            known.update({row.key: row.id for row in self._rows(named)})
        missing = sorted(keys - known.keys())
        if missing:
            greatest = self._connection.execute(
                select(func.max(STREAM.c.id)).where(STREAM.c.tenant == self._tenant)
            ).scalar()
            made = {key: number for number, key in enumerate(missing, start=(greatest or 0) + 1)}
            self._connection.execute(
                STREAM.insert(),
                [
                    {"tenant": self._tenant, "id": number, **msgspec.structs.asdict(key), "last": 0}
                    for key, number in made.items()
                ],
            )
            known.update(made)
        return known

    def _rows(self, wanted: Select[Any] | CompoundSelect[Any]) -> list[StreamRow]:
        rows = self._connection.execute(wanted)
        return [
            StreamRow(
                id=StreamId(row.id),
                key=StreamKey(kind=StreamKind(row.kind), owner=row.owner, level=row.level, year=row.year),
                last=row.last,
            )
            for row in rows
        ]


def _is_one_of(keys: Sequence[StreamKey]) -> ColumnElement[bool]:
    columns = tuple_(STREAM.c.kind, STREAM.c.owner, STREAM.c.level, STREAM.c.year)
    return columns.in_([(int(key.kind), key.owner, key.level, key.year) for key in keys])
