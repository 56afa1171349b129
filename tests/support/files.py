"""The content of files that lie sealed on the disk of a PC."""

from __future__ import annotations

from desktop.storage.blobs import BlobFiles


def content_of(files: BlobFiles, sha256: bytes) -> bytes:
    """All of it, as the program reads it."""
    with files.content(sha256) as reader:
        return reader.read()
