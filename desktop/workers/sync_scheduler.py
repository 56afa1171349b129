"""When to sync: after a local act at once, else by the clock; and a live connection while a window is in use.

The times are those of `desktop.sync.pacing`. Two lanes: a visit never waits for the live connection, and both may
work on the store at a time. Where nothing but requests gets through, a held request stands in for the connection.

A watchdog looks after both lanes: one that shows no sign of life is interrupted, and if that does not help, it gets a
new thread. All state lies in the store, so whatever the old thread still does harms nothing.
"""

import random
import time
from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.sync.engine import RoundReport
from desktop.sync.live import LiveEvent
from desktop.sync.live_client import LiveRefused
from desktop.sync.pacing import Pacing
from desktop.sync.rounds import OK, VisitReport
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault
from desktop.workers.lane_watch import WATCH_S, LaneWatch
from desktop.workers.runner import CancelToken, Lane, TaskRunner

HOLD_S = 50
# A PC that slept for more than so many looks of the watchdog is on another network, for all that is known.
SLEPT_LOOKS = 4


class SyncWork(Protocol):
    """What the scheduler sets going; built by the composition root. The first four run in a lane, the rest anywhere."""

    def visit(self, token: CancelToken) -> VisitReport:
        """A whole visit."""

    def visit_if_waiting(self, token: CancelToken) -> VisitReport | None:
        """A visit only if something waits to be sent."""

    def stay_live(self, token: CancelToken, tell: Callable[[LiveEvent], None]) -> None:
        """Keep a live connection until it ends; raises what ended it, nothing if it was asked to end."""

    def wait_for_news(self, token: CancelToken, hold: int) -> RoundReport:
        """Hold a request until there is news."""

    def poke(self, *, visited: bool) -> None:
        """Let the live connection look what there is to send; `visited` says that a visit has just ended."""

    def end_live(self) -> None:
        """Let the live connection end."""

    def beats(self, lane: Lane) -> int:
        """Changes as long as a lane's work is alive."""

    def interrupt(self, lane: Lane | None = None) -> None:
        """Break what is held or stalled, in one lane; in all of them for good, if none is named."""

    def abandon(self, lane: Lane) -> None:
        """What a lane works with hangs: the next work makes new."""


