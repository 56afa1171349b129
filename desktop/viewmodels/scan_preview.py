"""The pages of a letter's scans, one at a time, drawn in the background."""

from enum import Enum
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.attachments import Attachment
from core.domain.ids import LetterId
from desktop.services.attachments import AttachmentService, ScanState
from desktop.viewmodels.failures import Failure, failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner

FIRST_WIDTH = 900
MOST_WIDTH = 2600
# A page drawn a little too small is not worth drawing again.
TOLERANCE = 1.15


class PreviewState(Enum):
    """What there is to show."""

    EMPTY = "empty"
    BUSY = "busy"
    PAGE = "page"
    THUMBNAIL = "thumbnail"
    """The small picture of the first page is here, the scan is not: `missing` says where it is."""
    ELSEWHERE = "elsewhere"
    """The scan is on the server only."""
    WANTED = "wanted"
    """The scan was asked for and comes with the next sync."""
    HIDDEN = "hidden"
    """The letter is secret and not for this person."""
    FAILED = "failed"


class DrawnPage(NamedTuple):
    """One page as it came: rows of `width` pixels of three bytes, red first."""

    width: int
    height: int
    rgb: bytes


class _Absent(NamedTuple):
    """A scan that is not here: where it is, its small picture if that is, and whether that was just asked for."""

    state: ScanState
    small: DrawnPage | None
    asked: bool


class _Place(NamedTuple):
    """A page of all pages: which scan or file, and which page of it from 0."""

    source: Attachment | Path
    page: int


