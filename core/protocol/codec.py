"""Records as bytes: msgpack arrays, strict types both ways.

A record is an array of its fields in the order of its struct. New fields are appended with a default: an older
program ignores what follows, a newer one fills in what is missing. Many records of one kind travel as columns, since
like stands beside like and zstd finds more to save (measured: about a fifth).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from core.domain.receipts import without_receipts
from core.protocol.columns import pack_column, unpack_column
from core.protocol.records import KIND_BY_CODE
from core.protocol.weight import MOST_MEMORY, TooHeavy, require_light

CHECK_BYTES = 4
# What comes of columns that are none, whatever they hold.
WRONG_COLUMNS = (
    msgspec.MsgspecError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    OSError,
    RecursionError,
)
# The wire has bytes, moments and days of its own.
_AS_THEY_ARE = (bytes, datetime, date)
_ENCODER = msgspec.msgpack.Encoder()
_NESTED = (tuple, msgspec.Struct)


class CodecError(Exception):
    """Bytes that are not what they should be."""


def encode(value: Any) -> bytes:
    """Msgpack bytes of a struct or plain value."""
    return _ENCODER.encode(value)


def trimmed(message: Any) -> Any:
    """A message as the lists it is sent as, without trailing fields that hold what a reader takes them for anyway."""
    if isinstance(message, msgspec.Struct):
        # Every answer goes through here: what is left out is not looked into, and plain values are not asked again.
        tag, defaults = _shape(type(message))
        values = msgspec.structs.astuple(message)
        kept = len(values)
        while kept in defaults and values[kept - 1] == defaults[kept]:
            kept -= 1
        # What says nothing, be it an empty tuple, is sent as it is.
        lists = [trimmed(value) if value and isinstance(value, _NESTED) else value for value in values[:kept]]
        return lists if tag is None else [tag, *lists]
    if isinstance(message, tuple):
        return [trimmed(one) if isinstance(one, _NESTED) else one for one in message]
    return message


def decode(data: bytes | bytearray, as_type: Any, *, reserved: int = 0) -> Any:
    """The value of `as_type` in `data`; CodecError if it is not one.

    Nor if the value and its bytes would take more than `MOST_MEMORY`, less what is `reserved` for other things.
    """
    try:
        require_light(data, most=MOST_MEMORY - reserved - len(data))
        return _decoder(as_type).decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError, TooHeavy) as err:
        raise CodecError(str(err)) from err


def decode_record(kind: int, data: bytes) -> Any:
    """The record of kind code `kind` in `data`."""
    known = KIND_BY_CODE.get(kind)
    if known is None:
        message = f"unknown kind {kind}"
        raise CodecError(message)
    return decode(data, known.struct)


def check_of(records: Iterable[Any]) -> bytes:
    """Four bytes that tell whether two sides arrived at the same records, whatever one of them knows of receipts."""
    return check_of_encoded([encode(without_receipts(record)) for record in records])


def whole_check_of(records: Iterable[Any]) -> bytes:
    """As `check_of`, of all that the records hold."""
    return check_of_encoded(map(encode, records))


def check_of_encoded(records: Iterable[bytes]) -> bytes:
    """As `check_of`, of records that are encoded already."""
    return hashlib.sha256(b"".join(records)).digest()[:CHECK_BYTES]


def to_columns(records: Sequence[Any]) -> list[Any]:
    """Records of one kind, field by field; what a column looks like says `core.protocol.columns`.

    Trailing fields that hold their default in all of them are left out, as a reader takes them for that anyway.
    """
    rows = [msgspec.to_builtins(record, builtin_types=_AS_THEY_ARE) for record in records]
    columns = list(zip(*rows, strict=True))
    filled = _filled_columns(type(records[0]), columns) if columns else 0
    return [pack_column(list(column)) for column in columns[:filled]]


def from_columns(kind: int, columns: list[Any]) -> list[Any]:
    """The inverse of `to_columns`; CodecError on wrong types or ragged columns."""
    known = KIND_BY_CODE.get(kind)
    if known is None:
        message = f"unknown kind {kind}"
        raise CodecError(message)
    try:
        rows = list(zip(*(unpack_column(column) for column in columns), strict=True))
        converted: list[Any] = msgspec.convert(rows, type=list[known.struct], builtin_types=(bytes, datetime))  # type: ignore[name-defined]  # built at run time from the registry
    except WRONG_COLUMNS as err:
        raise CodecError(str(err)) from err
    return converted


def _filled_columns(struct: type[msgspec.Struct], columns: Sequence[tuple[Any, ...]]) -> int:
    """How many columns say something."""
    defaults = _told_defaults(struct)
    kept = len(columns)
    while kept in defaults and columns[kept - 1].count(defaults[kept]) == len(columns[kept - 1]):
        kept -= 1
    return kept


@cache
def _told_defaults(struct: type[msgspec.Struct]) -> Mapping[int, Any]:
    """The default of each field that has one, by its place from 1, as it stands in a column."""
    _tag, defaults = _shape(struct)
    return MappingProxyType(
        {place: msgspec.to_builtins(value, builtin_types=_AS_THEY_ARE) for place, value in defaults.items()}
    )


@cache
def _decoder(as_type: Any) -> msgspec.msgpack.Decoder[Any]:
    # Made once for each type: making one takes longer than most of what it decodes.
    return msgspec.msgpack.Decoder(as_type)


@cache
def _shape(struct: type[msgspec.Struct]) -> tuple[Any, Mapping[int, Any]]:
    """The tag of a struct that travels as a list, and the default of each field that has one, by its place from 1."""
    defaults: dict[int, Any] = {}
    for place, field in enumerate(msgspec.structs.fields(struct), start=1):
        if not field.required:
            made = field.default_factory
            defaults[place] = field.default if made is msgspec.NODEFAULT else made()
    return struct.__struct_config__.tag, MappingProxyType(defaults)
