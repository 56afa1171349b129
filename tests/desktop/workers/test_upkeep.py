"""The upkeep of the store waits for a quiet moment and lets people go first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from desktop.services.upkeep import UpkeepService
from desktop.storage.blobs import BlobFiles
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import CancelToken, Lane, TaskRunner
from desktop.workers.upkeep import Upkeep
from tests.desktop.sample_office import SampleOffice
from tests.support.stores import KEY

PATIENCE_MS = 20_000
PATIENCE_S = 20


class Steps:
    """Work that is done step by step; each waits until it is let go."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.plain = 2
        self.log: list[str] = []
        self.begun, self.go_on = Event(), Event()

    def empty_trash(self) -> int:
        return 0

    def clear_files(self) -> int:
        self.log.append("files")
        return 0

    def seal_file(self) -> bool:
        self.log.append("sealed")
        self.plain -= 1
        return self.plain > 0

    def step(self) -> bool:
        self.begun.set()
        if not self.go_on.wait(PATIENCE_S):
            raise TimeoutError
        self.log.append("step")
        self.left -= 1
        return self.left > 0


@pytest.fixture
def runner() -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    assert made.close()


def test_a_clerk_waits_for_one_step_at_most(kecamatan: SampleOffice, runner: TaskRunner, qtbot: QtBot) -> None:
    work = Steps(5)
    upkeep = Upkeep(runner, work, feed=ChangeFeed(kecamatan.store.listen), quiet_ms=1, rest_ms=0)
    upkeep.see_to_it()
    assert work.begun.wait(PATIENCE_S)

    def save(_token: CancelToken) -> None:
        kecamatan.add_letter("BPBD", "Kewaspadaan cuaca")
        work.log.append("saved")

    runner.run(Lane.STORE, save)
    runner.run(Lane.STORE, save)
    work.go_on.set()
    qtbot.waitUntil(lambda: work.left == 0 and not runner.busy, timeout=PATIENCE_MS)

    assert work.log == ["step", "saved", "saved", "step", "step", "step", "step"]


def test_at_the_start_what_a_crash_left_is_cleared_and_old_files_are_sealed_to_the_last(
    kecamatan: SampleOffice, runner: TaskRunner, qtbot: QtBot
) -> None:
    work = Steps(1)
    work.go_on.set()
    Upkeep(runner, work, feed=ChangeFeed(kecamatan.store.listen), quiet_ms=0, rest_ms=0, parent=runner).start()

    qtbot.waitUntil(
        lambda: sorted(work.log) == ["files", "sealed", "sealed", "step"] and not runner.busy, timeout=PATIENCE_MS
    )


def test_letters_that_have_come_are_seen_to_when_no_more_come(
    kecamatan: SampleOffice, runner: TaskRunner, qtbot: QtBot, tmp_path: Path
) -> None:
    """Over the real store; ends by itself when the index is in order."""
    seen: list[bool] = []

    class Seen(UpkeepService):
        def step(self) -> bool:
            seen.append(super().step())
            return seen[-1]

    service = Seen(kecamatan.store, BlobFiles(tmp_path / "berkas", KEY, reserve=0))
    Upkeep(runner, service, feed=ChangeFeed(kecamatan.store.listen), quiet_ms=1, rest_ms=0, parent=runner)
    assert not seen

    for number in range(20):
        kecamatan.add_letter("BPBD", f"Kewaspadaan cuaca {number}")
    qtbot.waitUntil(lambda: bool(seen) and not seen[-1] and not runner.busy, timeout=PATIENCE_MS)
