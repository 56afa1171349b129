"""Whatever arrives, a decoder gives a value or its own error: no other exception, no hang, no flood of memory."""

from __future__ import annotations

import functools
import tracemalloc
from collections.abc import Callable
from random import Random

import pytest

from core.protocol.codec import CodecError
from core.protocol.frames import Wire
from core.protocol.messages import SyncRequest
from core.protocol.weight import MOST_MEMORY
from tests.fuzzing.decoders import Decoder, decoders, packer
from tests.fuzzing.running import Fed, feed

DECODERS = decoders()
INPUTS = 400_000
MIB = 1024 * 1024


@pytest.mark.parametrize("decoder", DECODERS, ids=lambda decoder: decoder.name)
def test_what_the_fuzzer_starts_from_is_read(decoder: Decoder) -> None:
    read = 0
    for sound in decoder.corpus:
        try:
            decoder.decode(sound, Random(1))
            read += 1
        except decoder.errors:
            assert decoder.name in {"bomb", "bundle.manifest"} or decoder.name.startswith("message.")

    assert read or decoder.name == "bomb"


@pytest.fixture(scope="module")
def fed_with() -> Callable[[Decoder], Fed]:
    """What came of the inputs of a decoder; each decoder is fed once."""
    return functools.cache(lambda decoder: feed([decoder], inputs=INPUTS, seed=1))


# One decoder at a time, so that the time limit of a test is the limit of one of them.
@pytest.mark.parametrize("decoder", DECODERS, ids=lambda decoder: decoder.name)
def test_broken_inputs_end_in_the_decoders_own_error(fed_with: Callable[[Decoder], Fed], decoder: Decoder) -> None:
    assert fed_with(decoder).failures == []


def test_of_all_broken_inputs_most_are_refused_but_not_all(fed_with: Callable[[Decoder], Fed]) -> None:
    fed = [fed_with(decoder) for decoder in DECODERS]

    assert sum(sum(one.inputs.values()) for one in fed) > INPUTS * 0.99
    assert 0.5 < sum(one.refused for one in fed) / INPUTS < 0.99


def test_the_fuzzer_sees_a_decoder_that_lets_an_error_through() -> None:
    def careless(data: bytes, _random: Random) -> object:
        return data.decode()

    fed = feed([Decoder("careless", careless, (b"Kecamatan Sukamaju",), share=1_000_000)], inputs=2_000, seed=1)

    assert any("UnicodeDecodeError" in failure for failure in fed.failures)


@pytest.mark.parametrize("size", [33 * MIB, 256 * MIB])
def test_a_bomb_is_refused_before_it_fills_the_memory(size: int) -> None:
    packed = packer(Wire(b""))(bytes(size))
    assert len(packed) < size // 1000

    tracemalloc.start()
    with pytest.raises(CodecError, match="too large"):
        Wire(b"").unpack(packed, SyncRequest)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak <= MOST_MEMORY
