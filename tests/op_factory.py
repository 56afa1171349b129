"""Ops as a PC sends them, with plain values in all that a test does not name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from core.domain.ids import PositionId
from core.protocol.codec import encode
from core.protocol.ops import GENESIS, OP_VERSION, PREV_BYTES, Op, pack_act
from tests.factories import user_of


def op_bytes(made: Any, by: PositionId, at: datetime, **changes: Any) -> bytes:
    """An act as an op of whoever holds a position, made at that moment."""
    code, args = pack_act(made)
    op = Op(
        version=OP_VERSION,
        seq=1,
        prev=GENESIS[:PREV_BYTES],
        user=user_of(by),
        position=by,
        act=code,
        args=args,
        check=b"",
        group=0,
        wall_ms=int(at.timestamp() * 1000),
        offset_ms=0,
        uncertainty_ms=0,
    )
    return encode(msgspec.structs.replace(op, **changes))
