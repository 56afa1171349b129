"""A record with all that storing it asks of it, worked out once: when its act is judged, before anything is locked."""

from collections.abc import Iterable
from typing import Any

import msgspec

from core.domain.attachments import HASH_BYTES
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import ROW_ID_BYTES, SMALL_ID_BYTES, LetterId
from core.domain.numbering import NumberClaim
from core.domain.receipts import without_receipts
from core.domain.streams import StreamKey
from core.protocol.codec import encode
from core.protocol.records import KIND_OF, KINDS
from server.storage.records import RowKey

MAX_RECORD_BYTES = 1024 * 1024
MAX_INTEGER = 2**31 - 1  # of an INTEGER column
# The kinds of which the server numbers the records.
_NUMBERED = frozenset(kind.code for kind in KINDS if "number" in kind.struct.__struct_fields__)


class Storable(msgspec.Struct, frozen=True):
    """A record, what names it, its bytes, where it lies, the numbers and files it holds, the letters it speaks of."""

    record: Any
    key: RowKey
    payload: bytes
    streams: tuple[StreamKey, ...]
    claims: tuple[NumberClaim, ...]
    files: tuple[bytes, ...]
    about: tuple[LetterId, ...]

    @property
    def as_made(self) -> bytes:
        """The bytes as its author's PC can make them, who does not know when the server received it."""
        bare = without_receipts(self.record)
        return self.payload if bare is self.record else encode(bare)


def storable(record: Any) -> Storable:
    """The record with what its kind makes of it."""
    kind = KIND_OF[type(record)]
    return Storable(
        record,
        (kind.code, record.id),
        encode(record),
        kind.streams(record),
        kind.claims(record),
        kind.attachments(record),
        kind.about(record),
    )


def all_storable(records: Iterable[Any]) -> tuple[Storable, ...]:
    """Each record as `storable`."""
    return tuple([storable(record) for record in records]) if records else ()


def check_storable(one: Storable) -> None:
    """ValueError if the record would not fit the database, Refusal if no frame on its way to others."""
    if len(one.key[1]) != (SMALL_ID_BYTES if one.key[0] in _NUMBERED else ROW_ID_BYTES):
        raise ValueError("row id")
    for sha256 in one.files:
        if len(sha256) != HASH_BYTES:
            raise ValueError("hash of a file")
    for stream in one.streams:
        _check_range(stream.owner, stream.level, stream.year)
    for claim in one.claims:
        _check_range(claim.office, claim.year, claim.number)
    if len(one.payload) > MAX_RECORD_BYTES:
        raise Refusal(RefusalCode.TEXT_TOO_LONG)


def _check_range(first: int, second: int, third: int) -> None:
    if not (0 <= first <= MAX_INTEGER and 0 <= second <= MAX_INTEGER and 0 <= third <= MAX_INTEGER):
        raise ValueError("number out of range")
