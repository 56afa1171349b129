"""Several small files in one request: thumbnails, for which a round trip each would take longer than their bytes.

`POST /v1/files` carries the hashes one behind the other. The reply is the magic, then for each file that is here whole
and may be read its hash, its length (four bytes, big-endian) and its bytes; the others are left out. With `?from=` so
many bytes of the first that was asked for are left out, and not counted by its length: the line had brought them
before it dropped.
"""

from collections.abc import Iterator

from core.domain.attachments import HASH_BYTES, MAX_THUMBNAIL_BYTES
from core.protocol.codec import CodecError
from core.protocol.frames import NotOurs

SMALL_FILES_PATH = "/v1/files"
SMALL_FILES_MAGIC = b"PSGF"
MAX_SMALL_FILES = 100
_LENGTH_BYTES = 4
_HEAD_BYTES = HASH_BYTES + _LENGTH_BYTES


def read_hashes(body: bytes) -> tuple[bytes, ...]:
    """The hashes of a request; CodecError for a body that is none."""
    if not body or len(body) % HASH_BYTES or len(body) > MAX_SMALL_FILES * HASH_BYTES:
        message = "hashes"
        raise CodecError(message)
    return tuple(body[start : start + HASH_BYTES] for start in range(0, len(body), HASH_BYTES))


def write_file(sha256: bytes, content: bytes) -> bytes:
    """One file of a reply."""
    return sha256 + len(content).to_bytes(_LENGTH_BYTES, "big") + content


def small_files_path(start: int) -> str:
    """Where to ask, with so many bytes of the first file here already."""
    return f"{SMALL_FILES_PATH}?from={start}" if start else SMALL_FILES_PATH


class SmallFileReader:
    """Reads a reply as its bytes arrive; a file that was cut is not given out."""

    def __init__(self, *, start: int = 0) -> None:
        """Nothing has come, but for `start` bytes of the first file before."""
        self.start = start
        self._begun = False
        self._pending = b""

    @property
    def under_way(self) -> tuple[bytes, bytes]:
        """The hash of the file that was begun and is not whole, and what came of it; empty if there is none."""
        if len(self._pending) < _HEAD_BYTES:
            return b"", b""
        return self._pending[:HASH_BYTES], self._pending[_HEAD_BYTES:]

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The files that are whole now, as (hash, content). NotOurs, CodecError for what is no such reply."""
        self._pending += data
        if not self._begun:
            if not SMALL_FILES_MAGIC.startswith(self._pending[: len(SMALL_FILES_MAGIC)]):
                raise NotOurs
            if len(self._pending) < len(SMALL_FILES_MAGIC):
                return
            self._begun, self._pending = True, self._pending[len(SMALL_FILES_MAGIC) :]
        while len(self._pending) >= _HEAD_BYTES:
            length = int.from_bytes(self._pending[HASH_BYTES:_HEAD_BYTES], "big")
            if length > MAX_THUMBNAIL_BYTES:
                message = "length"
                raise CodecError(message)
            end = _HEAD_BYTES + length
            if len(self._pending) < end:
                return
            sha256, content = self._pending[:HASH_BYTES], self._pending[_HEAD_BYTES:end]
            self._pending = self._pending[end:]
            yield sha256, content
