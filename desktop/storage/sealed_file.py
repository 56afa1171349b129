"""Files that nobody reads without the store's key: encrypted and authenticated in chunks of 64 KiB (AES-256-GCM).

    mark (8 bytes)  salt (16)  chunk  chunk  ...        chunk: nonce (12)  content (up to 64 KiB)  tag (16)

Each file has a key of its own (HKDF-SHA256 of the key of all files and the salt). A chunk is bound to its place, the
last one also to the end of the file and to the SHA-256 of the whole content: what was cut off, moved, or put under
another name does not open. So reading a page opens the chunks that it lies in, and the end.

A file that is still coming ends in a chunk that is not marked as the last. That chunk is sealed anew whenever it grows,
which is why nonces are random: no two contents are ever sealed with the same one.
"""

import io
import os
from pathlib import Path
from typing import BinaryIO, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.system.faults import EnvironmentFault, FaultOf

CHUNK: Final = 64 * 1024
MARK: Final = b"PESAGI\x00\x01"
SALT_BYTES: Final = 16
HEADER: Final = len(MARK) + SALT_BYTES
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
OVERHEAD: Final = NONCE_BYTES + TAG_BYTES
KEY_BYTES: Final = 32
_PURPOSE: Final = b"pesagi-file-1"


def derived_key(secret: bytes, purpose: bytes, salt: bytes | None = None) -> bytes:
    """A key for one purpose, from which nothing of the secret or of other keys can be told."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=purpose).derive(secret)


def sealed_size(size: int) -> int:
    """The bytes that a file of `size` takes on the disk."""
    return HEADER + size + OVERHEAD * max(1, -(-size // CHUNK))


class _Chunks:
    """The chunks of one file, sealed and opened by their places."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        self._cipher = AESGCM(derived_key(key, _PURPOSE, salt))

    def seal(self, index: int, content: bytes, *, end: bytes | None) -> bytes:
        """`end` is the hash of the whole content for the last chunk of a whole file."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, _bound(index, end))

    def open(self, index: int, sealed: bytes, *, end: bytes | None) -> bytes:
        """The content; FILE_DAMAGED if it is not what was sealed in this place."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(index, end))
        except (InvalidTag, ValueError) as err:
            raise EnvironmentFault(FaultOf.FILE_DAMAGED, f"chunk {index}") from err


class SealedWriter:
    """Seals a new file into `file`, which is open for writing and empty."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        """With the key of all files; writes the header."""
        salt = os.urandom(SALT_BYTES)
        self._file = file
        self._chunks = _Chunks(key, salt)
        self._index = 0
        self._pending = bytearray()
        file.write(MARK + salt)

    def write(self, data: bytes) -> None:
        """Go on with the content."""
        self._pending += data
        # The last chunk waits for the end, also when it is full.
        while len(self._pending) > CHUNK:
            self._put(bytes(self._pending[:CHUNK]), end=None)
            del self._pending[:CHUNK]

    def finish(self, sha256: bytes | None) -> None:
        """End a file whose content has this hash; without one it may still grow."""
        if self._pending or sha256 is not None:
            self._put(bytes(self._pending), end=sha256)
        self._pending.clear()

    def _put(self, content: bytes, *, end: bytes | None) -> None:
        self._file.write(self._chunks.seal(self._index, content, end=end))
        self._index += 1


class SealedReader(io.RawIOBase):
    """The content of a sealed file; opens the chunks that are read and keeps the newest."""

    def __init__(self, file: BinaryIO, key: bytes, sha256: bytes | None) -> None:
        """Over a file that is open for reading, and is closed with this; `sha256` is None where it may still grow.

        FILE_DAMAGED if this is not a sealed file, or not to its end.
        """
        super().__init__()
        self._file = file
        self._end = sha256
        self._place = 0
        self._held: tuple[int, bytes] = (-1, b"")
        try:
            head = file.read(HEADER)
            body = file.seek(0, os.SEEK_END) - HEADER
            _require_header(head, body, whole=sha256 is not None)
            self._chunks = _Chunks(key, head[len(MARK) :])
            self._count = -(-body // (CHUNK + OVERHEAD))
            self.size = body - self._count * OVERHEAD
            if sha256 is not None:
                self._chunk(self._count - 1)
        except BaseException:
            file.close()
            raise

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place in the content."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self.size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def tell(self) -> int:
        """Where it goes on."""
        return self._place

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # of what BufferedReader hands over
        """Read on, to the end of a chunk at most."""
        if self._place >= self.size or not len(buffer):
            return 0
        index, start = divmod(self._place, CHUNK)
        piece = self._chunk(index)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the file beneath."""
        self._held = (-1, b"")
        self._file.close()
        super().close()

    def _chunk(self, index: int) -> bytes:
        if self._held[0] != index:
            self._file.seek(HEADER + index * (CHUNK + OVERHEAD))
            sealed = self._file.read(CHUNK + OVERHEAD)
            end = self._end if index == self._count - 1 else None
            self._held = (index, self._chunks.open(index, sealed, end=end))
        return self._held[1]


