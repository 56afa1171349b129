"""Files on their way between this PC and the server: which, for which letter, and stopping them."""

from datetime import UTC, datetime

import msgspec

from core.domain.ids import BlobHash
from core.domain.letters import IncomingLetter
from desktop.storage.blob_table import BlobRow, BlobState, FileReason
from desktop.storage.meta import FileFacts
from desktop.storage.unit_of_work import Store, UnitOfWork

MOST = 300


class FileItem(msgspec.Struct, frozen=True, kw_only=True):
    """A scan that is not yet where it goes: `have` of `size` bytes are; `up` is the way to the server.

    `about` is the letter's subject, or its sender where the subject is secret; `pages` is 0 where nobody counted.
    """

    sha256: BlobHash
    about: str
    pages: int
    size: int
    have: int
    up: bool
    reason: FileReason
    paused: bool
    damaged: bool
    asked_at: datetime


class FileTrafficService:
    """Reads what waits, and notes what a person wants of it."""

    def __init__(self, store: Store) -> None:
        """Over the open store."""
        self._store = store

    def listed(self) -> tuple[tuple[FileItem, ...], FileFacts]:
        """The scans that wait, the most urgent first, and how files go at all."""
        with self._store.read() as uow:
            rows = uow.blobs.listed(MOST)
            return tuple(_item(uow, row) for row in rows), uow.meta.files()

    def pause_all(self, *, paused: bool) -> None:
        """Stop all files, or let them go on; letters and dispositions go on in any case."""
        with self._store.begin() as uow:
            uow.meta.write(msgspec.structs.replace(uow.meta.files(), paused=paused))

    def pause(self, sha256: bytes, *, paused: bool) -> None:
        """Stop one file, or let it go on."""
        with self._store.begin() as uow:
            uow.blobs.pause(sha256, paused=paused)

    def choose_night(self, *, fetch: bool, metered: bool) -> None:
        """Whether scans that nobody opened come at night, and whether the line is paid for by what goes over it."""
        with self._store.begin() as uow:
            uow.meta.write(msgspec.structs.replace(uow.meta.files(), night_fetch=fetch, metered=metered))


def _item(uow: UnitOfWork, row: BlobRow) -> FileItem:
    letter = uow.get(IncomingLetter, row.letter) if row.letter else None
    scans = letter.scans if letter else ()
    about = "" if letter is None else letter.sender if letter.is_secret else letter.subject
    return FileItem(
        sha256=row.sha256,
        about=about,
        pages=next((scan.pages for scan in scans if scan.sha256 == row.sha256), 0),
        size=row.size,
        have=row.have,
        up=row.state is BlobState.TO_SEND,
        reason=row.reason,
        paused=row.paused,
        damaged=row.damaged,
        asked_at=datetime.fromtimestamp(row.added_ms / 1000, UTC),
    )


__all__ = ["FileFacts", "FileItem", "FileReason", "FileTrafficService"]
