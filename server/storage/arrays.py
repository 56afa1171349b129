"""Columns of many rows as PostgreSQL arrays in its binary form.

Written here because the driver dumps an array value by value in Python, which costs more than all the rest of a push.
An array is: dimensions, whether there are nulls, the type of its values, their count, the first index; then each value
after its length; NULL is a length of -1 and no value.
"""

import struct
from collections.abc import Sequence
from functools import cache
from itertools import repeat
from typing import Any

from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, Text
from sqlalchemy.types import TypeEngine

_HEAD = struct.Struct(">iiIii")
_LENGTH = struct.Struct(">i")
_NULL = _LENGTH.pack(-1)
_FLAG_SIZE = b"\x00\x00\x00\x01"


class _Array:
    """Values of one column."""

    __slots__ = ("values",)

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values


class _Bytes(_Array):
    __slots__ = ()


class _Texts(_Array):
    __slots__ = ()


class _Integers(_Array):
    __slots__ = ()


class _BigIntegers(_Array):
    __slots__ = ()


class _Flags(_Array):
    __slots__ = ()


class _ArrayDumper(Dumper):
    format = Format.BINARY
    value_oid = 0

    def dump(self, obj: _Array) -> Buffer | None:
        values = obj.values
        count = len(values)
        if count > 1 and values.count(values[0]) == count:
            # The tenant, the kind, the device: mostly the same in all rows.
            body, holes = self._one(values[0]) * count, values[0] is None
        else:
            holes = None in values
            body = b"".join([self._one(one) for one in values]) if holes else self.body(values)
        return _HEAD.pack(1, int(holes), self.value_oid, count, 1) + body

    def _one(self, value: Any) -> bytes:
        return _NULL if value is None else self.body([value])

    def body(self, values: Sequence[Any]) -> bytes:
        raise NotImplementedError


def _bytes_body(values: Sequence[bytes]) -> bytes:
    pieces: list[bytes] = [b""] * (2 * len(values))
    pieces[::2] = map(_LENGTH.pack, map(len, values))
    pieces[1::2] = values
    return b"".join(pieces)


class _BytesDumper(_ArrayDumper):
    oid, value_oid = 1001, 17

    def body(self, values: Sequence[bytes]) -> bytes:
        return _bytes_body(values)


class _TextsDumper(_ArrayDumper):
    oid, value_oid = 1009, 25

    def body(self, values: Sequence[str]) -> bytes:
        return _bytes_body([value.encode() for value in values])


class _IntegersDumper(_ArrayDumper):
    oid, value_oid = 1007, 23
    sized = struct.Struct(">ii")

    def body(self, values: Sequence[int]) -> bytes:
        return b"".join(map(self.sized.pack, repeat(self.sized.size - _LENGTH.size), values))


class _BigIntegersDumper(_IntegersDumper):
    oid, value_oid = 1016, 20
    sized = struct.Struct(">iq")


class _FlagsDumper(_ArrayDumper):
    oid, value_oid = 1000, 16

    def body(self, values: Sequence[bool]) -> bytes:
        return b"".join([_FLAG_SIZE + (b"\x01" if value else b"\x00") for value in values])


_KINDS: tuple[tuple[type[TypeEngine[Any]], str, type[_Array], type[_ArrayDumper]], ...] = (
    # BigInteger is an Integer to SQLAlchemy: the narrower kind stands first.
    (BigInteger, "bigint[]", _BigIntegers, _BigIntegersDumper),
    (Integer, "integer[]", _Integers, _IntegersDumper),
    (LargeBinary, "bytea[]", _Bytes, _BytesDumper),
    (Text, "text[]", _Texts, _TextsDumper),
    (Boolean, "boolean[]", _Flags, _FlagsDumper),
)


def register(connection: Any) -> None:
    """Teach a connection of psycopg to take what `packed` makes."""
    for _, _, holder, dumper in _KINDS:
        connection.adapters.register_dumper(holder, dumper)


def array_type(column: TypeEngine[Any]) -> str:
    """What PostgreSQL calls an array of such values."""
    return next(name for kind, name, _, _ in _KINDS if isinstance(column, kind))


def packed(column: TypeEngine[Any], values: Sequence[Any]) -> object:
    """The values of a column of this type as one parameter; the driver dumps it in one go."""
    return _holder(column)(values)


@cache
def _holder(column: TypeEngine[Any]) -> type[_Array]:
    return next(holder for kind, _, holder, _ in _KINDS if isinstance(column, kind))
