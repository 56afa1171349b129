"""What a value weighs is known from its bytes, exactly as far as they go, and never less than what it becomes."""

from __future__ import annotations

import tracemalloc
from datetime import UTC

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.protocol.codec import CodecError, decode, encode
from core.protocol.messages import SyncRequest
from core.protocol.weight import MOST_MEMORY, TooHeavy, require_light, weigh
from tests.wire_factories import MESSAGES

ANY_WEIGHT = 1 << 62
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=300)
    | st.binary(max_size=300)
    | st.builds(msgspec.msgpack.Ext, st.integers(0, 127), st.binary(max_size=40))
    | st.datetimes(timezones=st.just(UTC))
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.integers(0, 1 << 40), inner)
)


def weight(data: bytes) -> int:
    return weigh(data, most=ANY_WEIGHT)


def is_light(data: bytes, most: int) -> bool:
    try:
        require_light(data, most=most)
    except TooHeavy:
        return False
    return True


@given(value=values, behind=st.binary(max_size=20))
def test_a_value_is_walked_to_its_end_and_no_further(value: object, behind: bytes) -> None:
    data = msgspec.msgpack.encode(value)
    inside = b"\x92" + data + data

    assert weight(data + behind) == weight(data)
    assert weight(inside) - weight(b"\x90") == 2 * weight(data)


@pytest.mark.parametrize("size", [70_000, 300, 20])
def test_long_values_are_stepped_over(size: int) -> None:
    for value in ("x" * size, b"x" * size, [0] * size, dict.fromkeys(range(size)), msgspec.msgpack.Ext(5, b"x" * size)):
        data = msgspec.msgpack.encode(value)
        assert weight(data + b"\x90" * 9) == weight(data) > size


@given(data=st.binary(max_size=300), most=st.integers(0, 30_000))
def test_what_is_spared_the_walk_would_have_passed_it(data: bytes, most: int) -> None:
    assert is_light(data, most) == (weight(data) <= most)


@given(value=values, data=st.data())
def test_bytes_that_end_early_weigh_what_is_there(value: object, data: st.DataObject) -> None:
    whole = msgspec.msgpack.encode(value)
    cut = data.draw(st.integers(0, len(whole)))

    assert weight(whole[:cut]) <= weight(whole)


@settings(max_examples=30)
@given(value=st.lists(values, max_size=10))
def test_a_value_becomes_no_more_than_it_weighs(value: object) -> None:
    data = msgspec.msgpack.encode(value)
    tracemalloc.start()
    try:
        made = msgspec.msgpack.decode(data)
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert made is not None
    assert size <= weight(data)


def test_an_everyday_message_is_far_from_the_limit() -> None:
    assert weight(encode(MESSAGES[SyncRequest])) < MOST_MEMORY / 1_000


def test_a_message_too_heavy_is_refused_and_one_just_light_enough_is_read() -> None:
    def of(count: int) -> bytes:
        return encode([[]] * count)

    count = MOST_MEMORY // (weight(b"\x90") + 1) - 2

    assert len(decode(of(count), list[list[int]])) == count
    with pytest.raises(CodecError):
        decode(of(count + 4), list[list[int]])
    with pytest.raises(CodecError):
        decode(of(count), list[list[int]], reserved=4_000)
