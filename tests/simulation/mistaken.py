"""Runs worlds with one mistake in them, and looks for a cheap world that shows each.

python -m tests.simulation.mistaken --seeds 1:30 [MISTAKE ...]
    prints for each mistake, or for those named, a cheap seed and number of steps, for `test_faults.FOUND_BY`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from desktop.system.faults import FaultOf
from tests.simulation.actions import Action
from tests.simulation.faults import MISTAKES
from tests.simulation.hub import morning_with_hub
from tests.simulation.office import first_morning
from tests.simulation.run import powers_of, run

STEPS = (25, 60, 120)


def failure_of(mistake: str, seed: int, steps: int, *, script: Sequence[Action] = ()) -> str:
    """What a check says of a world with a mistake in it; empty if nothing was seen."""
    first_morning()  # is made without it
    morning_with_hub()
    with MISTAKES[mistake]():
        failure = run(seed, steps, script=script).failure
    return failure if _seen(failure) else ""


def _seen(failure: str) -> bool:
    """Whether a check saw the mistake. A program that breaks by it proves nothing: the mistake itself may be bad."""
    return failure.startswith(AssertionError.__name__) and FaultOf.SERVER_FAILED.value not in failure


def cheap_world(mistake: str, seeds: range) -> tuple[int, int, float] | None:
    """A world that shows a mistake, few steps and few PCs before many: (seed, steps, seconds)."""
    for steps in STEPS:
        for seed in sorted(seeds, key=lambda one: powers_of(one).pcs):
            begun = time.process_time()
            if failure_of(mistake, seed, steps):
                return seed, steps, time.process_time() - begun
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mistakes", nargs="*", default=sorted(MISTAKES))
    parser.add_argument("--seeds", default="1:30", help="FIRST:BEHIND")
    options = parser.parse_args()
    first, _, behind = options.seeds.partition(":")
    for mistake in options.mistakes or sorted(MISTAKES):
        found = cheap_world(mistake, range(int(first), int(behind)))
        told = "nothing found" if found is None else f"({found[0]}, {found[1]}),  # {found[2]:.2f} s"
        sys.stdout.write(f'    "{mistake}": {told}\n')
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
