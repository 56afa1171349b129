"""Runs worlds with one mistake in a process of its own: what a mistake leaves behind must not reach other worlds.

python -m tests.simulation.mistaken MISTAKE SEED:STEPS ... prints the first failure, and exits 0 if there is one.
"""

from __future__ import annotations

import sys

from desktop.system.faults import FaultOf
from tests.simulation.faults import MISTAKES
from tests.simulation.run import run


def main() -> int:
    mistake, *worlds = sys.argv[1:]
    with MISTAKES[mistake]():
        for world in worlds:
            seed, _, steps = world.partition(":")
            failure = run(int(seed), int(steps)).failure
            if found(failure):
                sys.stdout.write(failure + "\n")
                return 0
    return 1


def found(failure: str) -> bool:
    """Whether a check saw the mistake. A program that breaks by it proves nothing: the mistake itself may be bad."""
    return failure.startswith(AssertionError.__name__) and FaultOf.SERVER_FAILED.value not in failure


if __name__ == "__main__":
    sys.exit(main())
