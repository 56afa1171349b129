"""kill -9 at each commit and at each send: every letter that the screen confirmed is there, once, with its number."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.faults.conftest import Scene, Victims
from tests.faults.failpoints import COMMIT_AFTER, COMMIT_BEFORE

ROOT = Path(__file__).parents[2]
# Every name that the engine and the transfers give to a moment. A new one must be added here, and is then interrupted.
STEPS = (
    "send",
    "control-received",
    "control-stored",
    "frame-received",
    "frame-stored",
    "round-finished",
    "slice-received",
    "slice-stored",
    "compared",
    "blob-send",
    "blob-stored",
)
HITS = (1, 2)
# Whose transactions are made on the way, by module and function; see `victim.committing`.
COMMITTERS = (
    "letters.register",
    "engine.take_reply",
    "engine._take_control",
    "engine._take_data",
    "engine._take_slice",
    "comparing.note_compared",
    "rounds._note",
    "rounds._add_to_log",
    "transfer._send",
    "transfer._settle",
    "doubt",
)
FAILPOINTS = (*STEPS, *(f"{when} {name}" for name in COMMITTERS for when in ("before", "after")))
# Registering four letters and four visits: how many transactions that takes.
COMMITS = 42
NAMED = [(name, hit) for name in FAILPOINTS for hit in HITS]
# Each name is interrupted in every run, in turn at its first and at a later time; the rest takes longer.
QUICK = {(name, HITS[place % 2]) for place, name in enumerate(FAILPOINTS)}
CASES = [
    *(case if case in QUICK else pytest.param(*case, marks=pytest.mark.long) for case in NAMED),
    *(pytest.param(COMMIT_BEFORE, hit, marks=pytest.mark.long) for hit in range(1, COMMITS + 1)),
    *(pytest.param(COMMIT_AFTER, hit, marks=pytest.mark.long) for hit in range(1, COMMITS + 1, 6)),
]


def test_every_moment_that_the_sync_names_is_interrupted(scene: Scene, victims: Victims) -> None:
    life = victims.play(scene.clerk)

    assert life.ended == 0
    assert len(life.confirmed) == 4
    named = {
        name
        for path in (ROOT / "desktop" / "sync").glob("*.py")
        for name in re.findall(r'_step\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    }
    assert named == set(STEPS)
    assert set(life.moments) == {*FAILPOINTS, COMMIT_BEFORE, COMMIT_AFTER}
    assert {step: count for step, count in life.moments.items() if count < max(HITS)} == {}
    assert life.moments[COMMIT_BEFORE] == life.moments[COMMIT_AFTER] == COMMITS
    scene.check_whole()


@pytest.mark.parametrize(("moment", "hit"), CASES)
def test_what_the_screen_confirmed_survives(scene: Scene, victims: Victims, moment: str, hit: int) -> None:
    death = victims.play(scene.clerk, moment, hit)

    assert death.ended == signal.SIGKILL
    found = scene.own_letters()
    assert {letter_id: found.get(letter_id) for letter_id in death.confirmed} == death.confirmed
    # Between the commit and the word of it there may be one letter that was not confirmed; never two.
    assert len(found) - len(death.confirmed) in {0, 1}
    scene.check_whole()
    assert scene.own_letters() == found
