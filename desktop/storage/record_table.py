"""What the tables of all kinds of record have in common: a record goes in, the same record comes out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from sqlalchemy import Boolean, Integer, Table, bindparam, delete, select, type_coerce, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection, Row

from core.domain.ids import small_row_id
from core.protocol.codec import decode, encode
from core.protocol.records import KIND_OF
from desktop.storage.base import SyncMark
from desktop.storage.proofs import UNPROVED, proof_of, without_defaults
from sql.direct import keep, kept

# Most of what is packed is empty.
_NOTHING = encode(())

RecordT = TypeVar("RecordT", bound=msgspec.Struct)


class Stored(msgspec.Struct, Generic[RecordT], frozen=True):
    """A record with its server revision (0: the server has never seen it) and where it stands."""

    record: RecordT
    rev: int
    mark: SyncMark


class Marked(NamedTuple):
    """A row that waits for the server, by its row id, and its revision there."""

    row_id: bytes
    rev: int


@kept
def _blank(table: Table) -> Any:
    return select(table).where(table.c.proof == UNPROVED).limit(bindparam("many"))


@kept
def _prove(table: Table) -> Any:
    return update(table).where(_key_of(table) == bindparam("key")).values(proof=bindparam("new"))


def _key_of(table: Table) -> Any:
    return table.c.id if "id" in table.c else table.c.number


class RecordTable(Generic[RecordT]):
    """One typed table of one kind of record, keyed by the record's row id."""

    def __init__(
        self, table: Table, struct: type[RecordT], *, packed: Mapping[str, Any], enums: Mapping[str, Any]
    ) -> None:
        """`packed` fields, all of them tuples, are stored as msgpack of the given type, `enums` as their integer."""
        self.table = table
        self.struct = struct
        self.kind = KIND_OF[struct].code
        self._packed = packed
        self._fields = struct.__struct_fields__
        self._told: Callable[[Any], tuple[Any, ...]] = attrgetter(*self._fields)
        self._packed_at = [at for at, field in enumerate(self._fields) if field in packed]
        self._enums_at = [at for at, field in enumerate(self._fields) if field in enums]
        self._unpacked = [(at, packed[self._fields[at]]) for at in self._packed_at]
        self._numbered = [(at, enums[self._fields[at]]) for at in self._enums_at]
        self._names = tuple(column.name for column in table.columns)
        self.has_mark = "mark" in self._names

    @cached_property
    def _select(self) -> Any:
        # Built when first used, like every statement here: together they would cost the start of the program 20 ms.
        return keep(select(*(self.table.c[name] for name in self._names)).where(self._key() == bindparam("key")))

    @cached_property
    def _upsert(self) -> Any:
        statement = insert(self.table)
        fixed = ("id", "number", "n")
        changing = {name: statement.excluded[name] for name in self._names if name not in fixed}
        return keep(statement.on_conflict_do_update(index_elements=[self._key()], set_=changing))

    @cached_property
    def _delete(self) -> Any:
        return keep(delete(self.table).where(self._key() == bindparam("key")))

    @cached_property
    def _settle(self) -> Any:
        changing = ("rev", "mark") if self.has_mark else ("rev",)
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changing}
        return keep(update(self.table).where(self._key() == bindparam("key")).values(**values))

    @cached_property
    def _revisions(self) -> Any:
        return keep(select(self._key(), self.table.c.rev).where(self._key().in_(bindparam("keys", expanding=True))))

    @cached_property
    def _marked(self) -> Any:
        return keep(select(self._key(), self.table.c.rev).where(self.table.c.mark != int(SyncMark.ON_SERVER)))

    @cached_property
    def _every(self) -> Any:
        return select(self.table)  # walked over, and so not kept: the driver would be asked for all of it at once

    @cached_property
    def _defaults(self) -> list[Any]:
        found = []
        for field in msgspec.structs.fields(self.struct):
            packed = field.name in self._packed and field.default is not msgspec.NODEFAULT
            found.append(encode(field.default) if packed else field.default)
        return found

    def proof(self, columns: Mapping[Any, Any]) -> bytes:
        """What proves a row with these columns, as they are stored; its revision and its mark are not in it."""
        return proof_of(self.kind, without_defaults([columns[field] for field in self._fields], self._defaults))

    def blank_proofs(self, connection: Connection, *, limit: int) -> int:
        """Prove some of the rows that were written before rows were proved; how many."""
        rows = connection.execute(_blank(self.table), {"many": limit}).all()
        proved = [{"key": row._mapping[self._key().name], "new": self.proof(row._mapping)} for row in rows]  # noqa: SLF001  # SQLAlchemy's public name for it
        if proved:
            connection.execute(_prove(self.table), proved)
        return len(proved)

    def unproved(self, connection: Connection) -> Iterator[bytes | None]:
        """For each row None, or its key as bytes if it is not as it was written; a few hundred in memory at a time."""
        for row in connection.execute(self._every, execution_options={"yield_per": 500}):
            columns = row._mapping  # noqa: SLF001  # SQLAlchemy's public name for it
            key = columns[self._key().name]
            name = key if isinstance(key, bytes) else str(key).encode()
            proved = columns["proof"] == self.proof(columns) and isinstance(columns["rev"], int)
            yield None if proved else name
        for strange in self._strange:
            yield from (str(key).encode() for key in connection.execute(strange).scalars())

    @cached_property
    def _strange(self) -> list[Any]:
        # What is neither yes nor no is read as yes.
        truths = [column for column in self.table.columns if isinstance(column.type, Boolean)]
        return [keep(select(self._key()).where(type_coerce(one, Integer).notin_([0, 1]))) for one in truths]

    def marked(self, connection: Connection) -> list[Marked]:
        """The rows that wait for the server; none of a kind that nothing here can wait for."""
        if not self.has_mark:
            return []
        rows = connection.execute(self._marked)
        return [Marked(key if isinstance(key, bytes) else small_row_id(key), rev) for key, rev in rows]

    def _key(self) -> Any:
        return _key_of(self.table)

    def key_value(self, row_id: bytes) -> Any:
        """The value of the key column for a row id."""
        return row_id if "id" in self.table.c else int.from_bytes(row_id, "big")

    def get(self, connection: Connection, row_id: bytes) -> Stored[RecordT] | None:
        """The stored record, or None."""
        row = connection.execute(self._select, {"key": self.key_value(row_id)}).first()
        return None if row is None else self.stored(row)

    def put(self, connection: Connection, stored: Sequence[Stored[RecordT]]) -> None:
        """Insert or replace."""
        if stored:
            connection.execute(self._upsert, [self.values(one) for one in stored])

    def delete(self, connection: Connection, row_ids: Iterable[bytes]) -> None:
        """Delete what exists of `row_ids`."""
        keys = [{"key": self.key_value(row_id)} for row_id in row_ids]
        if keys:
            connection.execute(self._delete, keys)

    def settle(self, connection: Connection, row_id: bytes, *, rev: int, mark: SyncMark) -> None:
        """Set revision and mark without touching the record."""
        values: dict[str, Any] = {"key": self.key_value(row_id), "new_rev": rev}
        if self.has_mark:
            values["new_mark"] = int(mark)
        connection.execute(self._settle, values)

    def revisions(self, connection: Connection, row_ids: Sequence[bytes]) -> dict[bytes, int]:
        """The revision of each row that exists."""
        found: dict[bytes, int] = {}
        by_key = {self.key_value(row_id): row_id for row_id in row_ids}
        keys = list(by_key)
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            rows = connection.execute(self._revisions, {"keys": part})
            found.update({by_key[key]: rev for key, rev in rows})
        return found

    def every(self, connection: Connection) -> Iterator[RecordT]:
        """All records, a few hundred in memory at a time."""
        for row in connection.execute(self._every, execution_options={"yield_per": 500}):
            yield self.record(row)

    def values(self, stored: Stored[RecordT]) -> dict[str, Any]:
        """The columns of one row."""
        told = list(self._told(stored.record))
        for at in self._packed_at:
            told[at] = encode(told[at]) if told[at] else _NOTHING
        for at in self._enums_at:
            told[at] = int(told[at])  # what is derived from a number is adapted by the driver, which takes its time
        values = dict(zip(self._fields, told, strict=True))
        values["proof"] = proof_of(self.kind, without_defaults(told, self._defaults))
        values["rev"] = stored.rev
        if self.has_mark:
            values["mark"] = int(stored.mark)
        return values

    def stored(self, row: Row[Any]) -> Stored[RecordT]:
        """The record of one row."""
        mark = SyncMark(row.mark) if self.has_mark else SyncMark.ON_SERVER
        return Stored(self.record(row), row.rev, mark)

    def record(self, row: Row[Any]) -> RecordT:
        """The record alone."""
        values = list(self._told(row))
        for place, struct in self._unpacked:
            values[place] = () if values[place] == _NOTHING else decode(values[place], struct)
        for place, enum in self._numbered:
            values[place] = enum(values[place])
        return self.struct(**dict(zip(self._fields, values, strict=True)))
