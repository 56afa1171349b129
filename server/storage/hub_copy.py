"""A hub's copy of the server's feed: the same streams, numbers and records, in the same tables.

A row lies in the streams that its record names. The server sends it once in a reply, so the copy enters it into all
of them; what it lay in before and names no more is marked as gone there at once: nobody reads it by an old right.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.engine import Connection

from core.domain.ids import StreamId, TenantId
from core.domain.streams import StreamKey, StreamKind
from core.protocol.codec import encode
from server.storage.overwritten import note_overwritten
from server.storage.records import RowKey
from server.storage.statements import chunks, upsert
from server.storage.streams import StreamRow
from server.storage.tables import BLOB_REF, FEED, RECORD, SEGMENT, STREAM, TENANT
from sql.direct import kept

# (stream, kind, row id, number, gone)
_Entry = tuple[StreamId, int, bytes, int, bool]
_NO_FIELDS = encode({})


# Every visit asks for the streams, several times: building the statement costs more than running it.
@kept
def _streams() -> Any:
    return select(STREAM).where(STREAM.c.tenant == bindparam("tenant")).order_by(STREAM.c.id)


@kept
def _numbers() -> Any:
    of = (RECORD.c.tenant == bindparam("tenant"), RECORD.c.kind == bindparam("kind"))
    return select(RECORD.c.id, RECORD.c.rev).where(*of, RECORD.c.id.in_(bindparam("ids", expanding=True)))


@kept
def _lying() -> Any:
    return select(FEED.c.stream, FEED.c.row_id).where(
        FEED.c.tenant == bindparam("tenant"),
        FEED.c.stream.in_(bindparam("streams", expanding=True)),
        FEED.c.kind == bindparam("kind"),
        FEED.c.row_id.in_(bindparam("ids", expanding=True)),
        FEED.c.gone.is_(False),
    )


@kept
def _forgetting_files() -> Any:
    of = (BLOB_REF.c.tenant == bindparam("of"), BLOB_REF.c.kind == bindparam("what"))
    return delete(BLOB_REF).where(*of, BLOB_REF.c.row_id.in_(bindparam("ids", expanding=True)))


@kept
def _reach() -> Any:
    where = (STREAM.c.tenant == bindparam("of"), STREAM.c.id == bindparam("number"))
    return update(STREAM).where(*where).values(last=bindparam("to"))


@kept
def _named() -> Any:
    return select(BLOB_REF.c.sha256).where(BLOB_REF.c.tenant == bindparam("tenant")).distinct()


class CopiedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row as the server sent it: where it lies, what it refers to, its bytes and its number."""

    kind: int
    row_id: bytes
    rev: int
    payload: bytes
    streams: tuple[StreamKey, ...]
    files: tuple[bytes, ...]


