"""Files on the wire: one resumable request each way, by the SHA-256 of the content.

Upload: the sync request offers (hash, size), the reply names the offset that the server holds, and one
`PATCH /v1/blob/<hash>` carries the rest (header names of the IETF resumable-upload draft). The server persists every
64 KiB and verifies the hash at the end. Download: `GET` with `Range`.
"""

BLOB_PATH = "/v1/blob/"
OFFSET_HEADER = "Upload-Offset"
LENGTH_HEADER = "Upload-Length"
PERSIST_BYTES = 64 * 1024
MAX_BLOB = 100 * 1024 * 1024


def blob_path(sha256: bytes) -> str:
    """The path of a file by its hash."""
    return BLOB_PATH + sha256.hex()
