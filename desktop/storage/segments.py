"""Segments that this PC is fetching: what came of each so far, and how much of that is in the tables.

The bytes lie in the store and not in a file: they are rows of letters, and on the disk only the store is encrypted.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Column, Integer, LargeBinary, Table, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from core.domain.ids import StreamId
from core.protocol.codec import decode, encode
from core.protocol.messages import Segment
from desktop.storage.base import metadata
from sql.direct import kept

segment = Table(
    "segment",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("streams", LargeBinary, nullable=False),
    Column("parts", Integer, nullable=False),
)
segment_bytes = Table(
    "segment_bytes",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)


class LoadingSegment(msgspec.Struct, frozen=True, kw_only=True):
    """A segment under way: `parts` of it are in the tables, `received` bytes of it are in the store."""

    sha256: bytes
    size: int
    rows: int
    streams: tuple[StreamId, ...]
    parts: int
    received: int


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _loading() -> Any:
    return select(segment).order_by(segment.c.place)


@kept
def _hashes() -> Any:
    return select(segment.c.sha256).order_by(segment.c.place)


class Segments:
    """The segments over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction."""
        self._connection = connection

    def loading(self) -> tuple[LoadingSegment, ...]:
        """Every segment that is not in the tables as a whole, in the order in which they are fetched."""
        rows = self._connection.execute(_loading())
        return tuple(
            LoadingSegment(
                sha256=row.sha256,
                size=row.size,
                rows=row.rows,
                streams=decode(row.streams, tuple[StreamId, ...]),
                parts=row.parts,
                received=self._received(row.sha256),
            )
            for row in rows.all()
        )

    def hashes(self) -> tuple[bytes, ...]:
        """The hashes of the segments under way."""
        return tuple(self._connection.execute(_hashes()).scalars())

    def add(self, wanted: Iterable[Segment]) -> None:
        """Fetch these too; one that has a stream of a segment under way is left out."""
        taken = {stream for one in self.loading() for stream in one.streams}
        place = len(taken) and (self._connection.execute(select(func.max(segment.c.place))).scalar() or 0) + 1
        for one in wanted:
            if taken.intersection(one.streams):
                continue
            taken.update(one.streams)
            values = {"sha256": one.sha256, "size": one.size, "rows": one.rows, "streams": encode(one.streams)}
            self._connection.execute(insert(segment).values(place=place, parts=0, **values))
            place += 1

    def append(self, sha256: bytes, start: int, data: bytes) -> bool:
        """Keep bytes that came; False if the segment is not wanted any more or somebody else has got them."""
        if sha256 not in self.hashes() or self._received(sha256) != start:
            return False
        if data:
            self._connection.execute(insert(segment_bytes).values(sha256=sha256, start=start, data=data))
        return True

    def content(self, sha256: bytes) -> Iterator[bytes]:
        """What came of a segment so far, in pieces."""
        query = select(segment_bytes.c.data).where(segment_bytes.c.sha256 == sha256).order_by(segment_bytes.c.start)
        yield from self._connection.execution_options(yield_per=8).execute(query).scalars()

    def hash_of(self, sha256: bytes) -> bytes:
        """The hash of what came of a segment so far."""
        digest = hashlib.sha256()
        for piece in self.content(sha256):
            digest.update(piece)
        return digest.digest()

    def note_parts(self, sha256: bytes, parts: int) -> None:
        """Note that so many parts are in the tables."""
        self._connection.execute(update(segment).where(segment.c.sha256 == sha256).values(parts=parts))

    def drop(self, sha256: bytes) -> None:
        """Forget a segment and what came of it."""
        self._connection.execute(delete(segment_bytes).where(segment_bytes.c.sha256 == sha256))
        self._connection.execute(delete(segment).where(segment.c.sha256 == sha256))

    def _received(self, sha256: bytes) -> int:
        length = func.length(segment_bytes.c.data)
        total = select(func.coalesce(func.sum(length), 0)).where(segment_bytes.c.sha256 == sha256)
        return int(self._connection.execute(total).scalar_one())
