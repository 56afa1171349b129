"""Any value at all of any struct of the project, by hypothesis: a new kind of record needs no line here."""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
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

texts = st.text(st.characters(codec="utf-8"), max_size=24)
moments = st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001  # bounds are naive by contract
    lambda moment: moment.replace(microsecond=0)
)
_SMALL = st.integers(0, 2**31 - 1)
_KNOWN: Mapping[Any, st.SearchStrategy[Any]] = types.MappingProxyType(
    {
        bool: st.booleans(),
        int: st.integers(0, 2**53),
        str: texts,
        bytes: st.binary(max_size=40),
        float: st.floats(allow_nan=False),
        date: st.dates(),
        datetime: moments,
        type(None): st.none(),
        msgspec.Raw: st.builds(lambda act: msgspec.Raw(encode(act)), st.sampled_from(list(ACTS.values()))),
        **dict.fromkeys((LetterId, DispositionId, RecordFileId, DeviceId, RowId), st.binary(min_size=16, max_size=16)),
        BlobHash: st.binary(min_size=32, max_size=32),
        **dict.fromkeys((OfficeId, UnitId, PositionId, UserId, StreamId, TenantId, BookId), _SMALL),
    }
)


def anything(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type: structs of the project, and whatever their fields are made of."""
    return _anything(hint)


# Made once for each type: hypothesis looks a strategy over before it first draws from it, which costs more than that.
@functools.cache
def _anything(hint: Any) -> st.SearchStrategy[Any]:
    if hint in _KNOWN:
        return _KNOWN[hint]
    if hint is Block:
        return _blocks()
    return _of_class(hint) if isinstance(hint, type) and not typing.get_args(hint) else _of_generic(hint)


def _of_class(cls: type[Any]) -> st.SearchStrategy[Any]:
    if issubclass(cls, Enum):
        return st.sampled_from(list(cls))
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{field: anything(hints[field]) for field in cls.__struct_fields__})


def _of_generic(hint: Any) -> st.SearchStrategy[Any]:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([anything(one) for one in inner])
    if origin is dict:
        return st.dictionaries(anything(inner[0]), anything(inner[1]), max_size=4)
    if origin is tuple and inner[-1] is not Ellipsis:
        return st.tuples(*(anything(one) for one in inner))
    several = st.lists(anything(inner[0]), max_size=4)
    return several.map(tuple) if origin is tuple else several


def carried(records: list[Any]) -> list[Any]:
    """Records of one kind as columns, as they are after a way over the wire."""
    columns: list[Any] = decode(encode(to_columns(records)), list[Any])
    return columns


def _blocks() -> st.SearchStrategy[Block]:
    records = st.one_of([st.lists(anything(kind), min_size=1, max_size=3) for kind in KIND_OF])
    return st.builds(_block_of, records, gone=st.lists(st.binary(min_size=16, max_size=16), max_size=3))


def _block_of(records: list[Any], gone: list[bytes]) -> Block:
    kind = KIND_OF[type(records[0])].code
    return Block(kind=kind, columns=carried(records), revs=[1] * len(records), gone=gone)
