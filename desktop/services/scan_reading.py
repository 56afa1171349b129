"""What a scan says about its letter, read in the background: proposals for a form, kept in memory alone."""

import threading
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


# As many as a person enters before the PC is left alone.
MOST_KEPT = 50


class FirstPages:
    """First pages that a form had read, until they are wanted for the search: the newest, in memory alone."""

    def __init__(self) -> None:
        """Nothing yet; safe to share between threads."""
        self._texts: dict[bytes, str] = {}
        self._guard = threading.Lock()

    def keep(self, sha256: bytes, text: str) -> None:
        """Keep what stands on the first page of a file."""
        with self._guard:
            while len(self._texts) >= MOST_KEPT:
                del self._texts[next(iter(self._texts))]
            self._texts[sha256] = text

    def take(self, sha256: bytes) -> str | None:
        """What stands on the first page of a file, once; None where it has to be read."""
        with self._guard:
            return self._texts.pop(sha256, None)


class ScanReading:
    """Reads first pages."""

    def __init__(self, files: BlobFiles, reader: PageReading, read: FirstPages) -> None:
        """Over the folder of files and the reading process; what was `read` need not be read again."""
        self._files = files
        self._reader = reader
        self._read = read

    def proposal(self, scan: Attachment) -> Proposal:
        """What the first page of a scan proposes; nothing where it cannot be read."""
        try:
            text = self._reader.read(partial(self._files.content, scan.sha256), page=0)
        except ScanRefused:
            return Proposal()
        self._read.keep(scan.sha256, text)
        return proposal_of(text)
