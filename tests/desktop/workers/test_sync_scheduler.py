"""The scheduler sets the right work going at the right moment, and gives up what hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.sync.engine import RoundReport
from desktop.sync.live import LiveEvent
from desktop.sync.live_client import LiveRefused
from desktop.sync.pacing import Pacing
from desktop.sync.rounds import OK, VisitReport
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.workers.lane_watch import LOOKS, WATCH_S, LaneWatch
from desktop.workers.runner import CancelToken, Lane, TaskRunner
from desktop.workers.sync_scheduler import SLEPT_LOOKS, SyncScheduler

PATIENCE_MS = 15_000
FINE = VisitReport(
    outcome=OK,
    seconds=0,
    ops=0,
    refused=0,
    rows=0,
    requests=1,
    files_sent=0,
    files_fetched=0,
    bytes_up=0,
    bytes_down=0,
    next_s=120,
)


class Script:
    """Work that does what the test says, and notes what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.hang = threading.Event()
        self.let_go = threading.Event()
        self.fault: Exception | None = None
        self.refuses = False
        self.beat = 0

    def visit(self, _token: CancelToken) -> VisitReport:
        self.asked.append("visit")
        if self.hang.is_set():
            self.let_go.wait(60)
        if self.fault is not None:
            raise self.fault
        return FINE

    def visit_if_waiting(self, _token: CancelToken) -> VisitReport | None:
        self.asked.append("visit if waiting")
        return None

    def stay_live(self, _token: CancelToken, tell: Callable[[LiveEvent], None]) -> None:
        self.asked.append("live")
        if self.refuses:
            raise LiveRefused("400")
        tell(LiveEvent.UP)
        self.let_go.wait(60)
        if self.fault is not None:
            raise self.fault

    def wait_for_news(self, _token: CancelToken, _hold: int) -> RoundReport:
        self.asked.append("hold")
        self.let_go.wait(60)
        return RoundReport()

    def poke(self, *, visited: bool) -> None:
        self.asked.append(f"poke {visited}")

    def end_live(self) -> None:
        self.asked.append("end live")
        self.let_go.set()

    def beats(self, _lane: Lane) -> int:
        return self.beat

    def interrupt(self, lane: Lane | None = None) -> None:
        self.asked.append(f"interrupt {lane.value if lane else 'all'}")
        if lane is None:
            self.let_go.set()

    def abandon(self, lane: Lane) -> None:
        self.asked.append(f"abandon {lane.value}")
        self.hang.clear()


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A scheduler over a script, with clocks that only the test moves."""

    def __init__(self) -> None:
        self.work = Script()
        self.clock, self.wall = Clock(), Clock()
        self.runner = TaskRunner()
        self.unexpected: list[Any] = []
        self.scheduler = SyncScheduler(
            self.runner, self.work, pacing=Pacing(self.clock, lambda low, _high: low), wall=self.wall
        )

    def close(self) -> None:
        self.scheduler.stop()
        self.work.let_go.set()
        assert self.runner.close()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    assert qtbot is not None
    made = Bench()
    yield made
    made.close()


def until(qtbot: QtBot, true: Callable[[], bool]) -> None:
    qtbot.waitUntil(true, timeout=PATIENCE_MS)


def test_a_live_connection_opens_once_the_server_was_reached_and_carries_what_is_done(
    bench: Bench, qtbot: QtBot
) -> None:
    bench.scheduler.start()
    bench.scheduler.set_active(True)
    until(qtbot, lambda: "poke False" in bench.work.asked)
    bench.work.asked.clear()

    bench.scheduler.on_changes(None)
    until(qtbot, lambda: bool(bench.work.asked))

    assert bench.work.asked == ["poke False"]


def test_without_a_window_in_front_an_act_goes_by_a_visit(bench: Bench, qtbot: QtBot) -> None:
    bench.scheduler.start()
    until(qtbot, lambda: not bench.runner.busy)
    bench.scheduler.on_changes(None)
    until(qtbot, lambda: "visit if waiting" in bench.work.asked)

    assert bench.work.asked == ["visit", "visit if waiting"]


def test_a_window_that_was_left_long_ago_lets_the_connection_end(bench: Bench, qtbot: QtBot) -> None:
    bench.scheduler.start()
    bench.scheduler.set_active(True)
    until(qtbot, lambda: "live" in bench.work.asked)
    bench.scheduler.set_active(False)
    bench.clock.now += 301
    bench.scheduler._on_lingered()  # noqa: SLF001  # what the timer calls
    until(qtbot, lambda: not bench.runner.busy)

    assert bench.work.asked.count("live") == 1
    assert "end live" in bench.work.asked


def test_a_refused_upgrade_is_followed_by_a_held_request(bench: Bench, qtbot: QtBot) -> None:
    bench.work.refuses = True
    bench.scheduler.start()
    bench.scheduler.set_active(True)
    until(qtbot, lambda: "hold" in bench.work.asked)

    assert bench.work.asked == ["visit", "live", "hold"]


def test_a_sync_that_is_asked_for_during_a_visit_follows_it(bench: Bench, qtbot: QtBot) -> None:
    bench.scheduler.start()
    bench.scheduler.sync_now()
    until(qtbot, lambda: bench.work.asked.count("visit") == 2)


def test_a_network_that_comes_up_ends_the_waiting(bench: Bench, qtbot: QtBot) -> None:
    bench.work.fault = EnvironmentFault(FaultOf.NO_NETWORK)
    bench.scheduler.start()
    until(qtbot, lambda: not bench.runner.busy)
    bench.work.fault = None
    bench.scheduler.network_up()
    until(qtbot, lambda: bench.work.asked.count("visit") == 2)


def test_a_pc_that_slept_looks_at_once(bench: Bench, qtbot: QtBot) -> None:
    bench.scheduler.start()
    until(qtbot, lambda: not bench.runner.busy)
    bench.scheduler.look_after()
    assert bench.work.asked == ["visit"]

    bench.wall.now += (SLEPT_LOOKS + 1) * WATCH_S
    bench.scheduler.look_after()
    until(qtbot, lambda: bench.work.asked.count("visit") == 2)


def test_a_visit_that_hangs_is_interrupted_then_given_up_and_work_goes_on(bench: Bench, qtbot: QtBot) -> None:
    bench.work.hang.set()
    bench.scheduler.start()
    until(qtbot, lambda: bench.work.asked == ["visit"])
    for _ in range(2 * LOOKS + 1):
        bench.scheduler.look_after()

    assert bench.work.asked == ["visit", "interrupt sync", "abandon sync"]
    bench.scheduler.network_up()
    until(qtbot, lambda: bench.work.asked.count("visit") == 2)
    until(qtbot, lambda: not bench.runner.busy)
    assert not bench.work.let_go.is_set(), "the thread that hangs is still there, and in nobody's way"


def test_whoever_moves_is_not_stuck() -> None:
    watch = LaneWatch()
    assert [watch.look(beat) for beat in range(5 * LOOKS)] == ["fine"] * (5 * LOOKS)
    assert [watch.look(None) for _ in range(5 * LOOKS)] == ["fine"] * (5 * LOOKS)


def test_whoever_stands_still_is_interrupted_once_and_then_given_up() -> None:
    watch = LaneWatch()
    looks = [watch.look(7) for _ in range(2 * LOOKS + 1)]

    assert looks.count("interrupt") == 1
    assert looks.index("interrupt") == LOOKS
    assert looks[-1] == "restart"
    assert looks.count("restart") == 1
