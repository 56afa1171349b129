"""Streams, and the feed: which row lies in which stream, and at which number it last changed there.

A row has one entry in a stream, which moves to the new number with every change: the feed stays compact, and a new
device downloads what lives and nothing else. What left a stream stays behind as a `gone` entry.
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, func, or_, select, union_all
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement, CompoundSelect, Select

from core.domain.ids import OfficeId, PositionId, StreamId, TenantId
from core.domain.streams import DIRECTORY, StreamKey, StreamKind
from core.protocol.digests import RowVersion
from server.storage.arrays import packed
from server.storage.line import Rows
from server.storage.records import RowKey
from server.storage.statements import chunks, is_one_of, listed, upsert_all
from server.storage.tables import FEED, RECORD, STREAM
from server.storage.together import Answer, ask, ask_text
from sql.direct import kept

_KINDS: Mapping[int, StreamKind] = MappingProxyType({int(kind): kind for kind in StreamKind})
NOTHING: Mapping[StreamId, int] = MappingProxyType({})
_STREAM_COLUMNS = ("tenant", "id", "kind", "owner", "level", "year", "last")
_FEED_COLUMNS = ("tenant", "stream", "kind", "row_id", "seq", "gone")


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


class FeedChange(msgspec.Struct, frozen=True):
    """A row that is put into a stream, or that left it, at number `seq`."""

    stream: StreamKey
    row: RowKey
    seq: int
    gone: bool


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _reachable() -> CompoundSelect[Any]:
    mine = STREAM.c.tenant == bindparam("tenant")
    inbox = and_(STREAM.c.kind == StreamKind.INBOX, STREAM.c.owner.in_(bindparam("positions", expanding=True)))
    register = and_(STREAM.c.kind == StreamKind.REGISTER, STREAM.c.owner.in_(bindparam("offices", expanding=True)))
    return union_all(
        select(STREAM).where(mine, STREAM.c.kind == StreamKind.DIRECTORY),
        select(STREAM).where(mine, inbox),
        select(STREAM).where(mine, register),
    )


@kept
def _of_owners() -> Select[Any]:
    return select(STREAM).where(
        STREAM.c.tenant == bindparam("tenant"),
        STREAM.c.kind.in_(bindparam("kinds", expanding=True)),
        STREAM.c.owner.in_(bindparam("owners", expanding=True)),
    )


# So SQLite is asked. OFFSET makes PostgreSQL look up the streams of each owner: it read all of the tenant as long as
# these were few or not counted, and went on when they were many.
_AT_ONCE = """
    SELECT s.*
    FROM unnest(%b::integer[], %b::integer[]) AS wanted (kind, owner)
    CROSS JOIN LATERAL (
        SELECT tenant, id, kind, owner, level, year, last FROM stream
        WHERE tenant = %b AND kind = wanted.kind AND owner = wanted.owner OFFSET 0
    ) AS s
