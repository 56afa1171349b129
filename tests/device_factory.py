"""A PC that is shut out, and what administrators do to offices, as in the region of `tests.factories`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from core.domain.ids import OfficeId, PositionId, RowId, UnitId, UserId
from core.domain.revoking import OpenSealed, Revocation, RevokeDevice
from core.domain.server_room import NoteServerRun, ServerRun
from core.domain.structuring import PASSWORD_RULE, AddOffice, PasswordRule, SetPasswordRule, SetUnit

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


SET_PASSWORD_RULE = SetPasswordRule(profile="bssn")
RULE = PasswordRule(
    id=PASSWORD_RULE,
    profile="bssn",
    set_by=UserId(178),
    set_as=PositionId(78),
    set_at=datetime(2026, 3, 16, 2, 30, tzinfo=UTC),
)


def unit_act(**changes: Any) -> SetUnit:
    plain = SetUnit(unit=UnitId(1_000_003), office=OfficeId(7), name="Seksi Pelayanan")
    return msgspec.structs.replace(plain, **changes)


def office_act(**changes: Any) -> AddOffice:
    plain = AddOffice(office=OfficeId(1_000_009), name="Kecamatan Contoh", short_name="Kec. Contoh", code="19")
    return msgspec.structs.replace(plain, **changes)


SERVER_RUN = ServerRun(
    id=RowId(bytes.fromhex("0198c0de000070008000000000000031")),
    run_by="root (sudo: budi)@pesagi",
    verb="user",
    about="camat.lumbok",
    at=datetime(2026, 3, 16, 2, 30, tzinfo=UTC),
)


def run_note(**changes: Any) -> NoteServerRun:
    plain = NoteServerRun(run_id=SERVER_RUN.id, run_by=SERVER_RUN.run_by, verb=SERVER_RUN.verb, about=SERVER_RUN.about)
    return msgspec.structs.replace(plain, **changes)
