"""A letter of order of the office of `tests.factories`: the section acts for the head, as the secretary recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from core.domain.delegations import Delegation, OpenDelegation
from core.domain.ids import OfficeId, PositionId, RowId, UserId
from core.domain.offices import Acting, ActingKind, Scope

DELEGATION_ID = RowId(bytes.fromhex("0198c0de000070008000000000000019"))
MOMENT = datetime(2026, 3, 16, 2, 30, tzinfo=UTC)
_SECRETARY, _HEAD, _SECTION = PositionId(72), PositionId(73), PositionId(74)


def order_act(**changes: Any) -> OpenDelegation:
    plain = OpenDelegation(
        delegation_id=DELEGATION_ID,
        kind=ActingKind.PLH,
        position=_HEAD,
        replaces=UserId(173),
        acting_user=UserId(174),
        acting_position=_SECTION,
        scopes=(Scope.DISPOSE,),
        order_no="800/12/IV.03/2026",
        order_date=date(2026, 3, 13),
        starts_at=MOMENT - timedelta(days=1),
        ends_at=MOMENT + timedelta(days=6),
    )
    return msgspec.structs.replace(plain, **changes)


def order_record(**changes: Any) -> Delegation:
    fields = msgspec.structs.asdict(order_act())
    row_id = fields.pop("delegation_id")
    plain = Delegation(id=row_id, office=OfficeId(7), made_by=UserId(172), made_as=_SECRETARY, made_at=MOMENT, **fields)
    return msgspec.structs.replace(plain, **changes)


def right(**changes: Any) -> Acting:
    order = order_act()
    plain = Acting(
        delegation=order.delegation_id,
        position=order.position,
        kind=order.kind,
        scopes=order.scopes,
        starts_at=order.starts_at,
        ends_at=order.ends_at,
    )
    return msgspec.structs.replace(plain, **changes)
