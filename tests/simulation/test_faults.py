"""The simulator can see: each mistake that is put into engine, store or server is found by one short world."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.run import run

ROOT = Path(__file__).parents[2]
# For each mistake a seed that showed it soon. A change of the product moves what happens in a seed: then others do.
FOUND_BY: dict[str, tuple[int, int]] = {
    "a block of numbers for two": (13, 120),
    "a group falls apart": (1, 120),
    "a refusal is swallowed": (1, 120),
    "a repeat is decided again": (1, 120),
    "a repeat is known by its number alone": (1, 120),
    "a server from an older copy is believed": (1002, 170),
    "accepted ops are forgotten at once": (41, 120),
    "answers before their rows": (1, 120),
    "cursor from a sequence": (1, 120),
    "cursor before the frame": (7, 150),
    "end of the chain not stored": (1, 120),
    "every stream is granted": (1, 40),
    "nothing is compared after a wound": (2, 120),
    "refused ops take no number": (1, 120),
    "revoked streams stay": (5, 120),
    "revoked without its files": (50, 120),
    "revoked without purge": (5, 120),
    "sent before its end": (13, 120),
    "what is held is forgotten": (1, 120),
    "the last one wins": (1, 120),
    "the loser is only told": (1, 120),
    "whoever knows a hash reads the file": (5, 60),
}


OTHERS = ((1, 120), (2, 120), (3, 120), (5, 120), (7, 120), (10, 120), (13, 120), (16, 120), (20, 120), (22, 120))


@pytest.mark.parametrize("mistake", sorted(FOUND_BY))
def test_a_mistake_is_found(mistake: str) -> None:
    worlds = [f"{seed}:{steps}" for seed, steps in dict.fromkeys((FOUND_BY[mistake], *OTHERS))]

    found = subprocess.run(
        [sys.executable, "-m", "tests.simulation.mistaken", mistake, *worlds],
        cwd=ROOT,
        check=False,
        capture_output=True,
    )

    assert found.returncode == 0, found.stderr.decode()
    assert found.stdout


def test_without_a_mistake_the_same_worlds_hold() -> None:
    assert [run(seed, steps).failure for seed, steps in sorted(set(FOUND_BY.values()))[:2]] == ["", ""]
