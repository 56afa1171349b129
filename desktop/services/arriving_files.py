"""Files of people before they are taken in: what they are, and of photos that only phones understand a JPEG picture.

Everybody who gets the letter can open a JPEG; a photo (HEIC) stays where the person has it.
"""

import io
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from desktop.storage.blobs import BlobFiles
from desktop.system.page_messages import PageTrouble
from desktop.system.page_renderer import ScanFacts, ScanUnusable, Source


class Looking(Protocol):
    """What looks at files in another process: `desktop.system.page_renderer.PageRenderer`."""

    def inspect(self, source: Source) -> ScanFacts:
        """Pages and media of a file; ScanRefused if it cannot be a scan."""

    def develop(self, source: Source) -> bytes:
        """A phone's photo as a JPEG picture."""


class LookedAt(NamedTuple):
    """A file that can be taken in: its name and facts, and the picture that was made of it, if it was a photo."""

    path: Path
    name: str
    facts: ScanFacts
    jpeg: bytes = b""

    @property
    def source(self) -> Source:
        """Where its content is."""
        return partial(io.BytesIO, self.jpeg) if self.jpeg else self.path

    def add_to(self, files: BlobFiles) -> tuple[bytes, int]:
        """Copy it in; its hash and size. EnvironmentFault leaves nothing behind."""
        return files.add_bytes(self.jpeg) if self.jpeg else files.add(self.path)


def look_at(path: Path, pages: Looking) -> LookedAt:
    """Look at a file; ScanRefused if it cannot be a scan, EnvironmentFault if it cannot be read."""
    try:
        return LookedAt(path, path.name, pages.inspect(path))
    except ScanUnusable as refusal:
        if refusal.code is not PageTrouble.HEIC:
            raise
    jpeg = pages.develop(path)
    return LookedAt(path, f"{path.stem}.jpg", pages.inspect(partial(io.BytesIO, jpeg)), jpeg)
