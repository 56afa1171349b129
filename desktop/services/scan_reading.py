"""What a scan says about its letter, read in the background: proposals for a form, kept nowhere."""

from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Protocol

from core.domain.attachments import Attachment
from desktop.services.letter_parsing import Proposal, proposal_of
from desktop.storage.blobs import BlobFiles
from desktop.system.page_renderer import ScanRefused


class PageReading(Protocol):
    """What reads pages in another process: `desktop.system.page_renderer.PageRenderer` with READING_WORKER."""

    def read(self, source: Callable[[], BinaryIO], /, *, page: int) -> str:
        """What stands on a page; ScanRefused where it cannot be read."""


class ScanReading:
    """Reads first pages."""

    def __init__(self, files: BlobFiles, reader: PageReading) -> None:
        """Over the folder of files and the reading process."""
        self._files = files
        self._reader = reader

    def proposal(self, scan: Attachment) -> Proposal:
        """What the first page of a scan proposes; nothing where it cannot be read."""
        try:
            return proposal_of(self._reader.read(partial(self._files.content, scan.sha256), page=0))
        except ScanRefused:
            return Proposal()
