"""Scans that come in: from the watched folder, from the scanner, and as files that a person brings."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.services.scan_inbox import ScanInboxService
from desktop.services.scan_sources import Arrivals, ScanSources
from desktop.system.scan_item import Origin
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import Lane, TaskRunner, untold

LOOK_MS = 2_000


class ScanArrivals(QObject):
    """Takes scans in.

    Signals: `changed()` when another folder is watched, or the folder went away or came back; `came(int)` with how many
    items came, whether somebody asked for them or not; `refused(str, str)` with a code and the name of a file or
    nothing; `busy_changed(bool)` while the scanner works.
    """

    changed = Signal()
    came = Signal(int)
    refused = Signal(str, str)
    busy_changed = Signal(bool)

    def __init__(
        self, service: ScanInboxService, sources: ScanSources, runner: TaskRunner, *, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._sources = sources
        self._runner = runner
        self._looking = False
        # The disk is not asked again by each screen that is shown: nobody else chooses the folder.
        self.folder = sources.folder
        self.busy = False
        self.away = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look at the folder from now on."""
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Look at the folder, unless that is still going on: a drive that is away answers late."""
        if not self._looking:
            self._looking = True
            self._runner.run(Lane.SCANS, untold(self._sources.look), done=self._on_looked, failed=self._on_look_failed)

    def watch(self, folder: str) -> None:
        """Watch another folder."""
        self._sources.watch(folder)
        self.folder = folder
        self.away = False
        self.changed.emit()
        self.look()

    def scan(self) -> None:
        """Scan what lies on the scanner."""
        if not self.busy:
            self._set_busy(busy=True)
            done, failed = self._on_scanned, self._on_scan_failed
            self._runner.run(Lane.SCANS, untold(self._sources.scan), done=done, failed=failed)

    def take(self, paths: Sequence[Path]) -> None:
        """Take files in, each as an item."""
        for path in paths:
            work = untold(partial(self._service.take, [path], Origin.FILE))
            failed = partial(self._on_file_failed, path.name)
            self._runner.run(Lane.FILES, work, done=self._on_taken, failed=failed)

    def _on_taken(self, item: object) -> None:
        self.came.emit(0 if item is None else 1)

    def _on_file_failed(self, name: str, error: Exception) -> None:
        self.refused.emit(failure_of(error).code, name)

    def _on_looked(self, arrivals: Arrivals) -> None:
        self._looking = False
        for name, code in arrivals.refused:
            self.refused.emit(code, name)
        if arrivals.away != self.away:
            self.away = arrivals.away
            self.changed.emit()
        if arrivals.came:
            self.came.emit(arrivals.came)

    def _on_look_failed(self, error: Exception) -> None:
        self._looking = False
        self.refused.emit(failure_of(error).code, "")

    def _on_scanned(self, _value: object) -> None:
        self._set_busy(busy=False)
        self.came.emit(1)

    def _on_scan_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self.refused.emit(failure_of(error).code, "")

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)
