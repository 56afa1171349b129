"""What is known of the segments made beforehand; their bytes lie in `segment_files`."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from core.domain.ids import StreamId, TenantId
from core.protocol.codec import decode, encode
from server.storage.statements import chunks
from server.storage.tables import SEGMENT
from sql.direct import kept

Family = tuple[int, int, int]


class SegmentStream(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One stream of a segment: the number up to which the segment knows it, and how many rows it has of it."""

    stream: StreamId
    cursor: int
    rows: int


class SegmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One segment. All its streams have the kind, owner and level named here, so whoever may read one may read all."""

    sha256: bytes
    kind: int
    owner: int
    level: int
    size: int
    made_ms: int
    streams: tuple[SegmentStream, ...]
    replaced_ms: int | None = None

    @property
    def family(self) -> Family:
        """Who may read it."""
        return self.kind, self.owner, self.level

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(one.rows for one in self.streams)


@kept
def _some() -> Any:
    mine = (SEGMENT.c.tenant == bindparam("tenant"), SEGMENT.c.sha256.in_(bindparam("hashes", expanding=True)))
    return select(SEGMENT).where(*mine)


@kept
def _all() -> Any:
    return select(SEGMENT).where(SEGMENT.c.tenant == bindparam("tenant")).order_by(SEGMENT.c.made_ms)


@kept
def _current() -> Any:
    # Each part of a family by itself: more than was asked for, in a statement that is built once.
    which = (
        SEGMENT.c.tenant == bindparam("tenant"),
        SEGMENT.c.kind.in_(bindparam("kinds", expanding=True)),
        SEGMENT.c.owner.in_(bindparam("owners", expanding=True)),
        SEGMENT.c.level.in_(bindparam("levels", expanding=True)),
        SEGMENT.c.replaced_ms.is_(None),
    )
    return select(SEGMENT).where(*which)


class SegmentTable:
    """The segments of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    @property
    def _mine(self) -> ColumnElement[bool]:
        return SEGMENT.c.tenant == self._tenant

    def all(self) -> list[SegmentRow]:
        """Every segment, also those that newer ones have replaced."""
        return self._rows(_all())

    def current(self, families: Collection[Family]) -> list[SegmentRow]:
        """The segments of these families that no newer one has replaced."""
        found: list[SegmentRow] = []
        wanted = set(families)
        for some in chunks(sorted(wanted)):
            kinds, owners, levels = (sorted(set(column)) for column in zip(*some, strict=True))
            rows = self._rows(_current(), kinds=kinds, owners=owners, levels=levels)
            found.extend(row for row in rows if row.family in wanted)
        return found

    def some(self, hashes: Sequence[bytes]) -> list[SegmentRow]:
        """Those of the segments that are known."""
        return self._rows(_some(), hashes=list(hashes))

    def add(self, row: SegmentRow) -> None:
        """Note a segment whose file is on the disk."""
        values = {**msgspec.structs.asdict(row), "streams": encode(row.streams), "tenant": self._tenant}
        self._connection.execute(insert(SEGMENT).values(**values))

    def replace(self, sha256: bytes, *, now_ms: int) -> None:
        """Offer a segment to nobody new; who fetches it already may go on."""
        self._connection.execute(
            update(SEGMENT).where(self._mine, SEGMENT.c.sha256 == sha256).values(replaced_ms=now_ms)
        )

    def remove(self, sha256: bytes) -> None:
        """Forget a segment."""
        self._connection.execute(delete(SEGMENT).where(self._mine, SEGMENT.c.sha256 == sha256))

    def _rows(self, wanted: Any, **named: Any) -> list[SegmentRow]:
        return [
            SegmentRow(
                sha256=row.sha256,
                kind=row.kind,
                owner=row.owner,
                level=row.level,
                size=row.size,
                made_ms=row.made_ms,
                replaced_ms=row.replaced_ms,
                streams=decode(row.streams, tuple[SegmentStream, ...]),
            )
            for row in self._connection.execute(wanted, {"tenant": self._tenant, **named})
        ]
