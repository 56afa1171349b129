"""`python -m tests.simulation --seed N --steps M`: replay a seed, or look for seeds that fail.

python -m tests.simulation --seeds 10000:10500 --steps 600 --processes 2 --log FILE
    runs the seeds 10000 to 10499 in two processes; FILE gets a line of JSON for each seed that failed, as it fails,
    and a last one with the totals.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterable

from tests.simulation.many import Totals, run_many
from tests.simulation.run import Outcome, run
from tests.simulation.shrinking import shrink


def main() -> int:
    options = _options()
    totals = Totals(log=options.log, say=say)
    try:
        if options.seeds or options.minutes or options.total:
            seeds = _seeds(options)
            run_many(seeds, options.steps, processes=options.processes, minutes=options.minutes, totals=totals)
        else:
            _run_one(options, totals)
    except KeyboardInterrupt:
        say("stopped")
    totals.finish()
    return 1 if totals.failed else 0


def _run_one(options: argparse.Namespace, totals: Totals) -> None:
    outcome = run(options.seed, options.steps)
    totals.add(outcome, options.steps)
    if options.story:
        say("\n".join(outcome.story))
    if outcome.failure and options.shrink:
        show_shortest(outcome, options.steps)
    say(f"print of all: {outcome.print_of_all}")


def show_shortest(outcome: Outcome, steps: int) -> None:
    shortest = shrink(outcome.seed, steps, say)
    say("\n".join(run(outcome.seed, steps, only=frozenset(shortest)).story))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _seeds(options: argparse.Namespace) -> Iterable[int]:
    first, _, behind = options.seeds.partition(":") if options.seeds else (str(options.seed), "", "")
    if behind:
        return range(int(first), int(behind))
    if not options.seeds:
        # As many as it takes, or as there is time for.
        count = -(-options.total // options.steps)
        return range(options.seed, options.seed + count) if count else itertools.count(options.seed)
    return range(options.seed, options.seed + int(first))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="the seed, or the first of several")
    parser.add_argument("--seeds", default="", help="FIRST:BEHIND, or how many from --seed on")
    parser.add_argument("--total", type=int, default=0, help="as many seeds as make so many steps")
    parser.add_argument("--steps", type=int, default=400, help="steps of each seed")
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no further seed after so long")
    parser.add_argument("--processes", type=int, default=1, help="how many seeds at a time")
    parser.add_argument("--log", default="", help="a file that gets what failed, line by line")
    parser.add_argument("--shrink", action="store_true", help="of one seed: leave out what a failure does not need")
    parser.add_argument("--story", action="store_true", help="of one seed: tell every step")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
