"""`python -m tests.simulation --seed N --steps M`: replay a seed, or look for seeds that fail."""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulation.run import Outcome, run
from tests.simulation.shrinking import shrink

MINUTE = 60.0


def main() -> int:
    options = _options()
    started = time.monotonic()
    total = failed = 0
    spent = 0.0
    seed = options.seed
    while True:
        outcome = run(seed, options.steps)
        total, spent = total + outcome.steps, spent + outcome.seconds
        if options.story:
            say("\n".join(outcome.story))
        if outcome.failure:
            failed += 1
            tell(outcome, options.steps)
            if options.shrink:
                show_shortest(seed, options.steps)
        seed += 1
        if seed >= options.seed + options.seeds and time.monotonic() - started >= options.minutes * MINUTE:
            break
    rate = f"{total / spent:.0f} steps/s of a core"
    say(f"{seed - options.seed} seeds, {total} steps, {rate}, {failed} failed; {outcome.print_of_all}")
    return 1 if failed else 0


def tell(outcome: Outcome, steps: int) -> None:
    say(f"seed {outcome.seed} failed after {outcome.steps} steps: {outcome.failure}")
    say(outcome.trace)
    say(f"replay: python -m tests.simulation --seed {outcome.seed} --steps {steps}")


def show_shortest(seed: int, steps: int) -> None:
    shortest = shrink(seed, steps, say)
    say("\n".join(run(seed, steps, only=frozenset(shortest)).story))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds")
    parser.add_argument("--steps", type=int, default=400, help="steps of each seed")
    parser.add_argument("--minutes", type=float, default=0.0, help="go on with further seeds for so long")
    parser.add_argument("--shrink", action="store_true", help="leave out what a failure does not need")
    parser.add_argument("--story", action="store_true", help="tell every step")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
