"""What the server has of a row when it arrived at the very record that an own op made here."""

from typing import Any

import msgspec

from core.domain.receipts import keeps_receipts, with_receipt
from core.merging.overlay import Overlay
from core.protocol.codec import decode_record
from core.protocol.messages import OpResult
from core.protocol.ops import read_op

RowKey = tuple[int, bytes]


def agreed(base: Overlay, key: RowKey, payload: bytes, *, op: bytes | None, result: OpResult) -> Any:
    """The record with the receipts that the server adds: those of ops before it, and that of `op` if it tells of it."""
    record = decode_record(key[0], payload)
    if not keeps_receipts(record):
        return record
    before = base.get(type(record), key[1])
    if before is not None and before.receipts:
        record = msgspec.structs.replace(record, receipts=before.receipts)
    return record if op is None else with_receipt((record,), read_op(op).receipt(result.late_s))[0]
