"""Scans and other files of a letter: named by the SHA-256 of their content, never by what a person called them."""

from enum import IntEnum

import msgspec

from core.domain.ids import BlobHash

MAX_SCAN_BYTES = 100 * 1024 * 1024
MAX_SCANS = 20
HASH_BYTES = 32
MAX_THUMBNAIL_BYTES = 20_000


class MediaType(IntEnum):
    """The kinds of file that a letter may carry, decided by content and not by name."""

    PDF = 1
    JPEG = 2
    PNG = 3


class Attachment(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One file of a letter: `size` in bytes, `pages` as counted when it was attached.

    `thumbnail` names the small picture of its first page, a file of `thumbnail_size` bytes; empty where there is none.
    """

    sha256: BlobHash
    size: int
    media: MediaType
    pages: int
    name: str = ""
    thumbnail: BlobHash = BlobHash(b"")
    thumbnail_size: int = 0


def kept_scans(scans: tuple[Attachment, ...], *, secret: bool) -> tuple[Attachment, ...]:
    """The scans as a letter keeps them: of a secret one, and where it is no small picture, without thumbnails."""
    if not scans:
        return scans
    return tuple(
        msgspec.structs.replace(scan, thumbnail=BlobHash(b""), thumbnail_size=0)
        if scan.thumbnail and (secret or not _is_thumbnail(scan))
        else scan
        for scan in scans
    )


def _is_thumbnail(scan: Attachment) -> bool:
    return len(scan.thumbnail) == HASH_BYTES and 0 < scan.thumbnail_size <= MAX_THUMBNAIL_BYTES
