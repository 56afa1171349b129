"""Identifiers.

Rows made on a PC carry a UUIDv7 (RFC 9562, section 5.7), so that they need no server and still sort roughly by
birth. What only the server makes (offices, units, positions, users, streams) carries a small integer, because a
small integer costs one or two bytes on the wire and a UUID sixteen. Business order never rests on an id: the clock
of an office PC may be wrong.
"""

import hashlib
from collections.abc import Callable
from typing import NewType

TenantId = NewType("TenantId", int)
OfficeId = NewType("OfficeId", int)
UnitId = NewType("UnitId", int)
PositionId = NewType("PositionId", int)
UserId = NewType("UserId", int)
StreamId = NewType("StreamId", int)
BookId = NewType("BookId", int)

RowId = NewType("RowId", bytes)
LetterId = NewType("LetterId", bytes)
DispositionId = NewType("DispositionId", bytes)
RecordFileId = NewType("RecordFileId", bytes)
DeviceId = NewType("DeviceId", bytes)
BlobHash = NewType("BlobHash", bytes)

ROW_ID_BYTES = 16
SMALL_ID_BYTES = 4

RandomBytes = Callable[[int], bytes]


def uuid7(now_ms: int, random_bytes: RandomBytes) -> bytes:
    """A UUIDv7 as 16 raw bytes: 48 bits of `now_ms` (milliseconds since 1970), then 74 random bits."""
    random = random_bytes(10)
    version = bytes([0x70 | random[0] & 0x0F, random[1]])
    variant = bytes([0x80 | random[2] & 0x3F])
    return now_ms.to_bytes(6, "big") + version + variant + random[3:]


def small_row_id(number: int) -> RowId:
    """The row id of a record that the server numbers: four bytes, big-endian."""
    return RowId(number.to_bytes(SMALL_ID_BYTES, "big"))


def content_row_id(text: str) -> RowId:
    """The row id of a record that is named by its content: a UUIDv8 (RFC 9562, section 5.8) of its SHA-256."""
    digest = bytearray(hashlib.sha256(text.encode()).digest()[:ROW_ID_BYTES])
    digest[6] = 0x80 | digest[6] & 0x0F
    digest[8] = 0x80 | digest[8] & 0x3F
    return RowId(bytes(digest))
