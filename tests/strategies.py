"""Any value at all of any struct of the project: a new kind of record needs no line here.

Hypothesis chooses a seed, and Python's own chance makes the value of it, the edges of each type more often than the
rest: that takes a hundredth of the time in which hypothesis would draw each part of each field. What fails is shown
whole; it is not made smaller.
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from random import Random
from typing import Any

import msgspec
from hypothesis import strategies as st

from core.domain.ids import (
    BlobHash,
    BookId,
    DeviceId,
    DispositionId,
    LetterId,
    OfficeId,
    PositionId,
    RecordFileId,
    RowId,
    StreamId,
    TenantId,
    UnitId,
    UserId,
)
from core.protocol.codec import decode, encode, to_columns
from core.protocol.messages import Block
from core.protocol.records import KIND_OF
from tests.factories import ACTS

Maker = Callable[[Random], Any]

# All that UTF-8 can say. Said by its codec, hypothesis would try every character there is: four seconds a process.
characters = st.characters(exclude_categories=["Cs"])

FIRST_MOMENT = datetime(1970, 1, 2, tzinfo=UTC)
MOMENTS = int((datetime(2199, 1, 1, tzinfo=UTC) - FIRST_MOMENT).total_seconds())
DAYS = date.max.toordinal()
MOST_CHARACTERS = 24
MOST_BYTES = 40
MOST_INSIDE = 4
INTEGERS = (0, 1, 127, 128, 255, 256, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53 - 1, 2**53)
FLOATS = (0.0, -0.0, 1.0, -1.5, 0.1, 5e-324, 1e308, float("inf"), float("-inf"))
# Where characters come from: plain, control, Latin with signs, signs that sit on others, the basic plane, and beyond.
RANGES = ((0x20, 0x7E), (0x20, 0x7E), (0x00, 0x1F), (0xA0, 0x24F), (0x300, 0x36F), (0x250, 0xD7FF), (0xE000, 0x10FFFF))


def _integer(chance: Random) -> int:
    return chance.choice(INTEGERS) if chance.random() < 0.3 else chance.getrandbits(chance.randint(1, 53))


def _small(chance: Random) -> int:
    return chance.choice((0, 1, 2**31 - 1)) if chance.random() < 0.3 else chance.getrandbits(chance.randint(1, 31))


def _text(chance: Random) -> str:
    return "".join(chr(chance.randint(*chance.choice(RANGES))) for _ in range(_length(chance, MOST_CHARACTERS)))


def _length(chance: Random, most: int) -> int:
    """None and all there may be come often."""
    return chance.choice((0, 1, most)) if chance.random() < 0.3 else chance.randint(0, most)


def _day(chance: Random) -> date:
    return chance.choice((date.min, date.max)) if chance.random() < 0.1 else date.fromordinal(chance.randint(1, DAYS))


def _bytes_of(size: int) -> Maker:
    return lambda chance: bytes(size) if chance.random() < 0.1 else chance.randbytes(size)


_KNOWN: Mapping[Any, Maker] = types.MappingProxyType(
    {
        bool: lambda chance: chance.random() < 0.5,
        int: _integer,
        str: _text,
        bytes: lambda chance: chance.randbytes(_length(chance, MOST_BYTES)),
        float: lambda chance: chance.choice(FLOATS) if chance.random() < 0.3 else chance.uniform(-1e9, 1e9),
        date: _day,
        datetime: lambda chance: FIRST_MOMENT + timedelta(seconds=chance.randint(0, MOMENTS)),
        type(None): lambda _: None,
        msgspec.Raw: lambda chance: msgspec.Raw(encode(chance.choice(list(ACTS.values())))),
        **dict.fromkeys((LetterId, DispositionId, RecordFileId, DeviceId, RowId), _bytes_of(16)),
        BlobHash: _bytes_of(32),
        **dict.fromkeys((OfficeId, UnitId, PositionId, UserId, StreamId, TenantId, BookId), _small),
    }
)


def anything(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type: structs of the project, and whatever their fields are made of."""
    make = _maker(hint)
    return st.integers(0, 2**64 - 1).map(lambda seed: make(Random(seed)))


@functools.cache
def _maker(hint: Any) -> Maker:
    if hint in _KNOWN:
        return _KNOWN[hint]
    if hint is Block:
        return _block
    return _of_class(hint) if isinstance(hint, type) and not typing.get_args(hint) else _of_generic(hint)


def _of_class(cls: type[Any]) -> Maker:
    if issubclass(cls, Enum):
        return functools.partial(_one_of, list(cls))
    hints = typing.get_type_hints(cls)
    fields = {field: _maker(hints[field]) for field in cls.__struct_fields__}
    return lambda chance: cls(**{field: make(chance) for field, make in fields.items()})


def _of_generic(hint: Any) -> Maker:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    makers = [_maker(one) for one in inner if one is not Ellipsis]
    if origin in (typing.Union, types.UnionType):
        return lambda chance: chance.choice(makers)(chance)
    if origin is dict:
        key, value = makers
        return lambda chance: {key(chance): value(chance) for _ in range(_length(chance, MOST_INSIDE))}
    if origin is tuple and inner[-1] is not Ellipsis:
        return lambda chance: tuple(make(chance) for make in makers)
    made: Callable[[Any], Any] = tuple if origin is tuple else list
    return lambda chance: made(makers[0](chance) for _ in range(_length(chance, MOST_INSIDE)))


def _one_of(values: list[Any], chance: Random) -> Any:
    return chance.choice(values)


def carried(records: list[Any]) -> list[Any]:
    """Records of one kind as columns, as they are after a way over the wire."""
    columns: list[Any] = decode(encode(to_columns(records)), list[Any])
    return columns


def _block(chance: Random) -> Block:
    struct: Any = chance.choice(list(KIND_OF))
    records = [_maker(struct)(chance) for _ in range(chance.randint(1, 3))]
    gone = [chance.randbytes(16) for _ in range(chance.randint(0, 3))]
    return Block(kind=KIND_OF[struct].code, columns=carried(records), revs=[1] * len(records), gone=gone)
