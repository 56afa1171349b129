"""A PC that is shut out, as in the office of `tests.factories`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from core.domain.ids import OfficeId, PositionId, RowId, UserId
from core.domain.revoking import OpenSealed, Revocation, RevokeDevice

DEVICE = RowId(bytes.fromhex("0198c0de000070008000000000000030"))
OPEN_SEALED = OpenSealed(revocation_id=DEVICE)


def revoke_act(**changes: Any) -> RevokeDevice:
    plain = RevokeDevice(device=DEVICE, office=OfficeId(7), name="LAPTOP-KASI", reason="Hilang di perjalanan")
    return msgspec.structs.replace(plain, **changes)


def revocation(**changes: Any) -> Revocation:
    plain = Revocation(
        id=DEVICE,
        office=OfficeId(7),
        name="LAPTOP-KASI",
        reason="Hilang di perjalanan",
        revoked_by=UserId(177),
        revoked_as=PositionId(77),
        revoked_at=datetime(2026, 3, 16, 2, 30, tzinfo=UTC),
        opened_by=UserId(177),
        opened_at=datetime(2026, 3, 17, 2, 30, tzinfo=UTC),
    )
    return msgspec.structs.replace(plain, **changes)
