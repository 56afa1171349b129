"""Scans are read while nobody needs the PC, and reading goes on after trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.services.scan_texts import Step
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.workers import scan_texts
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner
from desktop.workers.scan_texts import ScanTextReader
from tests.desktop.sample_office import SampleOffice

PATIENCE_MS = 20_000


class Pages:
    """Pages that wait."""

    def __init__(self, *steps: Step | EnvironmentFault) -> None:
        self.steps = list(steps)
        self.log: list[str] = []

    def begin(self) -> None:
        self.log.append("begin")

    def line_up(self, stopped: Callable[[], bool]) -> None:
        assert not stopped()
        self.log.append("look")

    def read_next(self) -> Step:
        step = self.steps.pop(0) if self.steps else Step.NOTHING_LEFT
        if isinstance(step, EnvironmentFault):
            self.log.append("fault")
            raise step
        self.log.append(step.value)
        return step


class Reading:
    """A reader whose times are short, over pages that wait."""

    def __init__(self, runner: TaskRunner, office: SampleOffice, *steps: Step | EnvironmentFault) -> None:
        self.pages, self.busy, self.rested = Pages(*steps), False, 0
        feed = ChangeFeed(office.store.listen)
        self.reader = ScanTextReader(
            runner, self.pages, feed=feed, busy=lambda: self.busy, rest=self._on_rest, parent=runner
        )

    def _on_rest(self) -> None:
        self.rested += 1


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Iterator[TaskRunner]:
    for name in ("LOOK_MS", "AGAIN_MS", "PAUSED_MS", "BUSY_MS", "LEAST_REST_MS"):
        monkeypatch.setattr(scan_texts, name, 1)
    made = TaskRunner()
    yield made
    assert made.close()


def test_page_after_page_is_read_and_then_the_reading_process_may_go(
    kecamatan: SampleOffice, runner: TaskRunner, qtbot: QtBot
) -> None:
    reading = Reading(runner, kecamatan, Step.READ, Step.READ)
    reading.reader.start(0)
    qtbot.waitUntil(lambda: reading.rested == 1, timeout=PATIENCE_MS)
    assert reading.pages.log == ["begin", "look", "read", "read", "nothing left"]


def test_a_letter_that_comes_has_its_scans_looked_for_once_more(
    kecamatan: SampleOffice, runner: TaskRunner, qtbot: QtBot
) -> None:
    reading = Reading(runner, kecamatan)
    reading.reader.start(0)
    qtbot.waitUntil(lambda: reading.rested == 1, timeout=PATIENCE_MS)

    kecamatan.add_letter("BPBD", "Kewaspadaan cuaca")

    qtbot.waitUntil(lambda: reading.rested == 2, timeout=PATIENCE_MS)
    assert reading.pages.log.count("begin") == 1


def test_nothing_is_read_while_somebody_needs_the_pc(kecamatan: SampleOffice, runner: TaskRunner, qtbot: QtBot) -> None:
    asked: list[bool] = []
    reading = Reading(runner, kecamatan, Step.READ)

    def busy() -> bool:
        asked.append(True)
        return len(asked) < 4

    reader = ScanTextReader(
        runner, reading.pages, feed=ChangeFeed(kecamatan.store.listen), busy=busy, rest=lambda: None, parent=runner
    )
    reader.start(0)
    qtbot.waitUntil(lambda: "nothing left" in reading.pages.log, timeout=PATIENCE_MS)
    assert len(asked) == 5, "three times in vain, then before each of two steps"


def test_reading_goes_on_after_a_pause_and_after_trouble_with_the_store(
    kecamatan: SampleOffice, runner: TaskRunner, qtbot: QtBot
) -> None:
    reading = Reading(runner, kecamatan, Step.PAUSED, EnvironmentFault(FaultOf.DISK_FULL), Step.READ)
    reading.reader.start(0)
    qtbot.waitUntil(lambda: reading.rested == 1, timeout=PATIENCE_MS)
    assert reading.pages.log == ["begin", "look", "paused", "fault", "look", "read", "nothing left"]
