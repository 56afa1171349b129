"""What a value weighs is known from its bytes, exactly as far as they go, and never less than what it becomes."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.protocol.codec import CodecError, decode, encode
from core.protocol.messages import SyncRequest
from core.protocol.weight import MOST_MEMORY, TooHeavy, require_light, weigh
from tests.wire_factories import MESSAGES

ANY_WEIGHT = 1 << 62
INTEGERS = (-(2**63), -(2**31) - 1, -129, -33, -32, -1, 0, 127, 128, 255, 256, 65_535, 65_536, 2**32, 2**64 - 1)
SIZES = (0, 1, 15, 16, 31, 32, 255, 256, 300)  # where the head of a text, of bytes or of an array becomes longer


def any_size(chance: Random) -> int:
    return chance.choice(SIZES) if chance.random() < 0.3 else chance.randint(0, 40)


SCALARS: tuple[Callable[[Random], Any], ...] = (
    lambda chance: chance.choice((None, False, True)),
    lambda chance: chance.choice(INTEGERS),
    lambda chance: chance.randint(-(2**63), 2**64 - 1),
    lambda chance: chance.uniform(-1e9, 1e9),
    lambda chance: "".join(chance.choices("aé€😀", k=any_size(chance))),
    lambda chance: chance.randbytes(any_size(chance)),
    lambda chance: msgspec.msgpack.Ext(chance.randint(0, 127), chance.randbytes(any_size(chance))),
    lambda chance: datetime.fromtimestamp(chance.randint(-(2**33), 2**33), UTC),
)


def any_value(chance: Random, depth: int = 3) -> Any:
    """Any value that can be written, and arrays and maps of them."""
    kind = chance.randrange(len(SCALARS) + (2 if depth else 0))
    if kind < len(SCALARS):
        return SCALARS[kind](chance)
    inside = range(chance.randint(0, 20))
    if kind == len(SCALARS):
        return [any_value(chance, depth - 1) for _ in inside]
    return {chance.randint(0, 1 << 40): any_value(chance, depth - 1) for _ in inside}


values = st.integers(0, 2**64 - 1).map(lambda seed: any_value(Random(seed)))


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