class SyncScheduler(QObject):
    """Runs visits at the right moments.

    Signals: progress(str phase) with `running` or `idle`; round_finished(str outcome) after each visit and after news.
    """

    progress = Signal(str)
    round_finished = Signal(str)
    _told = Signal(int, object)

    def __init__(
        self,
        runner: TaskRunner,
        work: SyncWork,
        parent: QObject | None = None,
        *,
        pacing: Pacing | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Start with `start`."""
        super().__init__(parent)
        self._runner = runner
        self._work = work
        self._pacing = pacing or Pacing(time.monotonic, random.SystemRandom().uniform)
        self._wall = wall
        self._looked_at = wall()
        self._busy = self._wanted = False
        self._live_number = 0
        self._live_running = self._live_up = False
        self._stopped = False
        self._watches = {lane: LaneWatch() for lane in (Lane.SYNC, Lane.LIVE)}
        self._timer = _single_shot(self, self.sync_now)
        self._debounce = _single_shot(self, self._after_act)
        self._live_timer = _single_shot(self, self._go_live)
        self._linger = _single_shot(self, self._on_lingered)
        self._watchdog = QTimer(self)
        self._watchdog.timeout.connect(self.look_after)
        self._told.connect(self._on_told)

    @Slot()
    def start(self) -> None:
        """Begin with a visit."""
        self._watchdog.start(int(WATCH_S * 1000))
        self.sync_now()

    @Slot()
    def sync_now(self) -> None:
        """Visit the server now; if a visit is under way, once more after it."""
        if self._stopped:
            return
        if self._busy:
            self._wanted = True
            return
        self._busy = True
        self._wanted = False
        self._timer.stop()
        self.progress.emit("running")
        self._runner.run(Lane.SYNC, self._work.visit, done=self._on_visit, failed=self._on_failed)

    @Slot(object)
    def on_changes(self, _changes: Any) -> None:
        """Something was committed here: send it soon."""
        if not self._stopped and not self._debounce.isActive():
            self._start(self._debounce, self._pacing.act_s())

    @Slot(bool)
    def set_active(self, active: bool) -> None:  # noqa: FBT001  # a slot for a window's state
        """Keep a live connection while a window is in use, and a while after."""
        self._pacing.set_active(active=active)
        if active:
            self._linger.stop()
            self._soon_live()
        else:
            self._start(self._linger, self._pacing.linger_s)

    @Slot()
    def network_up(self) -> None:
        """The network came up: what failed before tells nothing any more."""
        if self._stopped:
            return
        self._pacing.network_up()
        self._live_timer.stop()
        self.sync_now()

    def stop(self) -> None:
        """No further work is set going; what runs is interrupted."""
        self._stopped = True
        for timer in (self._timer, self._debounce, self._live_timer, self._linger, self._watchdog):
            timer.stop()
        self._work.interrupt()

    @Slot()
    def look_after(self) -> None:
        """See whether the lanes are alive, and whether the PC slept."""
        for lane, watch in self._watches.items():
            working = self._busy if lane == Lane.SYNC else self._live_running
            verdict = watch.look(self._work.beats(lane) if working else None)
            if verdict == "interrupt":
                self._work.interrupt(lane)
            elif verdict == "restart":
                self._restart(lane)
        now = self._wall()
        slept, self._looked_at = now - self._looked_at > SLEPT_LOOKS * WATCH_S, now
        if slept:
            self.network_up()

    def _restart(self, lane: Lane) -> None:
        self._work.abandon(lane)
        self._runner.restart(lane)
        self._pacing.failed()
        if lane == Lane.SYNC:
            self._busy = False
            self.progress.emit("idle")
        else:
            self._live_number += 1
            self._live_running = self._live_up = False
        self._schedule()

    @Slot()
    def _after_act(self) -> None:
        if self._stopped:
            return
        if self._live_up:
            self._work.poke(visited=False)
        elif self._busy:
            self._start(self._debounce, self._pacing.act_s())
        elif not self._pacing.in_trouble:  # else the backoff timer will bring it along
            self._busy = True
            self._runner.run(Lane.SYNC, self._work.visit_if_waiting, done=self._on_visit, failed=self._on_failed)

    def _on_visit(self, report: VisitReport | None) -> None:
        self._busy = False
        if report is None:
            if not self._timer.isActive():
                self._schedule()
        else:
            if report.outcome == OK:
                self._pacing.reached(report.next_s)
                if report.ops or report.rows:
                    self._pacing.moved()
            else:
                self._pacing.failed(report.wait_s)
            self._schedule()
            self.progress.emit("idle")
            self.round_finished.emit(report.outcome)
        if self._live_up:
            self._work.poke(visited=True)
        else:
            self._soon_live()
        if self._wanted and not self._pacing.in_trouble:
            self.sync_now()

    def _on_failed(self, error: Exception) -> None:
        self._busy = False
        self._pacing.failed()
        self._schedule()
        self.progress.emit("idle")
        self._runner.unexpected.emit(error)

    def _soon_live(self) -> None:
        if not self._live_running and not self._live_timer.isActive() and not self._stopped:
            self._start(self._live_timer, self._pacing.live_s())

    @Slot()
    def _go_live(self) -> None:
        if self._stopped or self._live_running or self._pacing.in_trouble or not self._pacing.wants_live:
            return
        self._live_running = True
        self._live_number += 1
        if self._pacing.holds_instead:
            self._runner.run(Lane.LIVE, self._hold, done=self._on_news, failed=self._on_live_failed)
        else:
            number = self._live_number

            def stay(token: CancelToken) -> None:
                self._work.stay_live(token, lambda event: self._told.emit(number, event))

            self._runner.run(Lane.LIVE, stay, done=self._on_live_ended, failed=self._on_live_failed)

    def _hold(self, token: CancelToken) -> RoundReport:
        return self._work.wait_for_news(token, HOLD_S)

    @Slot(int, object)
    def _on_told(self, number: int, event: LiveEvent) -> None:
        if number != self._live_number or self._stopped:
            return  # of a connection that is given up
        if event == LiveEvent.UP:
            self._live_up = True
            self._pacing.live_up()
            if not self._busy:
                self._schedule()
            self._work.poke(visited=False)
        elif event == LiveEvent.MOVED:
            self._pacing.moved()
            self.round_finished.emit(OK)
        else:
            self.sync_now()

    def _on_news(self, report: RoundReport) -> None:
        self._live_running = False
        self._pacing.live_up()
        if report.rows:
            self._pacing.moved()
            self.round_finished.emit(OK)
        self._soon_live()

    def _on_live_ended(self, _value: object) -> None:
        self._live_running = self._live_up = False
        self._schedule()
        if self._pacing.wants_live:
            self._soon_live()

    def _on_live_failed(self, error: Exception) -> None:
        was_up, self._live_up, self._live_running = self._live_up, False, False
        if isinstance(error, LiveRefused):
            self._pacing.live_refused()
        else:
            self._pacing.live_lost(was_up=was_up)
            if not isinstance(error, EnvironmentFault | ServerFault):
                self._runner.unexpected.emit(error)
        if was_up:
            self._schedule()
            self._start(self._debounce, self._pacing.act_s())  # what was done meanwhile goes by a visit
        elif not isinstance(error, LiveRefused):
            self.sync_now()  # tells whether there is a line at all
        self._soon_live()

    @Slot()
    def _on_lingered(self) -> None:
        if not self._pacing.wants_live:
            self._work.end_live()

    def _schedule(self) -> None:
        if not self._busy:
            self._start(self._timer, self._pacing.next_visit_s(live=self._live_up))

    def _start(self, timer: QTimer, seconds: float) -> None:
        if not self._stopped:
            timer.start(int(seconds * 1000))


def _single_shot(owner: QObject, slot: Any) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.timeout.connect(slot)
    return timer
