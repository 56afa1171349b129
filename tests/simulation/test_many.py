"""Many seeds in one command: all are run, and what failed is in the log."""

from __future__ import annotations

import json
from pathlib import Path

from tests.simulation.many import Totals, run_many
from tests.simulation.run import Outcome


def test_every_seed_is_run_in_one_of_the_processes(tmp_path: Path) -> None:
    said: list[str] = []
    totals = Totals(log=str(tmp_path / "log"), say=said.append)

    run_many([4, 8], 1, processes=2, minutes=0, totals=totals)
    totals.finish()

    assert (totals.seeds, totals.steps, totals.failed) == (2, 2, 0)
    assert said[-1].startswith("2 seeds, 2 steps, 0 failed")


def test_a_seed_that_failed_is_in_the_log_with_what_replays_it(tmp_path: Path) -> None:
    said: list[str] = []
    totals = Totals(log=str(tmp_path / "log"), say=said.append)

    totals.add(Outcome(seed=7, steps=31, deeds=44, seconds=1.0, failure="AssertionError: a row is missing"), 120)
    totals.finish()

    failed, last = [json.loads(line) for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    assert failed["replay"] == "python -m tests.simulation --seed 7 --steps 120"
    assert failed["failure"] == "AssertionError: a row is missing"
    assert last["failed"] == 1
