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


class PackedArray:
    """Values of one column."""

    __slots__ = ("values",)
    oid = 0
    value_oid = 0

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def encoded(self) -> bytes:
        """The array."""
        values = self.values
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
        """The values, each after its length."""
        raise NotImplementedError


class _Bytes(PackedArray):
    __slots__ = ()
    oid, value_oid = 1001, 17

    def body(self, values: Sequence[bytes]) -> bytes:
        pieces: list[bytes] = [b""] * (2 * len(values))
        pieces[::2] = map(_LENGTH.pack, map(len, values))
        pieces[1::2] = values
        return b"".join(pieces)


class _Texts(_Bytes):
    __slots__ = ()
    oid, value_oid = 1009, 25

    def body(self, values: Sequence[Any]) -> bytes:
        return super().body([value.encode() for value in values])


class _Integers(PackedArray):
    __slots__ = ()
    oid, value_oid = 1007, 23
    sized = struct.Struct(">ii")

    def body(self, values: Sequence[int]) -> bytes:
        return b"".join(map(self.sized.pack, repeat(self.sized.size - _LENGTH.size), values))


class _BigIntegers(_Integers):
    __slots__ = ()
    oid, value_oid = 1016, 20
    sized = struct.Struct(">iq")


class _Flags(PackedArray):
    __slots__ = ()
    oid, value_oid = 1000, 16

    def body(self, values: Sequence[bool]) -> bytes:
        return b"".join([_FLAG_SIZE + (b"\x01" if value else b"\x00") for value in values])


class _Dumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: PackedArray) -> Buffer | None:
        return obj.encoded()


_KINDS: tuple[tuple[type[TypeEngine[Any]], str, type[PackedArray]], ...] = (
    # BigInteger is an Integer to SQLAlchemy: the narrower kind stands first.
    (BigInteger, "bigint[]", _BigIntegers),
    (Integer, "integer[]", _Integers),
    (LargeBinary, "bytea[]", _Bytes),
    (Text, "text[]", _Texts),
    (Boolean, "boolean[]", _Flags),
)


def register(connection: Any) -> None:
    """Teach a connection of psycopg to take what `packed` makes."""
    for _, _, holder in _KINDS:
        connection.adapters.register_dumper(holder, type(holder.__name__, (_Dumper,), {"oid": holder.oid}))


def array_type(column: TypeEngine[Any]) -> str:
    """What PostgreSQL calls an array of such values."""
    return next(name for kind, name, _ in _KINDS if isinstance(column, kind))


def packed(column: TypeEngine[Any], values: Sequence[Any]) -> PackedArray:
    """The values of a column of this type as one parameter; it is sent in one go."""
    return _holder(column)(values)


@cache
def _holder(column: TypeEngine[Any]) -> type[PackedArray]:
    return next(holder for kind, _, holder in _KINDS if isinstance(column, kind))
