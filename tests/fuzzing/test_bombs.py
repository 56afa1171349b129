"""Whatever a hostile peer sends as one message takes at most 32 MiB and one second, and ends in a plain refusal."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from core.protocol import codec
from core.protocol.codec import encode
from core.protocol.weight import MOST_MEMORY
from tests.fuzzing.bombs import LETTER, Bomb, bombs, explode, read_reply, reply_of

ROOT = Path(__file__).parents[2]
BOMBS = tuple(bombs())
SECONDS = 1.0
# What is sound but wasteful, or by what is promised no error: a fault that is none is taken for the word of a stranger.
PASSES = {
    "few lists of defaults: results",
    "many empty blocks: reply",
    *(bomb.name for bomb in BOMBS if bomb.name.endswith(": fault")),
}

Told = dict[str, tuple[bool, float, int]]


@pytest.fixture(scope="module")
def told() -> Told:
    """What came of each bomb, in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzzing.bombed"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=110,
    )
    came: Told = json.loads(run.stdout)
    return came


def test_there_are_many_bombs_and_no_two_alike() -> None:
    assert len({bomb.name for bomb in BOMBS}) == len(BOMBS) >= 130


def test_each_bomb_is_refused(told: Told) -> None:
    assert set(told) == {bomb.name for bomb in BOMBS}
    assert {name for name, (refused, _, _) in told.items() if not refused} == PASSES


def test_no_bomb_takes_longer_than_a_second(told: Told) -> None:
    assert {name: seconds for name, (_, seconds, _) in told.items() if seconds > SECONDS} == {}


def test_no_bomb_lets_the_process_grow_beyond_the_limit(told: Told) -> None:
    if any(grown < 0 for _, _, grown in told.values()):
        pytest.skip("the peak of a process can be read on Linux alone")

    assert {name: grown for name, (_, _, grown) in told.items() if grown > MOST_MEMORY} == {}
    # Some are as big as what is let through: the bound is tried, not only kept far away from.
    assert max(grown for _, _, grown in told.values()) > MOST_MEMORY // 2


def test_without_the_weighing_a_bomb_would_go_off(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = reply_of(encode([1, 1, 1, [[LETTER, [[[]] * 600_000], [1], []]]]))
    bomb = Bomb("lists", lambda: lists, read_reply)
    assert _peak_of(bomb, lists) < MOST_MEMORY // 10
    monkeypatch.setattr(codec, "require_light", lambda *_args, **_kwargs: None)

    assert _peak_of(bomb, lists) > MOST_MEMORY


def _peak_of(bomb: Bomb, sent: bytes) -> int:
    tracemalloc.start()
    try:
        explode(bomb, sent)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
