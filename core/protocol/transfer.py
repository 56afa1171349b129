"""Files on the wire: one resumable request each way, by the SHA-256 of the content.

Counted upload: `POST /v1/blob/<hash>` with `Upload-Length` and a chunked body. The server answers before the body ends:
first the offset that it holds, from which the body then starts, and a new count whenever `COUNT_BYTES` more arrived.
So a sender never sends a byte twice, and sees what is still on the way. A count is four bytes, big-endian. The reply
ends when the hash was found right; a fault ends it with `FAULT_MARK` and the body of a fault.

Who was cut knows what it had sent and not what arrived of it. So as not to wait for the answer it may give bytes that
come behind everything it had sent at once: `Upload-Length: <size> <start> <count>` says that the body begins with
`count` bytes from `start` on (`Ahead`). They stand aside until what is missing before them came; a count is then how
many bytes are here, wherever they lie. A server that knows nothing of it finds the header malformed.

Plain upload, for ways through proxies that hold a body back: `PATCH /v1/blob/<hash>` with `Upload-Offset` and
`Upload-Length` carries the rest (header names of the IETF resumable-upload draft). The server persists every
64 KiB, and what a cut body brought. Download: `GET` with `Range`.
"""

import re

import msgspec

BLOB_PATH = "/v1/blob/"
OFFSET_HEADER = "Upload-Offset"
LENGTH_HEADER = "Upload-Length"
PERSIST_BYTES = 64 * 1024
COUNT_BYTES = 8 * 1024
COUNT_WIDTH = 4
FAULT_MARK = b"\xff\xff\xff\xff"
MAX_BLOB = 100 * 1024 * 1024
# So many bytes may go ahead at the most: the server holds them in memory.
AHEAD_BYTES = 24 * 1024
_LENGTH = re.compile(r"([0-9]{1,12})(?: ([0-9]{1,12}) ([0-9]{1,12}))?")


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of a file that are given before it is known where the file goes on."""

    start: int
    count: int

    @property
    def end(self) -> int:
        """Where the file goes on behind them."""
        return self.start + self.count

    def known(self, have: int) -> int:
        """How many of them are here already with the first `have` bytes of the file."""
        return min(self.count, max(0, have - self.start))


def blob_path(sha256: bytes) -> str:
    """The path of a file by its hash."""
    return BLOB_PATH + sha256.hex()


def write_count(offset: int) -> bytes:
    """One count of a counted upload: the bytes of the file that the server has."""
    return offset.to_bytes(COUNT_WIDTH, "big")


def read_count(data: bytes) -> int | None:
    """The bytes that the server has, or None where a fault follows."""
    return None if data == FAULT_MARK else int.from_bytes(data, "big")


def write_length(size: int, ahead: Ahead | None) -> str:
    """The header of a counted upload."""
    return str(size) if ahead is None else f"{size} {ahead.start} {ahead.count}"


def read_length(text: str) -> tuple[int, Ahead | None] | None:
    """The size of the file and what goes ahead, or None where the header says nothing of the kind."""
    found = _LENGTH.fullmatch(text)
    if found is None:
        return None
    size = int(found[1])
    if found[2] is None:
        return size, None
    ahead = Ahead(start=int(found[2]), count=int(found[3]))
    return (size, ahead) if 0 < ahead.count <= AHEAD_BYTES and ahead.end <= size else None
