"""Whatever arrives, a decoder gives a value or its own error: no other exception, no hang, no flood of memory."""

from __future__ import annotations

import tracemalloc
from random import Random

import pytest

from core.protocol.codec import CodecError
from core.protocol.frames import Wire
from core.protocol.messages import SyncRequest
from core.protocol.weight import MOST_MEMORY
from tests.fuzzing.decoders import Decoder, decoders, packer
from tests.fuzzing.running import feed

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


def test_broken_inputs_end_in_the_decoders_own_error() -> None:
    fed = feed(DECODERS, inputs=INPUTS, seed=1)

    assert fed.failures == []
    assert sum(fed.inputs.values()) > INPUTS * 0.99
    assert 0.5 < fed.refused / INPUTS < 0.99


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