class ScanPreview(QObject):
    """Shows the pages of one or more scans as one row of pages.

    Signals: `changed()` whenever `state`, `image`, `page`, `pages`, `failure` or `missing` changed. `sharper` tells
    that the image is the page shown before, only finer. `requested()` after a scan was asked for, by a person or
    because it turned out to be damaged here.
    """

    changed = Signal()
    requested = Signal()

    def __init__(self, attachments: AttachmentService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._attachments = attachments
        self._runner = runner
        self._sources: tuple[tuple[Attachment | Path, int], ...] = ()
        self._letter: LetterId | None = None
        self._token: CancelToken | None = None
        self._width = FIRST_WIDTH
        self._asked_width = 0
        self.sharper = False
        self.state = PreviewState.EMPTY
        self.image: DrawnPage | None = None
        self.page = 0
        self.pages = 0
        self.failure = Failure("")
        self.missing: ScanState | None = None

    def show_scan(self, scan: Attachment | None) -> None:
        """Show the first page of one scan, or nothing."""
        self.show_scans(() if scan is None else (scan,))

    def show_scans(self, scans: tuple[Attachment, ...], *, letter: LetterId | None = None) -> None:
        """Show the first page of several scans of a letter; the same scans again change nothing."""
        self._letter = letter
        sources = tuple((scan, max(1, scan.pages)) for scan in scans)
        if sources == self._sources and self.state is not PreviewState.HIDDEN:
            return
        self._show_sources(sources)

    def show_file(self, path: Path, *, pages: int = 1) -> None:
        """Show a file that was not taken in yet."""
        self._show_sources(((path, pages),))

    def show_hidden(self) -> None:
        """Say that there may be a scan but not for this person."""
        self._cancel()
        self._sources = ()
        self.image, self.page, self.pages = None, 0, 0
        self._become(PreviewState.HIDDEN)

    def show_page(self, page: int) -> None:
        """Show a page, counted from 1 over all scans; a page that is not there is ignored."""
        if 1 <= page <= self.pages:
            self.page = page
            self._load(again=False)

    def show_source(self, number: int) -> None:
        """Show the first page of one of the scans, counted from 0."""
        if 0 <= number < len(self._sources):
            self.show_page(1 + sum(pages for _, pages in self._sources[:number]))

    @property
    def source(self) -> int:
        """The number of the scan that the shown page belongs to, from 0."""
        place = self.page
        for number, (_, pages) in enumerate(self._sources):
            if place <= pages:
                return number
            place -= pages
        return 0

    def set_width(self, pixels: int) -> None:
        """Say how wide the page is shown in pixels of the screen; a page drawn too coarse is drawn again."""
        self._width = min(MOST_WIDTH, max(1, pixels))
        if self.state is PreviewState.PAGE and self._width > self._asked_width * TOLERANCE:
            self._load(again=True)

    def request(self) -> None:
        """Ask for a scan that is not here."""
        place = self._place()
        if place is not None and isinstance(place.source, Attachment):
            work = partial(_want, self._attachments, scan=place.source, letter=self._letter)
            self._token = self._runner.run(Lane.STORE, work, done=self._on_requested, failed=self._on_failed)

    @Slot()
    def refresh(self) -> None:
        """Look again whether a missing scan has come; call it when files have arrived."""
        if self.state is PreviewState.THUMBNAIL:
            self._load(again=True)  # the same page, only finer
        elif self.state in {PreviewState.ELSEWHERE, PreviewState.WANTED, PreviewState.FAILED} and self.page:
            self._load(again=False)

    def _show_sources(self, sources: tuple[tuple[Attachment | Path, int], ...]) -> None:
        self._cancel()
        self._sources = sources
        self.image = None
        self.pages = sum(pages for _, pages in sources)
        self.page = 1 if sources else 0
        if not sources:
            self._become(PreviewState.EMPTY)
            return
        self._load(again=False)

    def _load(self, *, again: bool) -> None:
        place = self._place()
        if place is None:
            return
        self._cancel()
        self._asked_width = self._width
        self.sharper = again
        work = partial(_draw, self._attachments, place=place, width=self._width, letter=self._letter)
        self._token = self._runner.run(Lane.PAGES, work, done=self._on_drawn, failed=self._on_failed)
        if not again:
            self._become(PreviewState.BUSY)

    def _on_drawn(self, result: DrawnPage | _Absent) -> None:
        self._token = None
        if isinstance(result, _Absent):
            self.image, self.missing = result.small, result.state
            if result.asked or result.state.damaged:
                self.requested.emit()
            if result.small is not None:
                self._become(PreviewState.THUMBNAIL)
            else:
                self._become(PreviewState.WANTED if result.state.wanted else PreviewState.ELSEWHERE)
            return
        self.image = result
        self._become(PreviewState.PAGE)

    def _on_requested(self, _value: object) -> None:
        self._token = None
        self.requested.emit()
        self._load(again=True)

    def _on_failed(self, error: Exception) -> None:
        self._token = None
        self.image = None
        self.failure = failure_of(error)
        self._become(PreviewState.FAILED)

    def _become(self, state: PreviewState) -> None:
        self.state = state
        self.changed.emit()

    def _place(self) -> _Place | None:
        page = self.page
        for source, pages in self._sources:
            if 1 <= page <= pages:
                return _Place(source, page - 1)
            page -= pages
        return None

    def _cancel(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self._token = None


def _want(attachments: AttachmentService, _token: CancelToken, *, scan: Attachment, letter: LetterId | None) -> None:
    attachments.want(scan, letter)


def _draw(
    attachments: AttachmentService, _token: CancelToken, *, place: _Place, width: int, letter: LetterId | None
) -> DrawnPage | _Absent:
    """Draw one page, or say that its scan is not here, with its small picture if there is one of it."""
    source, page = place
    if isinstance(source, Path):
        drawn = attachments.preview(source, page=page, width=width)
    else:
        state = attachments.state(source)
        if not state.here:
            small = attachments.thumbnail(source) if page == 0 else None
            asked = page == 0 and small is None and attachments.want_thumbnail(source, letter)
            picture = None if small is None else DrawnPage(small.width, small.height, small.rgb)
            return _Absent(state, picture, asked)
        drawn = attachments.page(source, page=page, width=width, letter=letter)
    return DrawnPage(drawn.width, drawn.height, drawn.rgb)
