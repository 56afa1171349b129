"""Background work: who asked for it hears of its end, unless he is gone by then."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.workers.runner import UNAWAITED, CancelToken, Lane, TaskRunner

PATIENCE_S = 20


class Asker(QObject):
    """Somebody who is told the end; says so by a signal, as a view-model does."""

    told = Signal(str)

    def hear(self, value: str) -> None:
        self.told.emit(value)


@pytest.fixture
def runner() -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.close()


def test_who_asked_hears_the_end(qtbot: QtBot, runner: TaskRunner) -> None:
    asker = Asker()

    with qtbot.waitSignal(asker.told) as told:
        runner.run(Lane.STORE, lambda _token: "selesai", done=asker.hear)

    assert told.args == ["selesai"]


@pytest.mark.parametrize("wrapped", [False, True])
def test_who_is_destroyed_meanwhile_is_not_called(qtbot: QtBot, runner: TaskRunner, *, wrapped: bool) -> None:
    gate, asker = threading.Event(), Asker()

    def wait(_token: CancelToken) -> str:
        gate.wait(20)
        return "selesai"

    with qtbot.captureExceptions() as caught:
        runner.run(Lane.STORE, wait, done=partial(asker.hear) if wrapped else asker.hear)
        asker.deleteLater()
        qtbot.wait(0)
        gate.set()
        qtbot.waitUntil(lambda: not runner.busy)

    assert caught == []


def test_what_nobody_waits_for_does_not_make_the_program_busy(qtbot: QtBot, runner: TaskRunner) -> None:
    gate, asker = threading.Event(), Asker()

    def wait(_token: CancelToken) -> str:
        gate.wait(20)
        return "selesai"

    runner.run(Lane.READ, wait, done=asker.hear, priority=UNAWAITED)

    assert (runner.busy, runner.works_in(Lane.READ)) == (False, True)
    with qtbot.waitSignal(asker.told):
        gate.set()
    assert not runner.works_in(Lane.READ)


def test_what_ends_after_its_runner_is_told_to_nobody_and_is_no_error(qtbot: QtBot) -> None:
    runner, begun, over = TaskRunner(), threading.Event(), threading.Event()

    def work(_token: CancelToken) -> None:
        begun.set()
        assert over.wait(PATIENCE_S)
        time.sleep(0.1)  # until the runner is being taken apart

    runner.run(Lane.LIVE, work)
    assert begun.wait(PATIENCE_S)
    over.set()
    runner.deleteLater()

    with qtbot.captureExceptions() as told:
        qtbot.waitUntil(lambda: not isValid(runner))

    assert told == []
