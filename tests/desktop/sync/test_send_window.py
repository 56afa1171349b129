"""The window keeps a line full with a short queue behind it, whatever the line, and never counts more than was sent."""

from __future__ import annotations

import heapq

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.protocol.transfer import COUNT_BYTES
from desktop.sync.send_window import AFTER_CUT, CEILING, FIRST, FLOOR, SendWindow


class ModelLine:
    """A line with a rate, a round trip and a queue without end, on a clock of its own."""

    def __init__(self, rate: float, rtt: float) -> None:
        self.rate, self.rtt = rate, rtt
        self.now = self.free_at = 0.0
        self.queued: list[tuple[float, int]] = []
        self.waits: list[float] = []

    def run(self, window: SendWindow, size: int, *, sent: int = 0) -> float:
        """Send a file; the moment at its end. `waits` holds the queue that each piece left behind it."""
        while window.on_the_way or sent < size:
            while sent < size and window.room >= COUNT_BYTES:
                sent += COUNT_BYTES
                self.free_at = max(self.free_at, self.now) + COUNT_BYTES / self.rate
                self.waits.append(self.free_at - self.now)
                heapq.heappush(self.queued, (self.free_at + self.rtt, sent))
                window.send(COUNT_BYTES, self.now)
            if sent < size:
                window.hold()
            self.now, counted = heapq.heappop(self.queued)
            window.count(counted, self.now)
        return self.now


@pytest.mark.parametrize(("bits", "rtt"), [(1e6, 0.3), (2e6, 0.6), (0.25e6, 0.3), (20e6, 0.05), (10e6, 0.3)])
def test_a_line_is_kept_full_with_little_waiting_on_it(bits: float, rtt: float) -> None:
    line = ModelLine(bits / 8, rtt)
    window = SendWindow(0)
    size = COUNT_BYTES * max(250, int(bits / 8 * 40 / COUNT_BYTES))

    seconds = line.run(window, size)

    assert size / seconds >= 0.85 * line.rate
    assert sorted(line.waits)[int(len(line.waits) * 0.9)] <= max(0.35, 1.5 * FLOOR / line.rate)
    assert window.rate == pytest.approx(line.rate, rel=0.1)


def test_a_line_that_is_held_back_by_a_budget_is_not_taken_for_a_slow_one() -> None:
    window = SendWindow(0, rate=125_000.0)

    for piece in range(1, 60):  # one piece each half second: nowhere near what the line carries
        window.send(COUNT_BYTES, piece * 0.5)
        window.count(piece * COUNT_BYTES, piece * 0.5 + 0.4)

    assert window.rate == 125_000.0


def test_a_round_trip_that_grew_for_good_is_learned_anew() -> None:
    line = ModelLine(1e6 / 8, 0.1)
    window = SendWindow(0)
    line.run(window, COUNT_BYTES * 300)
    line.rtt = 0.6

    before = line.now
    line.run(window, COUNT_BYTES * 1_500, sent=COUNT_BYTES * 300)

    assert COUNT_BYTES * 1_200 / (line.now - before) >= 0.6 * line.rate


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3 * COUNT_BYTES), st.floats(0, 2)), max_size=80))
@settings(max_examples=80, deadline=None)
def test_whatever_is_counted_the_window_stays_within_its_bounds(events: list[tuple[bool, int, float]]) -> None:
    window, now, sent, counted = SendWindow(5), 0.0, 5, 5
    for sends, count, pause in events:
        now += pause
        if sends and window.room >= count:
            window.send(count, now)
            sent += count
        else:
            window.hold()
            counted = max(counted, min(sent, counted + count))
            window.count(counted + count, now)  # a server that counts more than it was sent is not believed
            counted = sent - window.on_the_way
        assert 0 <= window.on_the_way == sent - counted
        assert FLOOR <= window.size <= CEILING
        assert window.rate >= 0
    assert FLOOR <= FIRST <= CEILING


def test_a_line_that_is_cut_before_it_tells_of_a_queue_is_not_given_more_by_each_try() -> None:
    size, starting = FIRST, True

    for _ in range(20):
        window = SendWindow(0, size=size, starting=starting)
        for piece in range(window.room // COUNT_BYTES):
            window.send(COUNT_BYTES, 0.01 * piece)
        window.hold()
        window.count(COUNT_BYTES, 0.4)
        assert window.size > size, "as if there was no queue"
        size, starting = window.after_cut, False

    assert size == AFTER_CUT


def test_what_a_long_try_learned_is_handed_on_over_a_cut() -> None:
    for bits, most in ((0.25e6, AFTER_CUT), (20e6, CEILING)):
        line, window = ModelLine(bits / 8, 0.3), SendWindow(0)
        line.run(window, COUNT_BYTES * 1000)

        assert window.after_cut == pytest.approx(window.size, rel=0.5)
        assert window.after_cut <= most


def test_what_went_ahead_of_the_answer_counts_as_under_way_and_tells_no_round_trip() -> None:
    window = SendWindow(100, size=3 * COUNT_BYTES, ahead=COUNT_BYTES)

    assert (window.room, window.on_the_way) == (2 * COUNT_BYTES, COUNT_BYTES)
    window.hold()
    window.count(100 + COUNT_BYTES, 5.0)
    assert (window.size, window.on_the_way) == (3 * COUNT_BYTES, 0)
