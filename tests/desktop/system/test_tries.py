"""Wrong passwords: a few are free, then each costs more time, and no start of the program forgets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.system.tries import FIRST_WAIT_S, FREE_TRIES, LONGEST_WAIT_S, Tries, wait_after

DAY_S = 86_400
NOON = 1_795_000_000.0


class Pc:
    """Its ticks, which nobody can set; a start of the PC lets them begin anew."""

    def __init__(self) -> None:
        self.ticks = 500.0

    def __call__(self) -> float:
        return self.ticks


@pytest.fixture
def pc() -> Pc:
    return Pc()


@pytest.fixture
def tries(tmp_path: Path, pc: Pc) -> Tries:
    return Tries(tmp_path / "percobaan.json", ticks=pc)


def wrong(tries: Tries, times: int, *, now_s: float = NOON, user: int = 71) -> None:
    for _ in range(times):
        tries.begin(user, now_s=now_s)


def test_the_first_tries_are_free(tries: Tries) -> None:
    wrong(tries, FREE_TRIES - 1)

    assert tries.wait_s(71, now_s=NOON) == 0


def test_then_the_wait_doubles_up_to_its_longest(tries: Tries, pc: Pc) -> None:
    assert [wait_after(FREE_TRIES + more) for more in range(4)] == [30, 60, 120, 240]
    assert wait_after(1_000_000) == LONGEST_WAIT_S

    wrong(tries, FREE_TRIES)

    assert tries.wait_s(71, now_s=NOON) == FIRST_WAIT_S
    pc.ticks += 29.5
    assert tries.wait_s(71, now_s=NOON + 29.5) == 1
    pc.ticks += 0.5
    assert tries.wait_s(71, now_s=NOON + 30) == 0


def test_of_a_hundred_thousand_guesses_in_a_day_few_are_looked_at(tries: Tries, pc: Pc) -> None:
    looked_at, now_s, step = 0, NOON, DAY_S / 100_000
    while now_s < NOON + DAY_S:
        if not tries.wait_s(71, now_s=now_s):
            tries.begin(71, now_s=now_s)
            looked_at += 1
            step = max(DAY_S / 100_000, wait_after(looked_at) - 2.0)  # nothing happens while it waits
        else:
            step = DAY_S / 100_000
        now_s += step
        pc.ticks += step

    assert 90 < looked_at <= 120


def test_the_right_password_forgets_the_wrong_ones(tries: Tries) -> None:
    wrong(tries, 12)

    tries.succeeded(71)

    assert tries.wait_s(71, now_s=NOON) == 0


def test_one_person_does_not_wait_for_anothers_mistakes(tries: Tries) -> None:
    wrong(tries, 12, user=72)

    assert tries.wait_s(71, now_s=NOON) == 0


def test_a_new_start_forgets_nothing(tries: Tries, tmp_path: Path) -> None:
    wrong(tries, 12)

    assert Tries(tmp_path / "percobaan.json").wait_s(71, now_s=NOON) == LONGEST_WAIT_S


@pytest.mark.parametrize("set_to", [-400 * DAY_S, -LONGEST_WAIT_S, 0, LONGEST_WAIT_S, 400 * DAY_S], ids=str)
def test_a_clock_that_is_set_shortens_no_wait(tries: Tries, pc: Pc, set_to: float) -> None:
    wrong(tries, 12)
    pc.ticks += 60

    assert tries.wait_s(71, now_s=NOON + 60 + set_to) >= LONGEST_WAIT_S - 60
    assert tries.wait_s(71, now_s=NOON + 60) >= LONGEST_WAIT_S - 60


def test_of_guesses_with_a_clock_that_is_set_on_and_back_as_few_are_looked_at(tries: Tries, pc: Pc) -> None:
    looked_at, now_s, jumps = 0, NOON, (LONGEST_WAIT_S, -LONGEST_WAIT_S, 40 * DAY_S, -41 * DAY_S)
    for turn in range(DAY_S // 60):
        pc.ticks += 60
        now_s += 60 + jumps[turn % len(jumps)]
        if not tries.wait_s(71, now_s=now_s):
            tries.begin(71, now_s=now_s)
            looked_at += 1

    assert looked_at <= 120


def test_a_start_of_the_pc_with_the_clock_set_on_wins_nothing(tries: Tries, pc: Pc) -> None:
    wrong(tries, 12)
    pc.ticks = 20.0

    assert tries.wait_s(71, now_s=NOON + 400 * DAY_S) == LONGEST_WAIT_S - 20
    pc.ticks = LONGEST_WAIT_S
    assert tries.wait_s(71, now_s=NOON + 400 * DAY_S) == 0


def test_a_clock_that_was_years_ahead_locks_nobody_out(tries: Tries, pc: Pc) -> None:
    wrong(tries, 12, now_s=NOON + 4_000 * DAY_S)

    assert tries.wait_s(71, now_s=NOON) == LONGEST_WAIT_S
    pc.ticks += LONGEST_WAIT_S
    assert tries.wait_s(71, now_s=NOON + LONGEST_WAIT_S) == 0


def test_a_damaged_file_locks_nobody_out(tries: Tries, tmp_path: Path) -> None:
    (tmp_path / "percobaan.json").write_text("{", encoding="utf-8")

    assert tries.wait_s(71, now_s=NOON) == 0