class GrowingFile:
    """A file that comes in pieces, over many starts of the program: whatever was flushed is kept."""

    def __init__(self, path: Path, key: bytes, *, doubted: bool = False) -> None:
        """Go on with the file at `path`, or begin it. From where it does not open it is cut off.

        A process that dies spoils the end at most. A power cut may also have kept an old end in the middle: a file that
        another run of the program left is `doubted`, and looked through.
        """
        self._file: BinaryIO = path.open("r+b" if path.exists() else "w+b")
        try:
            head = self._file.read(HEADER)
            if len(head) < HEADER or not head.startswith(MARK):
                head = MARK + os.urandom(SALT_BYTES)
                self._file.seek(0)
                self._file.truncate()
                self._file.write(head)
            self._key = key
            self._chunks = _Chunks(key, head[len(MARK) :])
            self._index, self._tail = self._sound_end(doubted=doubted)
        except BaseException:
            self._file.close()
            raise
        self._fresh = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @property
    def have(self) -> int:
        """How many bytes of the content are here."""
        return self._index * CHUNK + len(self._tail)

    def write(self, piece: bytes) -> None:
        """Go on with the content."""
        self._tail += piece
        self._fresh = True
        while len(self._tail) > CHUNK:
            self._put(bytes(self._tail[:CHUNK]), end=None)
            del self._tail[:CHUNK]
            self._index += 1

    def flush(self) -> None:
        """Hand everything to the system."""
        if self._fresh:
            self._put(bytes(self._tail), end=None)
            self._fresh = False
        self._file.flush()

    def end(self, sha256: bytes) -> int:
        """It is whole, and its content has this hash; the number of the open file, for who brings it to the disk."""
        self._put(bytes(self._tail), end=sha256)
        self._fresh = False
        self._file.flush()
        return self._file.fileno()

    def close(self) -> None:
        """Keep what came."""
        try:
            self.flush()
        finally:
            self._file.close()

    def _put(self, content: bytes, *, end: bytes | None) -> None:
        self._file.seek(HEADER + self._index * (CHUNK + OVERHEAD))
        self._file.write(self._chunks.seal(self._index, content, end=end))

    def _sound_end(self, *, doubted: bool) -> tuple[int, bytearray]:
        """The last chunk that opens, which may grow; nothing is left behind it."""
        body = self._file.seek(0, os.SEEK_END) - HEADER
        last = max(0, -(-body // (CHUNK + OVERHEAD)) - 1)
        content = b""
        for index in range(0 if doubted else last, last + 1):
            place = HEADER + index * (CHUNK + OVERHEAD)
            self._file.seek(place)
            try:
                content = self._chunks.open(index, self._file.read(CHUNK + OVERHEAD), end=None)
            except EnvironmentFault:
                self._file.truncate(place)
                return index, bytearray()
        return last, bytearray(content)


def _bound(index: int, end: bytes | None) -> bytes:
    return index.to_bytes(8, "big") + (b"\x00" if end is None else b"\x01" + end)


def _require_header(head: bytes, body: int, *, whole: bool) -> None:
    if not head.startswith(MARK) or body < (OVERHEAD if whole else 0):
        raise EnvironmentFault(FaultOf.FILE_DAMAGED, "header")
