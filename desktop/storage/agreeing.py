"""What the server has of the rows of an own op when it arrived at the very records that the op made here.

A receipt is the server's to give, and the op's check says nothing of it. A server that was put back gives others than
this PC was told before, for the same acts; so what comes of the receipts that are here is held against what the server
says of its own (ADR 52).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.domain.receipts import keeps_receipts, with_receipt
from core.merging.overlay import Overlay
from core.protocol.codec import decode_record, whole_check_of
from core.protocol.messages import OpResult
from core.protocol.ops import read_op

RowKey = tuple[int, bytes]


def agreed(
    base: Overlay, decided: Sequence[tuple[RowKey, bytes]], result: OpResult, *, op: bytes
) -> Mapping[RowKey, Any] | None:
    """The records with the receipts that the server's have; None if those here are not the server's."""
    records = {key: _with_known_receipts(base, key, payload, known=bool(result.whole)) for key, payload in decided}
    first = next(iter(records))
    records[first] = with_receipt((records[first],), read_op(op).receipt(result.late_s))[0]
    return records if not result.whole or whole_check_of(records.values()) == result.whole else None


def _with_known_receipts(base: Overlay, key: RowKey, payload: bytes, *, known: bool) -> Any:
    """What the op made, with the receipts that the server's version here has; with none where the server has none."""
    record = decode_record(key[0], payload)
    if not keeps_receipts(record):
        return record
    before = base.get(type(record), key[1]) if known else None
    return msgspec.structs.replace(record, receipts=() if before is None else before.receipts)
