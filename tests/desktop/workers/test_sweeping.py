"""Widgets that lie in circles are taken apart on the thread that draws them, whoever makes the garbage."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.workers.runner import CancelToken, Lane, TaskRunner
from desktop.workers.sweeping import Sweeper, sweep

PATIENCE_MS = 15_000


class Panel(QWidget):
    """Knows its parts, which know it."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = self


@pytest.fixture
def runner() -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.close()


@pytest.fixture
def thresholds() -> Iterator[None]:
    before, by_itself = gc.get_threshold(), gc.isenabled()
    yield
    gc.set_threshold(*before)
    if by_itself:
        gc.enable()


def make_much(_token: CancelToken) -> None:
    """As a search over many rows, which makes circles that are garbage at once."""
    for _ in range(50_000):
        circle: list[object] = []
        circle.append(circle)


@pytest.mark.usefixtures("thresholds")
def test_a_closed_window_is_found_on_the_thread_of_windows_though_a_lane_makes_the_garbage(
    runner: TaskRunner, qtbot: QtBot
) -> None:
    found: list[int] = []
    gc.enable()
    gc.collect()
    sweeper = Sweeper()
    sweeper.begin()
    weakref.finalize(Panel(), lambda: found.append(threading.get_ident()))
    ended: list[object] = []

    runner.run(Lane.FIND, make_much, done=ended.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=PATIENCE_MS)
    gc.set_threshold(700, 0, 0)
    qtbot.waitUntil(lambda: bool(found), timeout=PATIENCE_MS)

    assert found == [threading.get_ident()]


@pytest.mark.usefixtures("thresholds")
def test_older_things_are_looked_through_after_many_younger_ones() -> None:
    gc.disable()
    gc.collect()
    gc.set_threshold(100, 2, 1_000)
    kept: list[list[object]] = []
    counts = []

    for _ in range(3):
        kept += [[] for _ in range(200)]
        sweep()
        counts.append(gc.get_count()[1:])

    assert counts == [(1, 0), (2, 0), (0, 1)]
