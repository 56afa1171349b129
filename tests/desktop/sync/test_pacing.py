"""When to talk to the server: the rule, with a clock that is moved and dice that are told what to show."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sync.pacing import (
    HOLD_INSTEAD_S,
    LEAST_BACKOFF_S,
    LINGER_S,
    LIVE_TRIES,
    LONGEST_S,
    NEXT_ACT_S,
    SERVER_LONGEST_S,
    SHORTEST_S,
    Pacing,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def low(low_: float, _high: float) -> float:
    return low_


def high(_low: float, high_: float) -> float:
    return high_


seeds = st.integers(0, 2**32).map(lambda seed: random.Random(seed).uniform)


@given(uniform=seeds, quiet=st.floats(0, 1e6), next_s=st.floats(0, 1e5))
def test_visits_lie_minutes_apart_and_never_closer_than_the_server_asks(
    uniform: object, quiet: float, next_s: float
) -> None:
    clock = Clock()
    pacing = Pacing(clock, uniform)  # type: ignore[arg-type]  # drawn
    clock.now += quiet
    pacing.reached(next_s)

    wait = pacing.next_visit_s()

    assert SHORTEST_S <= wait <= max(LONGEST_S, 1.5 * SERVER_LONGEST_S)
    assert wait >= min(next_s, SERVER_LONGEST_S)


def test_the_quieter_it_is_the_longer_between_visits() -> None:
    clock = Clock()
    pacing = Pacing(clock, high)
    waits = []
    for _ in range(6):
        waits.append(pacing.next_visit_s())
        clock.now += 600
    pacing.moved()

    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_S
    assert pacing.next_visit_s() == waits[0]


@given(uniform=seeds, failures=st.integers(1, 40))
def test_failures_back_off_without_end_but_not_without_limit(uniform: object, failures: int) -> None:
    pacing = Pacing(Clock(), uniform)  # type: ignore[arg-type]  # drawn
    for _ in range(failures):
        pacing.failed()
        assert LEAST_BACKOFF_S <= pacing.next_visit_s() <= min(LONGEST_S, 2.0 * 2 ** (failures - 1))
    assert pacing.in_trouble


def test_backoff_doubles_from_two_seconds_to_fifteen_minutes() -> None:
    pacing = Pacing(Clock(), high)
    waits = []
    for _ in range(11):
        pacing.failed()
        waits.append(pacing.next_visit_s())

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


@pytest.mark.parametrize("what", ["reached", "network_up", "live_up"])
def test_a_success_or_a_network_that_comes_up_forgets_failures(what: str) -> None:
    pacing = Pacing(Clock(), low)
    for _ in range(9):
        pacing.failed(60)
        pacing.live_lost(was_up=True)

    getattr(pacing, what)()

    assert not pacing.in_trouble
    assert pacing.next_visit_s() == SHORTEST_S
    assert (pacing.live_s() == 0) == (what != "reached")


def test_a_server_that_asks_to_be_left_alone_is() -> None:
    pacing = Pacing(Clock(), low)
    pacing.failed(30)

    assert pacing.next_visit_s() >= 30


def test_an_act_goes_at_once_and_those_that_follow_it_closely_go_together() -> None:
    clock = Clock()
    pacing = Pacing(clock, low)

    assert pacing.act_s() < 0.05
    clock.now += 0.1
    assert 0.1 < pacing.act_s() <= NEXT_ACT_S
    clock.now += 5
    assert pacing.act_s() < 0.05


@given(gaps=st.lists(st.floats(0, 2), max_size=30))
def test_acts_are_sent_at_most_so_often(gaps: list[float]) -> None:
    clock = Clock()
    pacing = Pacing(clock, low)
    sent: list[float] = []
    for gap in gaps:
        clock.now += gap
        if sent and clock.now < sent[-1]:
            continue  # goes with the one that waits
        sent.append(clock.now + pacing.act_s())

    assert all(later - earlier > NEXT_ACT_S - 1e-6 for earlier, later in pairwise(sent))


def test_the_connection_is_kept_while_a_window_is_in_front_and_a_while_after() -> None:
    clock = Clock()
    pacing = Pacing(clock, low)
    wanted = [pacing.wants_live]
    pacing.set_active(active=True)
    wanted.append(pacing.wants_live)
    pacing.reached()
    for seconds, active in ((50_000.0, False), (LINGER_S - 1, False), (2.0, False)):
        clock.now += seconds
        wanted.append(pacing.wants_live)
        pacing.set_active(active=active)

    assert wanted == [False, False, True, True, False]


def test_where_nothing_but_requests_gets_through_they_are_held_for_a_while() -> None:
    clock = Clock()
    pacing = Pacing(clock, low)
    holds = []
    pacing.live_refused()
    holds.append(pacing.holds_instead)
    clock.now += HOLD_INSTEAD_S + 1
    for _ in range(LIVE_TRIES):
        holds.append(pacing.holds_instead)
        pacing.live_lost(was_up=False)
    holds.append(pacing.holds_instead)

    assert holds == [True, *[False] * LIVE_TRIES, True]


def test_a_line_that_is_down_says_nothing_about_what_gets_through() -> None:
    pacing = Pacing(Clock(), low)
    pacing.failed()
    for _ in range(20):
        pacing.live_lost(was_up=False)

    assert not pacing.holds_instead
