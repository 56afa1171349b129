"""Small pictures of the pages of Pindaian, drawn when nothing else waits to be drawn."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.services.scan_inbox import ScanInboxService
from desktop.system.scan_item import ItemPage
from desktop.viewmodels.scan_preview import DrawnPage
from desktop.workers.runner import CancelToken, Lane, TaskRunner

WIDTH = 220
MOST_KEPT = 300


class ScanPictures(QObject):
    """Draws pages, and keeps the newest. Signals: `drawn(object)` with an ItemPage whose picture is here."""

    drawn = Signal(object)

    def __init__(self, service: ScanInboxService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._pictures: dict[ItemPage, DrawnPage] = {}
        self._wanted: list[ItemPage] = []
        self._token: CancelToken | None = None

    def picture(self, page: ItemPage) -> DrawnPage | None:
        """The picture of a page; where it is not here yet it is drawn, and `drawn` follows."""
        known = self._pictures.get(page)
        if known is None and page not in self._wanted:
            self._wanted.append(page)
            self._next()
        return known

    def _next(self) -> None:
        if self._token is None and self._wanted:
            page = self._wanted[0]
            work = partial(_draw, self._service, page)
            done, failed = partial(self._on_drawn, page), partial(self._on_failed, page)
            self._token = self._runner.run(Lane.PAGES, work, done=done, failed=failed, priority=-1)

    def _on_drawn(self, page: ItemPage, picture: DrawnPage) -> None:
        self._token = None
        self._wanted.remove(page)
        self._pictures[page] = picture
        while len(self._pictures) > MOST_KEPT:
            del self._pictures[next(iter(self._pictures))]
        self.drawn.emit(page)
        self._next()

    def _on_failed(self, page: ItemPage, _error: Exception) -> None:
        # Its number stands in the place of its picture.
        self._token = None
        self._wanted.remove(page)
        self._next()


def _draw(service: ScanInboxService, page: ItemPage, _token: CancelToken) -> DrawnPage:
    drawn = service.picture(page, width=WIDTH)
    return DrawnPage(drawn.width, drawn.height, drawn.rgb)
