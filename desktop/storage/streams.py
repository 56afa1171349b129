"""Streams held by this PC, how far each is read, and which rows lie in which."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Column, Integer, LargeBinary, Table, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from core.domain.ids import OfficeId, StreamId
from core.domain.streams import StreamKey, StreamKind
from core.protocol.messages import StreamGrant
from desktop.storage.base import metadata
from desktop.storage.directory import position
from desktop.storage.proofs import proof_of
from sql.direct import kept

RowKey = tuple[int, bytes]

stream = Table(
    "stream",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Integer, nullable=False),
    Column("owner", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("cursor", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)
member = Table(
    "member",
    metadata,
    Column("kind", Integer, primary_key=True),
    Column("row_id", LargeBinary, primary_key=True),
    Column("stream", Integer, primary_key=True),
)
orphan = Table(
    "orphan",
    metadata,
    Column("kind", Integer, primary_key=True),
    Column("row_id", LargeBinary, primary_key=True),
)
shadow = Table(
    "shadow",
    metadata,
    Column("kind", Integer, primary_key=True),
    Column("row_id", LargeBinary, primary_key=True),
    Column("payload", LargeBinary, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)


_JOIN = "INSERT OR IGNORE INTO member (kind, row_id, stream) VALUES (?, ?, ?)"


class Shadow(msgspec.Struct, frozen=True):
    """The last server version of a row that own waiting ops have changed."""

    payload: bytes
    rev: int


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _of_others() -> Any:
    register = select(stream.c.id).where(stream.c.kind == StreamKind.REGISTER, stream.c.owner != bindparam("office"))
    inbox = (
        select(stream.c.id)
        .join(position, position.c.number == stream.c.owner)
        .where(stream.c.kind == StreamKind.INBOX, position.c.office != bindparam("office"))
    )
    return register.union_all(inbox).limit(1)


@kept
def _every() -> Any:
    return select(stream).order_by(stream.c.id)


@kept
def _grant() -> Any:
    statement = insert(stream)
    return statement.on_conflict_do_update(index_elements=[stream.c.id], set_={"priority": statement.excluded.priority})


@kept
def _move() -> Any:
    return (
        update(stream).where(stream.c.id == bindparam("of")).values(cursor=bindparam("to"), proof=bindparam("proved"))
    )


@kept
def _members() -> Any:
    return select(member.c.kind, member.c.row_id).where(member.c.stream == bindparam("of"))


@kept
def _leave() -> Any:
    which = (member.c.kind == bindparam("k"), member.c.row_id == bindparam("r"), member.c.stream == bindparam("s"))
    return delete(member).where(*which)


@kept
def _empty() -> Any:
    return delete(member).where(member.c.stream == bindparam("of"))


@kept
def _forget() -> Any:
    return delete(stream).where(stream.c.id == bindparam("of"))


@kept
def _suspect() -> Any:
    return insert(orphan).on_conflict_do_nothing()


@kept
def _any_suspect() -> Any:
    return select(orphan.c.kind).limit(1)


@kept
def _orphans() -> Any:
    in_stream = (
        select(member.c.stream).where(member.c.kind == orphan.c.kind, member.c.row_id == orphan.c.row_id).exists()
    )
    return select(orphan.c.kind, orphan.c.row_id).where(~in_stream)


@kept
def _forget_orphans() -> Any:
    return delete(orphan)


@kept
def _forget_orphan() -> Any:
    return delete(orphan).where(orphan.c.kind == bindparam("k"), orphan.c.row_id == bindparam("r"))


@kept
def _shadow() -> Any:
    mine = (shadow.c.kind == bindparam("k"), shadow.c.row_id == bindparam("r"))
    return select(shadow.c.payload, shadow.c.rev).where(*mine)


@kept
def _shadow_revisions() -> Any:
    return select(shadow.c.kind, shadow.c.row_id, shadow.c.rev)


@kept
def _put_shadow() -> Any:
    statement = insert(shadow)
    changing = {name: statement.excluded[name] for name in ("payload", "rev", "proof")}
    return statement.on_conflict_do_update(index_elements=[shadow.c.kind, shadow.c.row_id], set_=changing)


@kept
def _drop_shadow() -> Any:
    return delete(shadow).where(shadow.c.kind == bindparam("k"), shadow.c.row_id == bindparam("r"))


def stream_proof(row: Any, cursor: int) -> bytes:
    """What proves a stream that is read up to `cursor`."""
    return proof_of("stream", (row.id, row.kind, row.owner, row.level, row.year, cursor))


def shadow_proof(kind: int, row_id: bytes, payload: bytes) -> bytes:
    """What proves a server version."""
    return proof_of("shadow", (kind, row_id, payload))


def _key_of(key: StreamKey) -> tuple[int, int, int, int]:
    return (int(key.kind), key.owner, key.level, key.year)


class Streams:
    """The streams over one connection: they are few, and each frame asks for them again and again."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction, and no longer than it: what was read in it stays so until it is changed here."""
        self._connection = connection
        self._read: dict[StreamId, Any] | None = None
        self._cursors: dict[StreamId, int] = {}
        self._ids: dict[StreamKey, StreamId] | None = None

    def cursors(self) -> tuple[tuple[StreamId, int], ...]:
        """(stream, cursor) of every stream held, by the number of the stream."""
        self._held()
        return tuple(self._cursors.items())

    def cursor(self, number: StreamId) -> int | None:
        """How far a stream is read; None if it is not held."""
        self._held()
        return self._cursors.get(number)

    def directory_cursor(self) -> int:
        """Up to which revision the directory is known here; 0 while it is not."""
        held = self._held().values()
        return max((self._cursors[row.id] for row in held if row.kind == StreamKind.DIRECTORY), default=0)

    def ids(self) -> Mapping[StreamKey, StreamId]:
        """The number of every stream held, by its key."""
        held = self._held()
        if self._ids is None:
            self._ids = {
                StreamKey(kind=StreamKind(row.kind), owner=row.owner, level=row.level, year=row.year): number
                for number, row in held.items()
            }
        return self._ids

    def serves_only(self, office: OfficeId) -> bool:
        """Whether no stream held here can bring a letter of another office."""
        return self._connection.execute(_of_others(), {"office": office}).first() is None

    def grant(self, granted: Iterable[StreamGrant]) -> tuple[StreamId, ...]:
        """Take the whole list of streams that this PC may hold; the answer names those it held and may no longer.

        A server that was put back numbers its newer streams anew: where a number stands for another stream now, that
        one is read from its beginning, and the rows of the former one are suspect.
        """
        wanted = {grant.stream: grant for grant in granted}
        held = {number: key for key, number in self.ids().items()}
        for number, grant in wanted.items():
            if number in held and held[number] != grant.key:
                self.suspect(self.forget(number))
        rows = [
            {
                "id": number,
                "kind": int(grant.key.kind),
                "owner": grant.key.owner,
                "level": grant.key.level,
                "year": grant.key.year,
                "priority": grant.priority,
                "cursor": 0,
                "proof": proof_of("stream", (number, *_key_of(grant.key), 0)),
            }
            for number, grant in wanted.items()
        ]
        if rows:
            self._connection.execute(_grant(), rows)
            self._forget_read()
        return tuple(sorted(held.keys() - wanted.keys()))

    def advance(self, number: StreamId, cursor: int) -> None:
        """Move a cursor forward; never back."""
        row = self._held().get(number)
        if row is not None and cursor > self._cursors[number]:
            self._move(row, cursor)

    def put_cursor(self, number: StreamId, cursor: int) -> None:
        """Set a cursor, back too: the server's present count is what holds."""
        row = self._held().get(number)
        if row is not None:
            self._move(row, cursor)

    def _move(self, row: Any, cursor: int) -> None:
        proved = stream_proof(row, cursor)
        self._connection.execute(_move(), {"of": row.id, "to": cursor, "proved": proved})
        self._cursors[row.id] = cursor

    def _held(self) -> dict[StreamId, Any]:
        if self._read is None:
            self._read = {StreamId(row.id): row for row in self._connection.execute(_every())}
            self._cursors = {number: row.cursor for number, row in self._read.items()}
        return self._read

    def _forget_read(self) -> None:
        self._read = self._ids = None

    def members(self, number: StreamId) -> tuple[RowKey, ...]:
        """The rows that lie in a stream."""
        return tuple((kind, row_id) for kind, row_id in self._connection.execute(_members(), {"of": number}))

    def restart_one(self, number: StreamId) -> None:
        """Read a stream from its beginning: its rows are suspect until they come again."""
        self.suspect(self.members(number))
        self._connection.execute(_empty(), {"of": number})
        self.put_cursor(number, 0)

    def forget(self, number: StreamId) -> tuple[RowKey, ...]:
        """Drop a stream; the answer names the rows that lay in it."""
        keys = self.members(number)
        self._connection.execute(_empty(), {"of": number})
        self._connection.execute(_forget(), {"of": number})
        self._forget_read()
        return keys

    def join(self, number: StreamId, keys: Collection[RowKey]) -> None:
        """Note that rows lie in a stream."""
        rows = [(kind, row_id, number) for kind, row_id in set(keys)]
        if rows:
            # As text: a first visit does this for every row; to build the statement costs more than to run it.
            self._connection.exec_driver_sql(_JOIN, rows)

    def leave(self, number: StreamId, keys: Collection[RowKey]) -> None:
        """Note that rows left a stream; `take_orphans` tells later which lie in none."""
        rows = [{"k": kind, "r": row_id, "s": number} for kind, row_id in keys]
        if not rows:
            return
        self._connection.execute(_leave(), rows)
        self.suspect(keys)

    def suspect(self, keys: Collection[RowKey]) -> None:
        """Remember rows that may lie in no stream any more."""
        rows = [{"kind": kind, "row_id": row_id} for kind, row_id in keys]
        if rows:
            self._connection.execute(_suspect(), rows)

    def are_suspects(self) -> bool:
        """Whether any row may lie in no stream any more."""
        return self._connection.execute(_any_suspect()).first() is not None

    def take_orphans(self, among: Collection[RowKey] | None = None) -> tuple[RowKey, ...]:
        """The suspects that really lie in no stream; they are suspects no more.

        Those of `among` alone, or all: then the list is cleared.
        """
        keys = tuple((kind, row_id) for kind, row_id in self._connection.execute(_orphans()))
        if among is None:
            self._connection.execute(_forget_orphans())
            return keys
        wanted = set(among)
        found = tuple(key for key in keys if key in wanted)
        rows = [{"k": kind, "r": row_id} for kind, row_id in found]
        if rows:
            self._connection.execute(_forget_orphan(), rows)
        return found


class Shadows:
    """Server versions beneath own waiting ops."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction."""
        self._connection = connection

    def get(self, key: RowKey) -> Shadow | None:
        """The server version of a row, if one is kept."""
        row = self._connection.execute(_shadow(), {"k": key[0], "r": key[1]}).first()
        return None if row is None else Shadow(row.payload, row.rev)

    def revisions(self) -> dict[RowKey, int]:
        """The revision of every server version that is kept; they are as few as the rows that own ops wait on."""
        rows = self._connection.execute(_shadow_revisions())
        return {(kind, row_id): rev for kind, row_id, rev in rows}

    def put(self, key: RowKey, payload: bytes, rev: int) -> None:
        """Keep a server version."""
        proved = shadow_proof(key[0], key[1], payload)
        values = {"kind": key[0], "row_id": key[1], "payload": payload, "rev": rev, "proof": proved}
        self._connection.execute(_put_shadow(), values)

    def drop(self, keys: Collection[RowKey]) -> None:
        """Forget server versions that are no longer needed."""
        rows = [{"k": kind, "r": row_id} for kind, row_id in keys]
        if rows:
            self._connection.execute(_drop_shadow(), rows)
