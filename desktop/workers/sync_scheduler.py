"""When to sync: after a local act at once, else by the clock, and a held request while a window is active.

Failures back off with full jitter (2 s, 4 s, ... 15 min), success forgets them. Two lanes: a round never waits for
the held request, and both may work on the store at a time.
"""

import random
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.sync.client import ServerFault
from desktop.sync.engine import RoundReport
from desktop.sync.rounds import OK, VisitReport
from desktop.system.faults import EnvironmentFault
from desktop.workers.runner import CancelToken, Lane, TaskRunner

DEBOUNCE_MS = 700
SHORTEST_S = 120
LONGEST_S = 900
FIRST_BACKOFF_S = 2.0
HOLD_S = 50


class SyncWork(Protocol):
    """What the scheduler sets going; built by the composition root. Each method runs in a lane."""

    def visit(self, token: CancelToken) -> VisitReport:
        """A whole visit."""

    def visit_if_waiting(self, token: CancelToken) -> VisitReport | None:
        """A visit only if something waits to be sent."""

    def wait_for_news(self, token: CancelToken, hold: int) -> RoundReport:
        """Hold a request until there is news."""

    def interrupt(self) -> None:
        """Break requests that are held or stalled, so that the lanes end soon; called from the GUI thread."""


class SyncScheduler(QObject):
    """Runs visits at the right moments.

    Signals: progress(str phase) with `running` or `idle`; round_finished(str outcome) after each visit and after news.
    """

    progress = Signal(str)
    round_finished = Signal(str)

    def __init__(self, runner: TaskRunner, work: SyncWork, parent: QObject | None = None) -> None:
        """Start with `start`."""
        super().__init__(parent)
        self._runner = runner
        self._work = work
        self._random = random.SystemRandom()
        self._failures = 0
        self._live_failures = 0
        self._busy = False
        self._holding = False
        self._active = False
        self._stopped = False
        self._timer = _single_shot(self, self.sync_now)
        self._debounce = _single_shot(self, self._after_act)
        self._live_timer = _single_shot(self, self._hold)

    @Slot()
    def start(self) -> None:
        """Begin with a visit."""
        self.sync_now()

    @Slot()
    def sync_now(self) -> None:
        """Visit the server now, unless a visit is under way."""
        if self._busy or self._stopped:
            return
        self._busy = True
        self._timer.stop()
        self.progress.emit("running")
        self._runner.run(Lane.SYNC, self._work.visit, done=self._on_visit, failed=self._on_failed)

    @Slot(object)
    def on_changes(self, _changes: Any) -> None:
        """Something was committed here: send it soon."""
        if not self._stopped and not self._debounce.isActive():
            self._debounce.start(DEBOUNCE_MS)

    @Slot(bool)
    def set_active(self, active: bool) -> None:  # noqa: FBT001  # a slot for a window's state
        """Hold a request for news while a window is in use."""
        self._active = active
        if active and not self._holding and not self._live_timer.isActive():
            self._live_timer.start(0)

    def stop(self) -> None:
        """No further work is set going; what runs is interrupted."""
        self._stopped = True
        for timer in (self._timer, self._debounce, self._live_timer):
            timer.stop()
        self._work.interrupt()

    @Slot()
    def _after_act(self) -> None:
        if self._busy:
            self._debounce.start(DEBOUNCE_MS)
            return
        if self._stopped or self._failures:
            return  # the backoff timer will bring it along
        self._busy = True
        self._runner.run(Lane.SYNC, self._work.visit_if_waiting, done=self._on_visit, failed=self._on_failed)

    @Slot()
    def _hold(self) -> None:
        if self._stopped or self._holding or not self._active or self._failures:
            return
        self._holding = True
        self._runner.run(Lane.LIVE, self._wait, done=self._on_news, failed=self._on_hold_failed)

    def _wait(self, token: CancelToken) -> RoundReport:
        return self._work.wait_for_news(token, HOLD_S)

    def _on_visit(self, report: VisitReport | None) -> None:
        self._busy = False
        if report is None:
            if not self._timer.isActive():
                self._schedule(SHORTEST_S)
            return
        if report.outcome == OK:
            self._failures = 0
            self._schedule(report.next_s)
            self.set_active(self._active)
        else:
            self._failures += 1
            self._schedule(0)
        self.progress.emit("idle")
        self.round_finished.emit(report.outcome)

    def _on_failed(self, error: Exception) -> None:
        self._busy = False
        self._failures += 1
        self._schedule(0)
        self.progress.emit("idle")
        self._runner.unexpected.emit(error)

    def _on_news(self, report: RoundReport) -> None:
        self._holding = False
        self._live_failures = 0
        if report.rows:
            self.round_finished.emit(OK)
        self._live_timer.start(0)

    def _on_hold_failed(self, error: Exception) -> None:
        self._holding = False
        self._live_failures += 1
        if not isinstance(error, EnvironmentFault | ServerFault):
            self._runner.unexpected.emit(error)
        self._live_timer.start(int(self._backoff_s(self._live_failures) * 1000))

    def _schedule(self, next_s: int) -> None:
        if self._stopped:
            return
        if self._failures:
            wait = self._backoff_s(self._failures)
        else:
            wait = min(LONGEST_S, max(SHORTEST_S, next_s)) * self._random.uniform(0.8, 1.2)
        self._timer.start(int(wait * 1000))

    def _backoff_s(self, failures: int) -> float:
        longest = min(LONGEST_S, FIRST_BACKOFF_S * 2 ** min(failures, 10))
        return max(1.0, self._random.uniform(0, longest))


def _single_shot(owner: QObject, slot: Any) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.timeout.connect(slot)
    return timer
