"""Reads the texts of scans while nobody needs the PC: page by page, with a rest after each as long as the page took.

The work lies in a lane of its own, behind what a person waits for there, and the reading itself in a process of the
lowest priority. Where somebody types or a visit to the server runs, the next page waits.
"""

import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot

from core.domain.letters import IncomingLetter
from desktop.services.scan_texts import Step
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import UNAWAITED, CancelToken, Lane, TaskRunner

# Nobody waits for the first page: a start, and the first sync of a day, come before it.
START_MS = 30_000
# After letters or files came; a long import or first sync is looked through now and then meanwhile.
LOOK_MS = 20_000
AGAIN_MS = 60_000
PAUSED_MS = 5_000
BUSY_MS = 3_000
LEAST_REST_MS = 250


class ReadingWork(Protocol):
    """What is done: `desktop.services.scan_texts.ScanTextService`. Each method runs in a lane."""

    def begin(self) -> None:
        """Once after a start."""

    def line_up(self, stopped: Callable[[], bool]) -> None:
        """Note what is to be read."""

    def read_next(self) -> Step:
        """Read one page."""


class ScanTextReader(QObject):
    """Sets the work going at the right moments; begins with `start`."""

    def __init__(
        self,
        runner: TaskRunner,
        work: ReadingWork,
        *,
        feed: ChangeFeed,
        busy: Callable[[], bool],
        rest: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        """`busy` tells whether somebody needs the PC now; `rest` is called when nothing is left to read."""
        super().__init__(parent)
        self._runner, self._work, self._busy, self._rest = runner, work, busy, rest
        self._reading = self._looking = False
        self._took_up = False
        self._begun = 0.0
        self._next, self._look = QTimer(self), QTimer(self)
        for timer, due in ((self._next, self.read_on), (self._look, self.look)):
            timer.setSingleShot(True)
            timer.timeout.connect(due)
        feed.changed.connect(self._on_changed)

    def start(self, after_ms: int = START_MS) -> None:
        """Begin in a while."""
        self._look.start(after_ms)

    @Slot()
    def look_soon(self) -> None:
        """Files or letters came; a stream of them does not put the look off."""
        if not self._look.isActive():
            self._look.start(LOOK_MS)

    @Slot()
    def look(self) -> None:
        """Look which scans are here and were not read, then read."""
        if not self._looking:
            self._looking = True
            self._runner.run(
                Lane.READ, self._line_up, done=self._on_lined_up, failed=self._on_failed, priority=UNAWAITED
            )

    @Slot()
    def read_on(self) -> None:
        """Read the next page, unless somebody needs the PC."""
        if self._reading:
            return
        if self._busy():
            self._next.start(BUSY_MS)
            return
        self._reading, self._begun = True, time.monotonic()
        self._runner.run(Lane.READ, self._read, done=self._on_read, failed=self._on_failed, priority=UNAWAITED)

    def _line_up(self, token: CancelToken) -> None:
        if not self._took_up:
            self._work.begin()
            self._took_up = True
        self._work.line_up(lambda: token.cancelled)

    def _read(self, _token: CancelToken) -> Step:
        return self._work.read_next()

    def _on_lined_up(self, _value: object) -> None:
        self._looking = False
        if not self._next.isActive():
            self.read_on()

    def _on_read(self, step: Step) -> None:
        self._reading = False
        if step is Step.READ:
            took_ms = round((time.monotonic() - self._begun) * 1000)
            self._next.start(max(LEAST_REST_MS, took_ms))
        elif step is Step.PAUSED:
            self._next.start(PAUSED_MS)
        else:
            self._rest()

    def _on_failed(self, _error: Exception) -> None:
        # A full disk or a store in use: nothing depends on it, and it is tried again.
        self._reading = self._looking = False
        self._look.start(AGAIN_MS)

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.touches(IncomingLetter):
            self.look_soon()
