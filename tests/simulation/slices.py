"""Which seeds are run when: a fixed slice in every submission, those that failed once, and new ones in a long run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from tests.simulation.run import run

CORPUS = Path(__file__).with_name("failed_seeds.txt")
LONG_MINUTES = "PESAGI_SIMULATION_MINUTES"
STEPS = 120
# What a longer world of the corpus found has a test of its own too; the world itself is for a long run.
CI_STEPS = 150
# By steps and not by seconds: the same worlds on every machine.
# The last of the first has a hub.
FIRST = (*range(1, 6), 9)
# The last but one of these holds connections; in the last people have keys, and PCs are shut out.
SECOND = (*range(11, 16), 70_006, 300_004)
LONG_FROM = 1_000_000


def holds(seed: int, steps: int) -> None:
    """Everything holds in a seed; else its last steps, and how to see it again."""
    outcome = run(seed, steps)
    story = "\n".join(outcome.story[-30:])
    again = f"python -m tests.simulation --seed {seed} --steps {steps}"
    assert not outcome.failure, f"{outcome.failure}\n{outcome.trace}\n{story}\nreplay: {again} (add --shrink, --story)"


def failed_seeds(corpus: Path, *, longer: bool = False) -> list[tuple[int, int]]:
    """(seed, steps) of the worlds that found something once: the short ones, or those that are too long for CI."""
    lines = [line.partition("#")[0].split() for line in corpus.read_text(encoding="utf-8").splitlines()]
    worlds = [(int(line[0]), int(line[1])) for line in lines if line]
    return [(seed, steps) for seed, steps in worlds if (steps > CI_STEPS) == longer]


def minutes_of_seeds(minutes: float) -> Iterator[int]:
    """New seeds until the time is over; they differ from day to day, and a failure tells its own."""
    seed = LONG_FROM + int(time.time()) % LONG_FROM * 1000
    until = time.monotonic() + minutes * 60
    while time.monotonic() < until:
        yield seed
        seed += 1