class HubCopy:
    """The copy of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def streams(self) -> list[StreamRow]:
        """The streams of the copy; `last` is how far each of them is here."""
        rows = self._connection.execute(_streams(), {"tenant": self._tenant})
        return [
            StreamRow(
                id=StreamId(row.id),
                key=StreamKey(kind=StreamKind(row.kind), owner=row.owner, level=row.level, year=row.year),
                last=row.last,
            )
            for row in rows
        ]

    def hold(self, granted: Mapping[StreamId, StreamKey]) -> None:
        """Hold these streams from now on, and nothing of any other."""
        held = {row.id for row in self.streams()}
        for stream in sorted(held - granted.keys()):
            self._connection.execute(delete(FEED).where(FEED.c.tenant == self._tenant, FEED.c.stream == stream))
            self._connection.execute(delete(STREAM).where(STREAM.c.tenant == self._tenant, STREAM.c.id == stream))
        rows = [
            {"tenant": self._tenant, "id": stream, **msgspec.structs.asdict(granted[stream]), "last": 0}
            for stream in sorted(granted.keys() - held)
        ]
        if rows:
            self._connection.execute(insert(STREAM), rows)
        self._sweep()

    def begin_again(self, feed_epoch: int) -> None:
        """Drop everything: the server counts anew."""
        for table in (FEED, STREAM, RECORD, BLOB_REF, SEGMENT):
            self._connection.execute(delete(table).where(table.c.tenant == self._tenant))
        note_overwritten(self._connection)
        self._connection.execute(update(TENANT).where(TENANT.c.id == self._tenant).values(feed_epoch=feed_epoch))

    def forget(self, streams: Sequence[StreamId]) -> None:
        """Drop what is here of these streams: they are read from their beginning."""
        for stream in streams:
            self._connection.execute(delete(FEED).where(FEED.c.tenant == self._tenant, FEED.c.stream == stream))
        mine = (STREAM.c.tenant == self._tenant, STREAM.c.id.in_(sorted(streams)))
        self._connection.execute(update(STREAM).where(*mine).values(last=0))
        self._sweep()

    def take(
        self, stream: StreamId, cursor: int, *, rows: Sequence[CopiedRow], gone: Sequence[tuple[int, bytes]]
    ) -> None:
        """Enter one frame of a stream, with its cursor; 0 in a segment's part that does not end the stream."""
        ids = {row.key: row.id for row in self.streams()}
        known, lying = self._known(rows, sorted(ids.values()))
        fresh = [row for row in rows if known.get((row.kind, row.row_id), 0) <= row.rev]
        entries: list[_Entry] = []
        for row in fresh:
            lies_in = {ids[key] for key in row.streams if key in ids}
            left = lying.get((row.kind, row.row_id), set()) - lies_in
            entries += [(one, row.kind, row.row_id, row.rev, False) for one in sorted(lies_in)]
            entries += [(one, row.kind, row.row_id, row.rev, True) for one in sorted(left)]
        self._records(fresh)
        self._files(fresh)
        self._feed(entries)
        self._feed([(stream, kind, row_id, cursor, True) for kind, row_id in gone])
        if cursor:
            self._connection.execute(_reach(), {"of": self._tenant, "number": stream, "to": cursor})
        if gone:
            self._sweep()

    def files(self) -> set[bytes]:
        """The files that rows of the copy refer to."""
        named = self._connection.execute(_named(), {"tenant": self._tenant}).scalars()
        return {bytes(sha256) for sha256 in named}

    def _known(
        self, rows: Sequence[CopiedRow], streams: Sequence[StreamId]
    ) -> tuple[dict[RowKey, int], dict[RowKey, set[StreamId]]]:
        """The numbers of those rows that are here, and the streams in which they lie."""
        known: dict[RowKey, int] = {}
        lying: dict[RowKey, set[StreamId]] = {}
        for kind in sorted({row.kind for row in rows}):
            for some in chunks([row.row_id for row in rows if row.kind == kind]):
                found = self._connection.execute(_numbers(), {"tenant": self._tenant, "kind": kind, "ids": some})
                known.update({(kind, one.id): one.rev for one in found})
        for kind in sorted({kind for kind, _ in known}):
            for some in chunks([row_id for of, row_id in known if of == kind]):
                values = {"tenant": self._tenant, "streams": list(streams), "kind": kind, "ids": some}
                entries = self._connection.execute(_lying(), values)
                for entry in entries:
                    lying.setdefault((kind, entry.row_id), set()).add(StreamId(entry.stream))
        return known, lying

    def _records(self, rows: Sequence[CopiedRow]) -> None:
        values = [
            {
                "tenant": self._tenant,
                "kind": row.kind,
                "id": row.row_id,
                "rev": row.rev,
                "payload": row.payload,
                "field_revs": _NO_FIELDS,
            }
            for row in rows
        ]
        upsert(self._connection, RECORD, rows=values, changing=("rev", "payload"))

    def _files(self, rows: Sequence[CopiedRow]) -> None:
        for kind in sorted({row.kind for row in rows}):
            for some in chunks([row.row_id for row in rows if row.kind == kind]):
                self._connection.execute(_forgetting_files(), {"of": self._tenant, "what": kind, "ids": some})
        values = [
            {"tenant": self._tenant, "sha256": sha256, "kind": row.kind, "row_id": row.row_id}
            for row in rows
            for sha256 in sorted(set(row.files))
        ]
        if values:
            self._connection.execute(insert(BLOB_REF), values)

    def _feed(self, entries: Sequence[_Entry]) -> None:
        rows = [
            {"tenant": self._tenant, "stream": stream, "kind": kind, "row_id": row_id, "seq": seq, "gone": gone}
            for stream, kind, row_id, seq, gone in entries
        ]
        upsert(self._connection, FEED, rows=rows, changing=("seq", "gone"))

    def _sweep(self) -> None:
        """Drop records that lie in no stream of the copy any more, and what is known of their files."""
        lies = exists().where(
            FEED.c.tenant == RECORD.c.tenant,
            FEED.c.stream.in_([row.id for row in self.streams()]),
            FEED.c.kind == RECORD.c.kind,
            FEED.c.row_id == RECORD.c.id,
            FEED.c.gone.is_(False),
        )
        if self._connection.execute(delete(RECORD).where(RECORD.c.tenant == self._tenant, ~lies)).rowcount:
            note_overwritten(self._connection)
        here = exists().where(
            RECORD.c.tenant == BLOB_REF.c.tenant, RECORD.c.kind == BLOB_REF.c.kind, RECORD.c.id == BLOB_REF.c.row_id
        )
        self._connection.execute(delete(BLOB_REF).where(BLOB_REF.c.tenant == self._tenant, ~here))
