"""Reads the texts of scans in the background, so that letters are found by them: page by page, the newest first."""

from collections.abc import Callable
from enum import Enum
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from desktop.services.scan_reading import FirstPages, PageReading
from desktop.storage.blobs import BlobFiles
from desktop.storage.scan_index import index_scan
from desktop.storage.scan_texts import (
    WaitingPages,
    WaitingScan,
    give_up,
    keep_page,
    line_up,
    next_waiting,
    try_again,
    unread,
    waiting,
)
from desktop.storage.unit_of_work import Store
from desktop.system.faults import EnvironmentFault
from desktop.system.page_renderer import RenderFailed, ScanUnusable
from desktop.system.settings import read_settings, write_settings

# Files looked through in one short transaction.
FILES_AT_ONCE = 2_000


class Step(Enum):
    """What came of one step."""

    READ = "read"
    NOTHING_LEFT = "nothing left"
    PAUSED = "paused"


class ScanTextState(msgspec.Struct, frozen=True, kw_only=True):
    """What a person is shown: how much waits, and whether reading is paused."""

    waiting: WaitingPages = WaitingPages()
    paused: bool = False


class ScanTextService:
    """Reads over one open profile; each step may be called on any thread, one at a time."""

    def __init__(
        self, store: Store, files: BlobFiles, reader: PageReading, folder: Path, *, read: FirstPages | None = None
    ) -> None:
        """Over the open store, its folder of files and the reading process; `folder` holds this PC's settings.

        What the form had `read` is not read again.
        """
        self._first = read or FirstPages()
        self._store = store
        self._files = files
        self._reader = reader
        self._folder = folder

    def begin(self) -> None:
        """After a start: what could not be opened is tried again."""
        with self._store.begin() as uow:
            try_again(uow.connection)

    def line_up(self, stopped: Callable[[], bool]) -> None:
        """Note every scan that is here and was not read."""
        after: bytes | None = b""
        while after is not None and not stopped():
            with self._store.read() as uow:
                batch = unread(uow.connection, after, limit=FILES_AT_ONCE)
            if batch.scans:
                with self._store.begin() as uow:  # a letter may have become secret meanwhile
                    line_up(uow.connection, unread(uow.connection, after, limit=FILES_AT_ONCE))
            after = batch.last

    def read_next(self) -> Step:
        """Read one page and keep it. A page that is damaged is an empty one.

        Where the file cannot be opened, or the reading took too long or died of the page, the scan waits for the next
        start; what was read of it before is searched meanwhile. EnvironmentFault when the store cannot be written;
        nothing is lost then but the reading of this page.
        """
        if not read_settings(self._folder).read_scans:
            return Step.PAUSED
        with self._store.read() as uow:
            scan = next_waiting(uow.connection)
        if scan is None:
            return Step.NOTHING_LEFT
        words = self._words(scan)
        with self._store.begin() as uow:
            if words is None:
                give_up(uow.connection, scan.sha256)
            if words is None or keep_page(uow.connection, scan, words):
                index_scan(uow.connection, scan.sha256)
        return Step.READ

    def state(self) -> ScanTextState:
        """How much waits."""
        with self._store.read() as uow:
            found = waiting(uow.connection)
        return ScanTextState(waiting=found, paused=not read_settings(self._folder).read_scans)

    def pause(self, *, paused: bool) -> None:
        """Stop reading on this PC until it is wanted again, or go on."""
        write_settings(self._folder, replace(read_settings(self._folder), read_scans=not paused))

    def _words(self, scan: WaitingScan) -> str | None:
        """The text of the next page, or None where it is not to be had now."""
        known = None if scan.done else self._first.take(scan.sha256)
        if known is not None:
            return known
        try:
            return self._reader.read(partial(self._files.content, scan.sha256), page=scan.done)
        except ScanUnusable:
            return ""
        except (RenderFailed, EnvironmentFault):
            return None
