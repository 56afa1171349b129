"""Feeds decoders with broken inputs and watches what comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from random import Random

import msgspec

from tests.fuzzing.decoders import Decoder
from tests.fuzzing.mutations import Mutator

A_SHARE = 1_000_000
_SHOWN_BYTES = 512


class Fed(msgspec.Struct, kw_only=True):
    """What became of the inputs; `slowest_ms` is the processor time of the slowest."""

    inputs: dict[str, int] = {}
    refused: int = 0
    slowest_ms: float = 0.0
    slowest: str = ""
    failures: list[str] = []


def no_beat() -> None:
    """Nobody waits for a sign of life."""


def feed(decoders: Sequence[Decoder], *, inputs: int, seed: int, beat: Callable[[], None] = no_beat) -> Fed:
    """Give `inputs` inputs to the decoders, each as many as its share, at least one; `beat` is called before each run.

    Whatever is neither a value nor one of the decoder's own errors is a failure, told with the input.
    """
    fed = Fed()
    for decoder in decoders:
        beat()
        count = max(1, inputs * decoder.share // A_SHARE)
        fed.inputs[decoder.name] = count
        _feed_one(decoder, count, Random(f"{seed}/{decoder.name}"), fed)  # repeatable, not secret
    return fed


def _feed_one(decoder: Decoder, count: int, random: Random, fed: Fed) -> None:
    mutator = Mutator(random, decoder.corpus)
    decode, errors, corpus, clock = decoder.decode, decoder.errors, decoder.corpus, time.process_time
    refused = 0
    before = clock()
    for number in range(count):
        data = mutator.mutate(corpus[number % len(corpus)])
        try:
            decode(data, random)
        except errors:
            refused += 1
        except BaseException as err:  # noqa: BLE001  # whatever else comes out is what is looked for
            fed.failures.append(f"{decoder.name}: {err!r}: {data[:_SHOWN_BYTES].hex()}")
        after = clock()
        if (after - before) * 1000 > fed.slowest_ms:
            fed.slowest_ms, fed.slowest = (after - before) * 1000, decoder.name
        before = after
    fed.refused += refused
