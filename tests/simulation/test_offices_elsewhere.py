"""Offices on bad lines, seed after seed: the second half, so that both processors have something to do."""

from __future__ import annotations

import os

import pytest

from tests.simulation.run import run
from tests.simulation.slices import CORPUS, LONG_MINUTES, SECOND, STEPS, failed_seeds, holds, minutes_of_seeds


@pytest.mark.parametrize("seed", SECOND)
def test_nothing_is_lost_doubled_or_given_to_strangers(seed: int) -> None:
    holds(seed, STEPS)


@pytest.mark.parametrize(("seed", "steps"), failed_seeds(CORPUS))
def test_what_failed_once_holds_now(seed: int, steps: int) -> None:
    holds(seed, steps)


@pytest.mark.long
@pytest.mark.parametrize(("seed", "steps"), failed_seeds(CORPUS, longer=True))
def test_what_failed_once_in_a_longer_world_holds_now(seed: int, steps: int) -> None:
    holds(seed, steps)


@pytest.mark.long
@pytest.mark.timeout(0)
def test_nothing_is_lost_in_as_many_minutes_as_asked() -> None:
    failures = [
        outcome.failure
        for seed in minutes_of_seeds(float(os.environ.get(LONG_MINUTES, "10")))
        if (outcome := run(seed, STEPS)).failure
    ]
    assert failures == []
