"""Scans and other files of a letter: named by the SHA-256 of their content, never by what a person called them."""

from enum import IntEnum

import msgspec

from core.domain.ids import BlobHash

MAX_SCAN_BYTES = 100 * 1024 * 1024
MAX_SCANS = 20
HASH_BYTES = 32


class MediaType(IntEnum):
    """The kinds of file that a letter may carry, decided by content and not by name."""

    PDF = 1
    JPEG = 2
    PNG = 3


class Attachment(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One file of a letter: `size` in bytes, `pages` as counted when it was attached."""

    sha256: BlobHash
    size: int
    media: MediaType
    pages: int
    name: str = ""
