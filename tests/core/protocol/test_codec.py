"""Records and messages as bytes, and back, whole or as columns, from older and newer programs too."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.protocol.brevity import ToldOp
from core.protocol.codec import CodecError, check_of, decode, decode_record, encode, from_columns, to_columns
from core.protocol.frames import decode_frame
from core.protocol.messages import Control, Data, Done, Slice, SyncRequest
from core.protocol.ops import Op, read_op
from core.protocol.records import ACT_OF, KIND_BY_CODE, KIND_OF
from tests import factories, wire_factories
from tests.factories import letter
from tests.strategies import anything

EXAMPLES: dict[type[Any], Any] = {**factories.RECORDS, **factories.ACTS, **wire_factories.MESSAGES}
STRUCTS: list[type[Any]] = [*KIND_OF, *ACT_OF, *wire_factories.MESSAGES]
every_struct = pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
every_record = pytest.mark.parametrize("struct", list(KIND_OF), ids=lambda struct: struct.__name__)
few = settings(max_examples=40)
noise = st.binary(max_size=200)
WRONG = {"wrong": 1.5}


@every_struct
@few
@given(data=st.data())
def test_any_value_comes_back_as_it_went(struct: type[Any], data: st.DataObject) -> None:
    value = data.draw(anything(struct))

    assert decode(encode(value), struct) == value


@every_record
@few
@given(data=st.data())
def test_records_come_back_from_columns_in_their_order(struct: type[Any], data: st.DataObject) -> None:
    records = data.draw(st.lists(anything(struct), min_size=1, max_size=5))
    kind = KIND_OF[struct].code

    carried = decode(encode(to_columns(records)), list[Any])

    assert from_columns(kind, carried) == records
    assert [decode_record(kind, encode(record)) for record in records] == records


def test_no_records_are_no_columns() -> None:
    assert to_columns([]) == []
    assert from_columns(5, []) == []


@pytest.mark.parametrize(
    "struct", [one for one in STRUCTS if one.__struct_defaults__], ids=lambda struct: struct.__name__
)
def test_an_older_array_is_read_with_the_defaults_of_what_it_lacks(struct: type[Any]) -> None:
    example = EXAMPLES[struct]
    values = msgspec.msgpack.decode(encode(example))
    optional = len(struct.__struct_defaults__)

    old = decode(msgspec.msgpack.encode(values[:-optional]), struct)

    needed = struct.__struct_fields__[:-optional]
    assert [getattr(old, field) for field in needed] == [getattr(example, field) for field in needed]
    assert decode(encode(old), struct) == old


@every_struct
def test_a_newer_array_is_read_without_what_came_later(struct: type[Any]) -> None:
    example = EXAMPLES[struct]
    values = msgspec.msgpack.decode(encode(example))

    assert decode(msgspec.msgpack.encode([*values, "new", {"unknown": [1]}]), struct) == example


def test_columns_of_a_newer_program_may_be_more() -> None:
    whole = factories.RECORDS[KIND_BY_CODE[5].struct]
    records = [whole, msgspec.structs.replace(whole, id=bytes(16))]

    assert from_columns(5, [*to_columns(records), ["new", "new"]]) == records


@every_struct
def test_an_array_with_a_wrong_value_is_refused(struct: type[Any]) -> None:
    values = msgspec.msgpack.decode(encode(EXAMPLES[struct]))
    passed = [place for place in range(len(values)) if is_read(struct, [*values[:place], WRONG, *values[place + 1 :]])]

    # Raw takes anything.
    assert len(passed) == (1 if struct in (Op, ToldOp) else 0)


def is_read(struct: type[Any], values: list[Any]) -> bool:
    try:
        decode(msgspec.msgpack.encode(values), struct)
    except CodecError:
        return False
    return True


@given(data=noise)
def test_noise_is_refused_and_nothing_else_happens(data: bytes) -> None:
    for struct in STRUCTS:
        try:
            decode(data, struct)
        except CodecError:
            continue
    for read in (decode_frame, read_op):
        try:
            read(data)
        except CodecError:
            continue


@few
@given(data=st.data())
def test_a_bent_message_is_refused_or_read_but_never_breaks_the_reader(data: st.DataObject) -> None:
    bendable: list[type[Any]] = [SyncRequest, Control, Data, Done, Slice, Op, *KIND_OF]
    struct = data.draw(st.sampled_from(bendable))
    body = bytearray(encode(data.draw(anything(struct))))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = decode(bytes(body[: data.draw(st.integers(0, len(body)))]), struct)
    except CodecError:
        return
    assert isinstance(read, struct)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(CodecError):
        decode(b"\x91" * 100_000 + b"\x00", Data)


@pytest.mark.parametrize("columns", [[[1], [1, 2]], [["x"]], [[None]] * 23, [1, 2]])
def test_columns_that_do_not_fit_are_refused(columns: Any) -> None:
    with pytest.raises(CodecError):
        from_columns(5, columns)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(CodecError, match="unknown kind 99"):
        from_columns(99, [])
    with pytest.raises(CodecError, match="unknown kind 99"):
        decode_record(99, b"")


def test_the_check_tells_records_apart_and_their_order_too() -> None:
    one, other = letter(), letter(id=bytes(16))

    assert check_of([one, other]) == check_of([one, other])
    assert len({check_of([]), check_of([one]), check_of([one, other]), check_of([other, one])}) == 4
    assert len(check_of([])) == 4
