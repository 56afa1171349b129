"""Shutting a PC out: once, with a reason, by who administers its office."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import RowId
from core.domain.revoking import MAX_DEVICE_NAME, OpenSealed, Revocation, open_sealed, revoke_device
from core.merging.overlay import Overlay
from tests.device_factory import DEVICE, OPEN_SEALED, revocation, revoke_act
from tests.factories import ELSEWHERE, NOW, OFFICE_ADMIN, REGION_ADMIN, actor, user_of
from tests.support.records import MemoryRecords


def context(*records: Any, by: Any = OFFICE_ADMIN) -> Context:
    known = MemoryRecords(*records)
    return Context(actor=actor(by), now=NOW, records=known, kept=Overlay(known).kept)


def refused(act: Any, where: Context) -> tuple[RefusalCode, str]:
    with pytest.raises(Refusal) as refusal:
        (open_sealed if isinstance(act, OpenSealed) else revoke_device)(act, where)
    return refusal.value.code, refusal.value.field


def test_a_pc_is_shut_out_with_a_reason_and_in_whose_name_is_kept() -> None:
    (made,) = revoke_device(revoke_act(reason="  Hilang   di jalan "), context()).records

    assert isinstance(made, Revocation)
    assert (made.id, made.reason, made.name) == (DEVICE, "Hilang di jalan", "LAPTOP-KASI")
    assert (made.revoked_by, made.revoked_as, made.revoked_at) == (user_of(OFFICE_ADMIN), OFFICE_ADMIN, NOW)
    assert made.opened_at is None


def test_who_shuts_out_what_is_shut_out_changes_nothing() -> None:
    assert revoke_device(revoke_act(reason="Lagi"), context(revocation())) == Decision(records=())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": "  "}, (RefusalCode.REASON_MISSING, "reason")),
        ({"reason": "x" * 301}, (RefusalCode.TEXT_TOO_LONG, "reason")),
        ({"name": "x" * (MAX_DEVICE_NAME + 1)}, (RefusalCode.TEXT_TOO_LONG, "name")),
        ({"device": RowId(b"kurang")}, (RefusalCode.UNKNOWN_DEVICE, "device")),
        ({"office": ELSEWHERE}, (RefusalCode.WRONG_OFFICE, "")),
    ],
    ids=["no reason", "long reason", "long name", "no id", "other office"],
)
def test_what_is_not_right_is_refused_and_named(changes: dict[str, Any], said: tuple[RefusalCode, str]) -> None:
    assert refused(revoke_act(**changes), context()) == said


def test_the_admin_of_the_region_shuts_out_a_pc_of_any_office() -> None:
    assert revoke_device(revoke_act(office=ELSEWHERE), context(by=REGION_ADMIN)).records


def test_sealed_work_is_opened_once_and_only_of_a_pc_that_was_shut_out() -> None:
    (opened,) = open_sealed(OPEN_SEALED, context(revocation(opened_at=None))).records

    assert isinstance(opened, Revocation)
    assert (opened.opened_by, opened.opened_at) == (user_of(OFFICE_ADMIN), NOW)
    assert open_sealed(OPEN_SEALED, context(revocation())) == Decision(records=())
    assert refused(OPEN_SEALED, context())[0] == RefusalCode.UNKNOWN_DEVICE
    elsewhere = context(revocation(office=ELSEWHERE, opened_at=None))
    assert refused(OPEN_SEALED, elsewhere)[0] == RefusalCode.WRONG_OFFICE