"""


@kept
def _page(elsewhere: int) -> Any:
    """The entries of a stream, without those that lie in one of so many others as well."""
    # What is newer than all that a stream had then is not looked for in it: mostly, one look a row is left.
    lies_nowhere = [or_(FEED.c.seq > bindparam(f"upto{place}"), ~_lies_in(place)) for place in range(elsewhere)]
    return (
        select(FEED.c.kind, FEED.c.row_id, FEED.c.seq, FEED.c.gone, RECORD.c.payload)
        .select_from(FEED.outerjoin(RECORD, _its_record()))
        .where(
            FEED.c.tenant == bindparam("tenant"),
            FEED.c.stream == bindparam("of"),
            FEED.c.seq > bindparam("after"),
            or_(FEED.c.gone.is_(False), FEED.c.seq > bindparam("gone_above")),
            *lies_nowhere,
        )
        .order_by(FEED.c.seq)
        .limit(bindparam("most"))
    )


def _lies_in(place: int) -> ColumnElement[bool]:
    other = FEED.alias()
    same_row = and_(other.c.kind == FEED.c.kind, other.c.row_id == FEED.c.row_id)
    return (
        select(other.c.seq)
        .where(other.c.tenant == bindparam("tenant"), other.c.stream == bindparam(f"other{place}"), same_row)
        .where(other.c.seq <= bindparam(f"upto{place}"), other.c.gone.is_(False))
        .exists()
    )


@kept
def _versions() -> Any:
    return select(FEED.c.kind, FEED.c.row_id, FEED.c.seq).where(
        FEED.c.tenant == bindparam("tenant"), FEED.c.stream == bindparam("of"), FEED.c.gone.is_(False)
    )


@kept
def _some(dialect: str) -> Any:
    return (
        select(FEED.c.row_id, FEED.c.seq, RECORD.c.payload)
        .join(RECORD, _its_record())
        .where(
            FEED.c.tenant == bindparam("tenant"),
            FEED.c.stream == bindparam("of"),
            FEED.c.kind == bindparam("kind"),
            is_one_of(dialect, FEED.c.row_id, "ids"),
            FEED.c.gone.is_(False),
        )
    )


def _its_record() -> ColumnElement[bool]:
    return and_(RECORD.c.tenant == FEED.c.tenant, RECORD.c.kind == FEED.c.kind, RECORD.c.id == FEED.c.row_id)


@kept
def _greatest() -> Any:
    return select(func.max(STREAM.c.id)).where(STREAM.c.tenant == bindparam("tenant"))


@kept
def _make() -> Any:
    return STREAM.insert()


@kept
def _any_of() -> Any:
    which = (
        FEED.c.tenant == bindparam("tenant"),
        FEED.c.stream.in_(bindparam("streams", expanding=True)),
        FEED.c.kind == bindparam("kind"),
        FEED.c.row_id.in_(bindparam("ids", expanding=True)),
        FEED.c.gone.is_(False),
    )
    return select(FEED.c.seq).where(*which).limit(1)


class StreamTable:
    """The streams of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant
        self._held: dict[StreamKey, StreamRow] = {}
        self._held_of: set[tuple[int, int]] = set()

    def reachable(self, *, positions: Collection[PositionId], offices: Collection[OfficeId]) -> list[StreamRow]:
        """The directory, the inboxes of `positions` and the registers of `offices`: a superset of what is granted."""
        owned = _owned(positions, offices)
        if owned == self._held_of:
            return list(self._held.values())
        if owned <= self._held_of:
            return [row for row in self._held.values() if (row.key.kind, row.key.owner) in owned]
        return self._ask_reachable(positions, offices)()

    def hold(self, *, positions: Collection[PositionId], offices: Collection[OfficeId]) -> Answer[None]:
        """Read what is `reachable`, for a transaction that has locked the head: it is not read again, for it holds."""
        found = self._ask_reachable(positions, offices)

        def answer() -> None:
            self._held.update({row.key: row for row in found()})
            self._held_of.update(_owned(positions, offices))

        return answer

    def _ask_reachable(
        self, positions: Collection[PositionId], offices: Collection[OfficeId]
    ) -> Answer[list[StreamRow]]:
        if self._connection.dialect.name == "sqlite":
            return self._ask(_reachable(), positions=sorted(positions), offices=sorted(offices))
        return self._ask_owned(_owned(positions, offices))

    def all(self) -> list[StreamRow]:
        """Every stream."""
        return self._rows(select(STREAM).where(STREAM.c.tenant == self._tenant))

    def counts(
        self, offices: Collection[OfficeId], positions: Collection[PositionId]
    ) -> list[tuple[int, int, int, int]]:
        """(kind, owner, level, rows) of the registers of offices, all years together, and of inboxes."""
        found: list[tuple[int, int, int, int]] = []
        lies = and_(FEED.c.tenant == STREAM.c.tenant, FEED.c.stream == STREAM.c.id, FEED.c.gone.is_(False))
        keys = (STREAM.c.kind, STREAM.c.owner, STREAM.c.level)
        for kind, owners in ((StreamKind.REGISTER, offices), (StreamKind.INBOX, positions)):
            for part in chunks(sorted(owners)):
                wanted = (STREAM.c.tenant == self._tenant, STREAM.c.kind == kind, STREAM.c.owner.in_(part))
                counted = (
                    select(*keys, func.count()).select_from(STREAM.join(FEED, lies)).where(*wanted).group_by(*keys)
                )
                found += [(row[0], row[1], row[2], row[3]) for row in self._connection.execute(counted)]
        return sorted(found)

    def changed_since(self, seq: int) -> list[StreamRow]:
        """The streams with something newer than that number."""
        return self._rows(select(STREAM).where(STREAM.c.tenant == self._tenant, STREAM.c.last > seq))

    def page(
        self,
        stream: StreamId,
        *,
        after: int,
        limit: int,
        gone_above: int,
        unless_in: Mapping[StreamId, int] = NOTHING,
    ) -> list[FeedRow]:
        """Up to `limit` entries of a stream above number `after`, in order, each with its record.

        Of the rows that left the stream only those that left after number `gone_above`. Rows that lie in one of the
        streams `unless_in` too, unchanged since the number given with it, are left out.
        """
        values = {"tenant": self._tenant, "of": stream, "after": after, "gone_above": gone_above, "most": limit}
        for place, (other, upto) in enumerate(sorted(unless_in.items())):
            values |= {f"other{place}": other, f"upto{place}": upto}
        rows = self._connection.execute(_page(len(unless_in)), values)
        return [
            FeedRow(kind=kind, row_id=row_id, seq=seq, gone=gone, payload=b"" if gone else payload)
            for kind, row_id, seq, gone, payload in rows
        ]

    def versions(self, stream: StreamId) -> list[RowVersion]:
        """(kind, row id, number) of everything that lies in a stream now."""
        rows = self._connection.execute(_versions(), {"tenant": self._tenant, "of": stream})
        return [(row.kind, row.row_id, row.seq) for row in rows]

    def some(self, stream: StreamId, keys: Sequence[RowKey]) -> list[FeedRow]:
        """Those of the rows that lie in a stream now, by kind and number."""
        found: list[FeedRow] = []
        dialect = self._connection.dialect.name
        for kind in sorted({kind for kind, _ in keys}):
            for ids in chunks([row_id for of, row_id in keys if of == kind]):
                values = {
                    "tenant": self._tenant,
                    "of": stream,
                    "kind": kind,
                    "ids": listed(dialect, FEED.c.row_id, ids),
                }
                rows = self._connection.execute(_some(dialect), values)
                found.extend(
                    FeedRow(kind=kind, row_id=row.row_id, seq=row.seq, gone=False, payload=row.payload) for row in rows
                )
        return sorted(found, key=lambda row: (row.kind, row.seq))

    def holds_any(self, streams: Collection[StreamId], rows: Sequence[RowKey]) -> bool:
        """Whether one of the rows lies in one of the streams now."""
        # Kind by kind: SQLite finds pairs by an index only if the first of them is one value.
        for kind in sorted({kind for kind, _ in rows}):
            for ids in chunks([row_id for of, row_id in rows if of == kind]):
                values = {"tenant": self._tenant, "streams": sorted(streams), "kind": kind, "ids": list(ids)}
                found = self._connection.execute(_any_of(), values)
                if found.first() is not None:
                    return True
        return False

    def put(self, changes: Sequence[FeedChange], before: Mapping[StreamKey, StreamRow]) -> None:
        """Enter changes into the feed; `before` are its streams (`with_keys`). Needs the tenant's head locked."""
        rows = [(self._tenant, before[one.stream].id, one.row[0], one.row[1], one.seq, one.gone) for one in changes]
        upsert_all(self._connection, FEED, _FEED_COLUMNS, rows=rows, changing=("seq", "gone"))
        self._raise_last(before, changes)

    def _raise_last(self, before: Mapping[StreamKey, StreamRow], changes: Sequence[FeedChange]) -> None:
        newest: dict[StreamKey, int] = {}
        for one in changes:
            newest[one.stream] = max(one.seq, newest.get(one.stream, 0))
        raised = sorted((before[key].id, key, last) for key, last in newest.items())
        # As if they were made, so that each is found by its number: to change some rows of many, PostgreSQL reads all
        # streams of the tenant, and compares each with all that are changed, as long as it has not counted them.
        rows = [(self._tenant, number, key.kind, key.owner, key.level, key.year, last) for number, key, last in raised]
        upsert_all(self._connection, STREAM, _STREAM_COLUMNS, rows=rows, changing=("last",))
        for number, key, last in raised:
            if key in self._held:
                self._held[key] = StreamRow(id=number, key=key, last=last)

    def with_keys(self, keys: Collection[StreamKey]) -> dict[StreamKey, StreamRow]:
        """The streams as they are now; makes those that are not there yet. Needs the tenant's head locked."""
        held = {key: self._held[key] for key in keys if key in self._held}
        return held if len(held) == len(keys) else held | self._read_or_make({key for key in keys if key not in held})

    def _read_or_make(self, keys: Collection[StreamKey]) -> dict[StreamKey, StreamRow]:
        # More than was asked for, the other levels and years of the same owners: one statement for any set of keys.
        known = {row.key: row for row in self._ask_owners(keys)() if row.key in keys}
        missing = sorted(key for key in keys if key not in known)
        if missing:
            greatest = self._connection.execute(_greatest(), {"tenant": self._tenant}).scalar()
            made = [
                StreamRow(id=StreamId(number), key=key, last=0)
                for number, key in enumerate(missing, start=(greatest or 0) + 1)
            ]
            self._connection.execute(
                _make(),
                [{"tenant": self._tenant, "id": row.id, **msgspec.structs.asdict(row.key), "last": 0} for row in made],
            )
            known.update({row.key: row for row in made})
        self._held.update({row.key: row for row in known.values() if (row.key.kind, row.key.owner) in self._held_of})
        return known

    def _ask_owners(self, keys: Collection[StreamKey]) -> Answer[list[StreamRow]]:
        """At least the streams with these keys that there are."""
        owned = {(int(key.kind), key.owner) for key in keys}
        if self._connection.dialect.name == "sqlite":
            kinds, owners = sorted({kind for kind, _ in owned}), sorted({owner for _, owner in owned})
            return self._ask(_of_owners(), kinds=kinds, owners=owners)
        return self._ask_owned(owned)

    def _ask_owned(self, owned: Collection[tuple[int, int]]) -> Answer[list[StreamRow]]:
        """The streams of these kinds and owners; of PostgreSQL."""
        kinds, owners = zip(*sorted(owned), strict=True)
        values = (packed(STREAM.c.kind.type, kinds), packed(STREAM.c.owner.type, owners), int(self._tenant))
        rows = ask_text(self._connection, _AT_ONCE, values)
        return lambda: _read(rows())

    def _ask(self, wanted: Select[Any] | CompoundSelect[Any], **named: Sequence[int]) -> Answer[list[StreamRow]]:
        rows = ask(self._connection, wanted, {"tenant": self._tenant, **named})
        return lambda: _read(rows())

    def _rows(self, wanted: Select[Any]) -> list[StreamRow]:
        return _read(ask(self._connection, wanted, {})())


def _read(rows: Rows) -> list[StreamRow]:
    return [
        StreamRow(
            id=StreamId(number),
            key=StreamKey(kind=_KINDS[kind], owner=owner, level=level, year=year),
            last=last,
        )
        for _, number, kind, owner, level, year, last in rows
    ]


def _owned(positions: Collection[PositionId], offices: Collection[OfficeId]) -> set[tuple[int, int]]:
    """Kind and owner of the directory, of inboxes and of registers."""
    inboxes = ((int(StreamKind.INBOX), int(position)) for position in positions)
    registers = ((int(StreamKind.REGISTER), int(office)) for office in offices)
    return {(int(DIRECTORY.kind), DIRECTORY.owner), *inboxes, *registers}
