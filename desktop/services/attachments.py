"""Scans: taken in after they were looked at, opened page by page."""

from pathlib import Path
from typing import Protocol

import msgspec

from core.domain.attachments import Attachment
from core.domain.ids import BlobHash
from desktop.services.clock import Clock, millis
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.system.page_renderer import PageImage, ScanFacts


class Pages(Protocol):
    """What looks at files in another process: `desktop.system.page_renderer.PageRenderer`."""

    def inspect(self, path: Path) -> ScanFacts:
        """Pages and media of a file; ScanRefused if it cannot be a scan."""

    def render(self, path: Path, *, page: int, width: int, rotate: int = 0) -> PageImage:
        """One page as an image."""


class ScanState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a scan can be shown now; `have` of `size` bytes are here."""

    here: bool
    wanted: bool
    size: int
    have: int


class AttachmentService:
    """Takes scans in and shows their pages."""

    def __init__(self, store: Store, files: BlobFiles, pages: Pages, clock: Clock) -> None:
        """Over the open store, its folder of files and the page renderer."""
        self._store = store
        self._files = files
        self._pages = pages
        self._clock = clock

    def take(self, path: Path) -> Attachment:
        """Look at a file and copy it in; ScanRefused or EnvironmentFault leave nothing behind."""
        facts = self._pages.inspect(path)
        sha256, size = self._files.add(path)
        return Attachment(
            sha256=BlobHash(sha256),
            size=size,
            media=facts.media,
            pages=facts.pages,
            name=path.name[:120],
        )

    def state(self, scan: Attachment) -> ScanState:
        """Where a scan is."""
        if self._files.has(scan.sha256):
            return ScanState(here=True, wanted=False, size=scan.size, have=scan.size)
        with self._store.read() as uow:
            row = uow.blobs.get(scan.sha256)
        return ScanState(here=False, wanted=row is not None, size=scan.size, have=row.have if row else 0)

    def want(self, scan: Attachment) -> None:
        """Ask for a scan that is not here: it is the next to come."""
        now_ms = millis(self._clock())
        with self._store.begin() as uow:
            uow.blobs.add(scan.sha256, scan.size, state=BlobState.WANTED, now_ms=now_ms, reason=FileReason.OPENED)

    def page(self, scan: Attachment, *, page: int, width: int, rotate: int = 0) -> PageImage:
        """One page as an image of `width` pixels."""
        return self._pages.render(self._files.path(scan.sha256), page=page, width=width, rotate=rotate)

    def preview(self, path: Path, *, page: int, width: int, rotate: int = 0) -> PageImage:
        """One page of a file that is not taken in yet."""
        return self._pages.render(path, page=page, width=width, rotate=rotate)
