"""Warns above the screens of work that has lain on this PC alone for too long, until it has left or is put away."""

from datetime import date

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.app.session_services import SessionServices
from desktop.services.clock import local_date, system_clock
from desktop.services.lone_work import LoneWarning, LoneWorkService
from desktop.views.lone_words import lone_text
from desktop.views.workspace import Workspace
from desktop.workers.runner import CancelToken, Lane

# Nobody waits for it; while it warns, what was sent or written to a stick shall end the warning soon.
LOOK_MS = 900_000
LOOK_AGAIN_MS = 10_000


class LoneNotice(QObject):
    """From the moment the screens stand until the person leaves."""

    def __init__(self, parts: SessionServices, workspace: Workspace) -> None:
        super().__init__(parts.owner)
        self._service = LoneWorkService(parts.ground.opened.store, system_clock)
        self._runner = parts.ground.runner
        self._workspace = workspace
        self._put_away: date | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        parts.status.came_round.connect(self.look)
        workspace.warning_heeded.connect(self._on_heeded)
        workspace.warning_put_away.connect(self._on_put_away)

    @Slot()
    def look(self) -> None:
        """Ask the store."""
        self._runner.run(Lane.STORE, self._read, done=self._on_read, failed=self._on_failed)

    def _read(self, _token: CancelToken) -> LoneWarning | None:
        return self._service.look()

    def _on_read(self, told: LoneWarning | None) -> None:
        self._timer.start(LOOK_AGAIN_MS if told else LOOK_MS)
        if told is None:
            self._workspace.end_warning()
        elif self._put_away != local_date(system_clock()):
            text = lone_text(acts=told.acts, scans=told.scans, since=told.since)
            self._workspace.warn(text, action=self.tr("Buka Pusat Sinkron"))

    def _on_failed(self, _error: Exception) -> None:
        # The status strip says that nothing can be read.
        self._timer.start(LOOK_MS)

    @Slot()
    def _on_heeded(self) -> None:
        self._workspace.show_place("sync")

    @Slot()
    def _on_put_away(self) -> None:
        self._put_away = local_date(system_clock())
