"""A conflict of the office of `tests.factories`: the registrar's subject stands, the secretary's has lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from core.domain.conflicts import Conflict, ResolveConflict
from core.domain.ids import LetterId, OfficeId, PositionId, RowId, UserId
from core.domain.letters import SecurityLevel
from tests.secrecy_factory import SEAL

CONFLICT_ID = RowId(bytes.fromhex("0198c0de000080008000000000000006"))
MOMENT = datetime(2026, 3, 16, 2, 30, tzinfo=UTC)


def conflict(**changes: Any) -> Conflict:
    plain = Conflict(
        id=CONFLICT_ID,
        letter_id=LetterId(bytes.fromhex("0198c0de000070008000000000000001")),
        office=OfficeId(7),
        year=2026,
        security=SecurityLevel.OPEN,
        field="subject",
        base="Undangan rapat",
        stands="Undangan rapat koordinasi",
        stands_by=UserId(171),
        stands_as=PositionId(71),
        stands_at=MOMENT,
        wanted="Undangan rapat teknis",
        wanted_by=UserId(172),
        wanted_as=PositionId(72),
        wanted_at=MOMENT,
    )
    return msgspec.structs.replace(plain, **changes)


def resolve() -> ResolveConflict:
    """What lost is to stand."""
    one = conflict()
    return ResolveConflict(
        conflict_id=one.id,
        letter_id=one.letter_id,
        field=one.field,
        value=one.wanted,
        base=18,
        seen=one.stands,
        seal=SEAL,
    )
