"""What an item of Pindaian is: pages of sealed files that will be one scan."""

from enum import IntEnum

import msgspec

from core.domain.attachments import MediaType
from core.domain.ids import BlobHash


class Origin(IntEnum):
    """Where an item came from."""

    FILE = 0
    FOLDER = 1
    SCANNER = 2


class ItemPage(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A page of a sealed file: `page` from 0 of `pages`, turned clockwise by `rotate` degrees."""

    sha256: BlobHash
    size: int
    media: MediaType
    page: int
    pages: int
    rotate: int = 0


class ScanItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item: the pages that will be one scan."""

    id: int
    place: int
    added_ms: int
    name: str
    origin: Origin
    pages: tuple[ItemPage, ...]
