"""Records of any kind, as bytes with a revision."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from core.domain.ids import LetterId, TenantId
from core.protocol.codec import decode, encode
from server.storage.arrays import packed
from server.storage.line import Rows
from server.storage.statements import append, chunks, is_one_of, listed, upsert_all
from server.storage.tables import ABOUT, RECORD
from server.storage.together import Answer, ask, ask_text
from sql.direct import kept

RowKey = tuple[int, bytes]
NO_REVISIONS: Mapping[str, int] = MappingProxyType({})
_NOTHING = encode({})


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _several(dialect: str) -> Select[Any]:
    return select(RECORD.c.kind, RECORD.c.id, RECORD.c.payload, RECORD.c.rev, RECORD.c.field_revs).where(
        RECORD.c.tenant == bindparam("tenant"),
        RECORD.c.kind == bindparam("kind"),
        is_one_of(dialect, RECORD.c.id, "ids"),
    )


# PostgreSQL is asked once for records of any number of kinds. OFFSET makes it look each of them up by its key: it read
# all records of the tenant through for every group while the table was new, or not large.
_AT_ONCE = """
    SELECT r.kind, r.id, r.payload, r.rev, r.field_revs
    FROM unnest(%b::integer[], %b::bytea[]) AS wanted (kind, id)
    CROSS JOIN LATERAL (
        SELECT * FROM record WHERE tenant = %b AND kind = wanted.kind AND id = wanted.id OFFSET 0
    ) AS r
"""


@kept
def _one() -> Select[Any]:
    return select(RECORD.c.payload, RECORD.c.rev, RECORD.c.field_revs).where(
        RECORD.c.tenant == bindparam("tenant"), RECORD.c.kind == bindparam("kind"), RECORD.c.id == bindparam("row_id")
    )


@kept
def _payloads(dialect: str) -> Select[Any]:
    mine = (RECORD.c.tenant == bindparam("tenant"), RECORD.c.kind == bindparam("kind"))
    return select(RECORD.c.payload).where(*mine, is_one_of(dialect, RECORD.c.id, "ids"))


@kept
def _revisions(dialect: str) -> Select[Any]:
    mine = (RECORD.c.tenant == bindparam("tenant"), RECORD.c.kind == bindparam("kind"))
    return select(RECORD.c.id, RECORD.c.rev).where(*mine, is_one_of(dialect, RECORD.c.id, "ids"))


@kept
def _of_kind() -> Any:
    mine = (RECORD.c.tenant == bindparam("tenant"), RECORD.c.kind == bindparam("kind"))
    return select(RECORD.c.payload).where(*mine).order_by(RECORD.c.id)


@kept
def _first_id() -> Any:
    mine = (RECORD.c.tenant == bindparam("tenant"), RECORD.c.kind == bindparam("kind"))
    return select(RECORD.c.id).where(*mine).order_by(RECORD.c.id).limit(1)


@kept
def _about() -> Any:
    mine = (ABOUT.c.tenant == bindparam("tenant"), ABOUT.c.letter == bindparam("letter"))
    return select(ABOUT.c.kind, ABOUT.c.row_id).where(*mine)


class StoredRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record as it is kept; `field_revs` names only fields that changed since the record was made."""

    payload: bytes
    rev: int
    field_revs: dict[str, int]


class WalkedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the whole table, with nothing of it decoded."""

    key: RowKey
    rev: int
    payload: bytes
    packed_field_revs: bytes


_PART = 500
_COLUMNS = ("tenant", "kind", "id", "rev", "payload", "field_revs")


class RecordTable:
    """The records of one tenant; a key is (kind code, row id)."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def get(self, key: RowKey) -> StoredRecord | None:
        """The record, or None."""
        kind, row_id = key
        row = self._connection.execute(_one(), {"tenant": self._tenant, "kind": kind, "row_id": row_id}).one_or_none()
        if row is None:
            return None
        return StoredRecord(payload=row.payload, rev=row.rev, field_revs=_read_revisions(row.field_revs))

    def several(self, keys: Collection[RowKey]) -> dict[RowKey, StoredRecord]:
        """Those of the records that exist."""
        return self.ask(keys)()

    def ask(self, keys: Collection[RowKey]) -> Answer[dict[RowKey, StoredRecord]]:
        """Those of the records that exist."""
        asked = self._ask_kind_by_kind(keys) if self._connection.dialect.name == "sqlite" else self._ask_at_once(keys)

        def answer() -> dict[RowKey, StoredRecord]:
            return {
                (kind, row_id): StoredRecord(payload=payload, rev=rev, field_revs=_read_revisions(field_revs))
                for rows in asked
                for kind, row_id, payload, rev, field_revs in rows()
            }

        return answer

    def _ask_at_once(self, keys: Collection[RowKey]) -> list[Answer[Rows]]:
        if not keys:
            return []
        kinds, ids = zip(*sorted(keys), strict=True)
        values = (packed(RECORD.c.kind.type, kinds), packed(RECORD.c.id.type, ids), int(self._tenant))
        return [ask_text(self._connection, _AT_ONCE, values)]

    def _ask_kind_by_kind(self, keys: Collection[RowKey]) -> list[Answer[Rows]]:
        # SQLite finds pairs by an index only if the first of them is one value.
        return [
            ask(self._connection, _several("sqlite"), {"tenant": self._tenant, "kind": kind, "ids": ids})
            for kind in sorted({kind for kind, _ in keys})
            for ids in chunks(sorted(row_id for of, row_id in keys if of == kind))
        ]

    def about(self, letter: LetterId) -> dict[RowKey, StoredRecord]:
        """The records that speak of a letter."""
        named = self._connection.execute(_about(), {"tenant": self._tenant, "letter": letter})
        return self.several({(row.kind, bytes(row.row_id)) for row in named})

    def note_about(self, named: Sequence[tuple[LetterId, RowKey]]) -> None:
        """Note of which letters new records speak."""
        rows = [
            {"tenant": self._tenant, "letter": letter, "kind": kind, "row_id": row_id}
            for letter, (kind, row_id) in named
        ]
        append(self._connection, ABOUT, rows=rows)

    def revisions(self, keys: Collection[RowKey]) -> dict[RowKey, int]:
        """The revisions of those records that exist."""
        found: dict[RowKey, int] = {}
        dialect = self._connection.dialect.name
        # Kind by kind: SQLite finds pairs by an index only if the first of them is one value.
        for kind in sorted({kind for kind, _ in keys}):
            for ids in chunks([row_id for of, row_id in keys if of == kind]):
                values = {"tenant": self._tenant, "kind": kind, "ids": listed(dialect, RECORD.c.id, ids)}
                rows = self._connection.execute(_revisions(dialect), values)
                found.update({(kind, row.id): row.rev for row in rows})
        return found

    def of_kind(self, kind: int) -> list[bytes]:
        """The payloads of all records of one kind, in the order of their ids; for small kinds only."""
        rows = self._connection.execute(_of_kind(), {"tenant": self._tenant, "kind": kind})
        return [row.payload for row in rows]

    def by_revision(self) -> Iterator[WalkedRecord]:
        """All records in the order in which they last changed, as they lie there, a few hundred in memory at a time."""
        mine = select(RECORD).where(RECORD.c.tenant == self._tenant).order_by(RECORD.c.rev)
        for row in self._connection.execute(mine, execution_options={"yield_per": _PART}):
            yield WalkedRecord(
                key=(row.kind, row.id), rev=row.rev, payload=row.payload, packed_field_revs=row.field_revs
            )

    def last_id(self, kind: int, *, below: bytes = b"") -> bytes | None:
        """The greatest row id of one kind, or None; with `below` the greatest that is less."""
        return self._connection.execute(
            select(RECORD.c.id)
            .where(RECORD.c.tenant == self._tenant, RECORD.c.kind == kind, *([RECORD.c.id < below] if below else []))
            .order_by(RECORD.c.id.desc())
            .limit(1)
        ).scalar_one_or_none()

    def first_id(self, kind: int) -> bytes | None:
        """The least row id of one kind, or None."""
        values = {"tenant": self._tenant, "kind": kind}
        found: bytes | None = self._connection.execute(_first_id(), values).scalar_one_or_none()
        return found

    def some(self, kind: int, row_ids: Collection[bytes]) -> list[bytes]:
        """The payloads of those records of one kind that exist."""
        found: list[bytes] = []
        dialect = self._connection.dialect.name
        for ids in chunks(sorted(row_ids)):
            values = {"tenant": self._tenant, "kind": kind, "ids": listed(dialect, RECORD.c.id, ids)}
            found.extend(self._connection.execute(_payloads(dialect), values).scalars())
        return found

    def put(self, records: Sequence[tuple[RowKey, StoredRecord]]) -> None:
        """Make or replace records."""
        rows = [
            (self._tenant, *key, one.rev, one.payload, encode(one.field_revs) if one.field_revs else _NOTHING)
            for key, one in records
        ]
        upsert_all(self._connection, RECORD, _COLUMNS, rows=rows, changing=("rev", "payload", "field_revs"))


def _read_revisions(packed_revs: bytes) -> dict[str, int]:
    # Nearly all records are as they were made.
    if packed_revs == _NOTHING:
        return {}
    revisions: dict[str, int] = decode(packed_revs, dict[str, int])
    return revisions
