"""Files on the wire: one resumable request each way, by the SHA-256 of the content.

Counted upload: `POST /v1/blob/<hash>` with `Upload-Length` and a chunked body. The server answers before the body ends:
first the offset that it holds, from which the body then starts, and a new count whenever `COUNT_BYTES` more arrived.
So a sender never sends a byte twice, and sees what is still on the way. A count is four bytes, big-endian. The reply
ends when the hash was found right; a fault ends it with `FAULT_MARK` and the body of a fault.

Plain upload, for ways through proxies that hold a body back: `PATCH /v1/blob/<hash>` with `Upload-Offset` and
`Upload-Length` carries the rest (header names of the IETF resumable-upload draft). The server persists every
64 KiB, and what a cut body brought. Download: `GET` with `Range`.
"""

BLOB_PATH = "/v1/blob/"
OFFSET_HEADER = "Upload-Offset"
LENGTH_HEADER = "Upload-Length"
PERSIST_BYTES = 64 * 1024
COUNT_BYTES = 8 * 1024
COUNT_WIDTH = 4
FAULT_MARK = b"\xff\xff\xff\xff"
MAX_BLOB = 100 * 1024 * 1024


def blob_path(sha256: bytes) -> str:
    """The path of a file by its hash."""
    return BLOB_PATH + sha256.hex()


def write_count(offset: int) -> bytes:
    """One count of a counted upload: the bytes of the file that the server has."""
    return offset.to_bytes(COUNT_WIDTH, "big")


def read_count(data: bytes) -> int | None:
    """The bytes that the server has, or None where a fault follows."""
    return None if data == FAULT_MARK else int.from_bytes(data, "big")
