"""Many seeds, in several processes, with one account of them all."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.simulation.run import Outcome, run

TELL_EVERY = 20.0
LAST_STEPS = 25
# A process is replaced by a fresh one after so many seeds, so that nothing that piles up can slow a long run.
SEEDS_A_PROCESS = 40


@dataclass
class Totals:
    """What became of all seeds so far."""

    log: str
    say: Callable[[str], None]
    seeds: int = 0
    steps: int = 0
    deeds: int = 0
    failed: int = 0
    spent: float = 0.0
    begun: float = field(default_factory=time.monotonic)
    _told: float = field(default_factory=time.monotonic)

    def add(self, outcome: Outcome, steps: int) -> None:
        """One more seed has been run."""
        self.seeds += 1
        self.steps += outcome.steps
        self.deeds += outcome.deeds
        self.spent += outcome.seconds
        if outcome.failure:
            self.failed += 1
            self._tell(outcome, steps)
        if time.monotonic() - self._told > TELL_EVERY:
            self._told = time.monotonic()
            self.say(self.line())

    def finish(self) -> None:
        """The last word."""
        self.say(self.line())
        self._write(
            {
                "seeds": self.seeds,
                "steps": self.steps,
                "deeds": self.deeds,
                "failed": self.failed,
                "cpu_seconds": round(self.spent, 1),
                "seconds": round(time.monotonic() - self.begun, 1),
            }
        )

    def line(self) -> str:
        """All of it in one line."""
        elapsed = time.monotonic() - self.begun
        core, wall = self.steps / max(self.spent, 1e-6), self.steps / max(elapsed, 1e-6)
        deeds = self.deeds / max(self.spent, 1e-6)
        return (
            f"{self.seeds} seeds, {self.steps} steps, {self.failed} failed; "
            f"{core:.0f} steps/s of a core ({deeds:.0f} deeds), {wall:.0f} steps/s in all, {elapsed:.0f} s"
        )

    def _tell(self, outcome: Outcome, steps: int) -> None:
        again = f"python -m tests.simulation --seed {outcome.seed} --steps {steps}"
        self.say(f"seed {outcome.seed} failed after {outcome.steps} steps: {outcome.failure[:600]}")
        self.say(f"replay: {again} (add --shrink, --story)" if self.log else f"{outcome.trace}\nreplay: {again}")
        self._write(
            {
                "seed": outcome.seed,
                "steps": steps,
                "after": outcome.steps,
                "failure": outcome.failure,
                "trace": outcome.trace,
                "story": list(outcome.story[-LAST_STEPS:]),
                "replay": again,
            }
        )

    def _write(self, line: dict[str, object]) -> None:
        if self.log:
            with Path(self.log).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


def run_many(seeds: Iterable[int], steps: int, *, processes: int, minutes: float, totals: Totals) -> None:
    """Run seeds until there are no more, or, if minutes are given, until they are over."""
    until = time.monotonic() + minutes * 60 if minutes else float("inf")
    with closing(_outcomes(seeds, steps, processes)) as outcomes:
        for outcome in outcomes:
            totals.add(outcome, steps)
            if time.monotonic() > until:
                break


def _outcomes(seeds: Iterable[int], steps: int, processes: int) -> Generator[Outcome, None, None]:
    if processes == 1:
        yield from (_run(seed, steps) for seed in seeds)
        return
    # Not forked, so that every process is as fresh as the one that replays a seed alone.
    fresh = multiprocessing.get_context("spawn")
    left = iter(seeds)
    with ProcessPoolExecutor(processes, mp_context=fresh, max_tasks_per_child=SEEDS_A_PROCESS) as pool:
        running = {pool.submit(_run, seed, steps) for seed in itertools.islice(left, processes + 1)}
        try:
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {pool.submit(_run, seed, steps) for seed in itertools.islice(left, len(done))}
                yield from (one.result() for one in done)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _run(seed: int, steps: int) -> Outcome:
    outcome = run(seed, steps)
    return replace(outcome, story=outcome.story[-LAST_STEPS:] if outcome.failure else ())
