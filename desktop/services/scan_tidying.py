"""Scans made straight, white and small before they are saved; the file as it came is kept until that is done."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePath
from typing import Protocol

import msgspec

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash
from desktop.services.unnamed_files import delete_unnamed
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.system.page_renderer import ScanRefused, Source

# A page of so many bytes costs half a second of a line of 1 Mbit/s: it is not worth the time.
SMALL_PAGE = 60_000
# What does not become smaller by this is left as the scanner made it.
WORTH = 0.8
MOST_NAME = 120

Told = Callable[[int, int], bool]


class Cleaner(Protocol):
    """What cleans pages in another process: `desktop.system.page_renderer.PageRenderer`."""

    def clean(self, source: Source, *, told: Told | None = None) -> bytes | None:
        """The pages of a scan, clean, as a PDF; None where they are not to be touched."""

    def inspect(self, source: Source) -> object:
        """ScanRefused if the file cannot be shown."""

    def thumbnail(self, source: Source) -> bytes:
        """The first page as a small JPEG picture; ScanRefused where there is none."""


class ScanTidying:
    """Makes clean copies of scans that were taken in."""

    def __init__(self, store: Store, files: BlobFiles, cleaner: Cleaner) -> None:
        """Over the open store, its folder of files and the cleaner."""
        self._store = store
        self._files = files
        self._cleaner = cleaner

    @staticmethod
    def is_worth(scan: Attachment) -> bool:
        """Whether a scan is large enough to be made smaller."""
        return scan.size > SMALL_PAGE * max(1, scan.pages)

    def tidied(self, scan: Attachment, *, told: Told | None = None) -> Attachment | None:
        """The clean copy of a scan, on disk when this returns; None where the scan is better left as it is.

        `told` as of the cleaner. What cannot be cleaned is left; EnvironmentFault: the disk.
        """
        source = partial(self._files.content, scan.sha256)
        try:
            content = self._cleaner.clean(source, told=told)
            if content is None or len(content) > scan.size * WORTH:
                return None
            sha256, size = self._files.add_bytes(content)
            # What the one process wrote is looked at as whatever comes from outside.
            written = partial(self._files.content, sha256)
            self._cleaner.inspect(written)
            small, small_size = self._files.add_bytes(self._cleaner.thumbnail(written))
        except ScanRefused:
            return None
        return msgspec.structs.replace(
            scan,
            sha256=BlobHash(sha256),
            size=size,
            media=MediaType.PDF,
            name=f"{PurePath(scan.name).stem[: MOST_NAME - 4]}.pdf" if scan.name else "",
            thumbnail=BlobHash(small),
            thumbnail_size=small_size,
        )

    def rate(self) -> float:
        """How many bytes a second went to the server when a file last did; 0: not known."""
        with self._store.read() as uow:
            return uow.meta.files().rate_up

    def drop(self, scans: Sequence[Attachment]) -> None:
        """Remove scans with their small pictures, unless a letter, Pindaian, a draft or the trash has them."""
        delete_unnamed(self._store, self._files, {file for scan in scans for file in (scan.sha256, scan.thumbnail)})
