"""The simulator can see: each mistake that is put into engine, store or server is found by one short world."""

from __future__ import annotations

import pytest

from tests.simulation.faults import MISTAKES
from tests.simulation.run import run

# For each mistake a seed that shows it soon.
FOUND_BY: dict[str, tuple[int, int]] = {}


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_a_mistake_is_found(mistake: str) -> None:
    seed, steps = FOUND_BY[mistake]

    with MISTAKES[mistake]():
        outcome = run(seed, steps)

    assert outcome.failure


def test_without_a_mistake_the_same_worlds_hold() -> None:
    assert [run(seed, steps).failure for seed, steps in sorted(set(FOUND_BY.values()))[:2]] == ["", ""]
