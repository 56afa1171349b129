"""Small pictures of the first pages of scans, drawn when nothing else waits to be drawn."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.attachments import Attachment
from desktop.services.attachments import AttachmentService
from desktop.viewmodels.scan_preview import DrawnPage
from desktop.workers.runner import CancelToken, Lane, TaskRunner

WIDTH = 110
MOST = 24


class PageThumbnails(QObject):
    """Draws thumbnails.

    Signals: `drawn(object)` with a DrawnPage, in the order of the pages. The first page that cannot be drawn is the
    last one tried: its number stands in the place of its picture.
    """

    drawn = Signal(object)

    def __init__(self, attachments: AttachmentService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._attachments = attachments
        self._runner = runner
        self._waiting: list[tuple[Attachment, int]] = []
        self._token: CancelToken | None = None

    def show_scans(self, scans: tuple[Attachment, ...]) -> None:
        """Draw the pages of other scans."""
        if self._token is not None:
            self._token.cancel()
            self._token = None
        self._waiting = [(scan, page) for scan in scans for page in range(scan.pages)][:MOST]
        self._next()

    def _next(self) -> None:
        if self._waiting:
            scan, page = self._waiting.pop(0)
            work = partial(_draw, self._attachments, scan=scan, page=page)
            self._token = self._runner.run(Lane.PAGES, work, done=self._on_drawn, failed=self._on_failed, priority=-1)

    def _on_drawn(self, page: DrawnPage) -> None:
        self._token = None
        self.drawn.emit(page)
        self._next()

    def _on_failed(self, _error: Exception) -> None:
        # The preview says what is wrong with the file; a missing small picture is not worth a second sentence.
        self._token = None
        self._waiting = []


def _draw(attachments: AttachmentService, _token: CancelToken, *, scan: Attachment, page: int) -> DrawnPage:
    drawn = attachments.page(scan, page=page, width=WIDTH)
    return DrawnPage(drawn.width, drawn.height, drawn.rgb)
