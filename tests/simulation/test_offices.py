"""Offices on bad lines, seed after seed: the first half of the slice that every submission runs."""

from __future__ import annotations

import pytest

from tests.simulation.slices import FIRST, STEPS, holds


@pytest.mark.parametrize("seed", FIRST)
def test_nothing_is_lost_doubled_or_given_to_strangers(seed: int) -> None:
    holds(seed, STEPS)
