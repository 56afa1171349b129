"""The figures of the status strip: is my work safe, what waits, when was the last contact."""

from datetime import datetime, timezone
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from desktop.services.clock import WIB
from desktop.services.sync_center import LineState, SyncCenterService, SyncOverview
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import CancelToken, Lane, TaskRunner

REFRESH_MS = 200


class SyncMonitor(Protocol):
    """What tells of rounds of sync: `progress(str)` with the phase, `round_finished()`."""

    @property
    def progress(self) -> SignalInstance:
        """A phase has begun."""

    @property
    def round_finished(self) -> SignalInstance:
        """A round is over, whatever came of it."""


class StatusBar(QObject):
    """What the strip says.

    Signals: `changed()` when `overview` or `phase` changed; `came_round()` after a round of sync, for screens that
    wait for files.
    """

    changed = Signal()
    came_round = Signal()

    def __init__(
        self,
        service: SyncCenterService,
        runner: TaskRunner,
        *,
        feed: ChangeFeed,
        monitor: SyncMonitor | None = None,
        zone: timezone = WIB,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._zone = zone
        self.overview: SyncOverview | None = None
        self.phase = ""
        self.failure = ""
        self._refresh = Coalescer(REFRESH_MS, parent=self)
        self._refresh.due.connect(self.load)
        feed.changed.connect(self._on_changed)
        if monitor is not None:
            monitor.progress.connect(self._on_progress)
            monitor.round_finished.connect(self._on_round_finished)

    @Slot()
    def load(self) -> None:
        """Read the figures."""
        work = partial(_overview, self._service)
        self._runner.run(Lane.STORE, work, done=self._on_overview, failed=self._on_failed)

    @property
    def practice(self) -> bool:
        """Whether nothing is ever sent from here."""
        return self.overview is not None and self.overview.line is LineState.PRACTICE

    @property
    def offline(self) -> bool:
        """Whether there is no network just now."""
        return self.overview is not None and self.overview.line is LineState.OFFLINE

    @property
    def problem(self) -> str:
        """The code of what stops the sync, beyond a missing network; or the empty text."""
        if self.overview is None or self.overview.line not in {LineState.PROBLEM, LineState.SIGN_IN_AGAIN}:
            return ""
        return self.overview.problem

    @property
    def last_success(self) -> datetime | None:
        """When the last round succeeded, in local time."""
        return self._local(self.overview.last_success if self.overview else None)

    @property
    def offline_since(self) -> datetime | None:
        """Since when there is no network, in local time."""
        return self._local(self.overview.offline_since if self.overview else None)

    def _local(self, moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(self._zone)

    @Slot(object)
    def _on_changed(self, _changes: object) -> None:
        self._refresh.ask()

    @Slot(str)
    def _on_progress(self, phase: str) -> None:
        self.phase = phase
        self.changed.emit()

    @Slot()
    def _on_round_finished(self) -> None:
        self.phase = ""
        self._refresh.ask()
        self.changed.emit()
        self.came_round.emit()

    def _on_overview(self, overview: SyncOverview) -> None:
        self.failure = ""
        self.overview = overview
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self.failure = failure_of(error).code
        self.changed.emit()


def _overview(service: SyncCenterService, _token: CancelToken) -> SyncOverview:
    return service.overview()
