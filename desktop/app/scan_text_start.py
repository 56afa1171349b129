"""Starts the reading of scans in the background: loaded when the window stands, since nothing waits for it."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from desktop.app.idle_watch import IdleWatch
from desktop.app.session_services import Ground
from desktop.services.scan_texts import ScanTextService
from desktop.workers.runner import Lane
from desktop.workers.scan_texts import ScanTextReader

# Who types stops for longer now and then, at the latest at the end of a letter.
TOUCHED_MS = 4_000


class ScanTextDesk(QObject):
    """Reads for an open profile, while nobody types, no visit runs and no file is made ready for a letter."""

    def __init__(self, ground: Ground, application: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        self._visiting = False
        self._touch = IdleWatch(application, TOUCHED_MS, parent=self)
        opened = ground.opened
        files, folder = opened.files, opened.profile.folder
        service = ScanTextService(opened.store, files, ground.reader, folder, read=ground.first_pages)
        self._reader = ScanTextReader(
            ground.runner, service, feed=ground.feed, busy=self._is_busy, rest=ground.reader.rest, parent=self
        )
        ground.relay.running_changed.connect(self._on_visit)
        ground.relay.file_progressed.connect(self._on_file)
        self._reader.start()

    def _is_busy(self) -> bool:
        works = self._ground.runner.works_in(Lane.PAGES, Lane.FILES, Lane.READ, Lane.STICK)
        return self._visiting or works or self._touch.left_ms() > 0

    @Slot(bool)
    def _on_visit(self, running: bool) -> None:  # noqa: FBT001  # a slot
        self._visiting = running

    @Slot(object)
    def _on_file(self, progress: object) -> None:
        if progress is None:  # it is here, or has gone
            self._reader.look_soon()


def start_scan_texts(ground: Ground, application: QApplication, parent: QObject) -> ScanTextDesk:
    """The reading for an open profile; ends with `parent`."""
    return ScanTextDesk(ground, application, parent)
