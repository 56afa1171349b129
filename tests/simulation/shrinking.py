"""Leaves out steps of a seed that failed, as long as it still fails in the same way."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.run import Outcome, run

Say = Callable[[str], None]


def shrink(seed: int, steps: int, say: Say) -> list[int]:
    """The fewest steps found that still fail; each step's chance is its own, so the others stay what they were."""
    wanted = _kind(run(seed, steps))
    left = list(range(steps))
    size = max(1, len(left) // 2)
    while size:
        start = 0
        while start < len(left):
            fewer = left[:start] + left[start + size :]
            if fewer and _kind(run(seed, steps, only=frozenset(fewer))) == wanted:
                left = fewer
                say(f"{len(left)} steps are enough")
            else:
                start += size
        size //= 2
    return left


def _kind(outcome: Outcome) -> str:
    """What kind of failure it is: the place that found it, without the rows of the moment."""
    places = [line.strip() for line in outcome.trace.splitlines() if line.strip().startswith("File")]
    return places[-1] if places else ""
