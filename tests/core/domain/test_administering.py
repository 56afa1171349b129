"""What an administrator may do to people and positions, and what nobody may."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from core.domain.acting import Context
from core.domain.administering import (
    DRAWN_BELOW,
    DRAWN_FROM,
    AddUser,
    IssueCode,
    MoveUser,
    OpenPosition,
    SuspendUser,
    drawn_number,
)
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId, PositionId, UserId
from core.domain.offices import Role
from core.protocol.records import ACT_OF
from tests.admin_factory import MOVE_USER, SUSPEND_USER, add_user_act, issue_code_act, open_position_act
from tests.factories import (
    HEAD_ELSEWHERE,
    NOW,
    OFFICE_ADMIN,
    OTHER_SECTION,
    REGION_ADMIN,
    SECTION,
    actor,
    user_of,
)
from tests.support.records import MemoryRecords

Act = OpenPosition | AddUser | MoveUser | SuspendUser | IssueCode


def decided(act: Act, *, by: PositionId = OFFICE_ADMIN, records: MemoryRecords | None = None) -> tuple[Any, ...]:
    context = Context(actor=actor(by), now=NOW, records=records or MemoryRecords())
    return ACT_OF[type(act)].decide(act, context).records


def _same(byte: int, count: int) -> bytes:
    return bytes([byte] * count)


def test_a_position_and_a_person_are_made_with_the_numbers_that_the_pc_drew() -> None:
    (place,) = decided(open_position_act(title="  Staf   Umum "))
    (person,) = decided(add_user_act())

    assert (place.title, place.role, place.superior) == ("Staf Umum", Role.STAFF, 73)
    assert (person.username, person.positions, person.active) == ("siti.umum", (SECTION,), True)
    assert all(DRAWN_FROM <= drawn_number(partial(_same, byte)) < DRAWN_BELOW for byte in (0, 127, 255))


def test_a_person_is_moved_and_shut_out_and_let_in_again() -> None:
    records = MemoryRecords()
    (moved,) = decided(MOVE_USER, records=records)
    records.put(moved)
    (out,) = decided(SUSPEND_USER, records=records)
    records.put(out)
    (again,) = decided(SuspendUser(user=user_of(SECTION), active=True), records=records)

    assert moved.positions == (OTHER_SECTION,)
    assert (out.active, again.active, again.positions) == (False, True, (OTHER_SECTION,))


def test_a_code_is_recorded_with_its_end_and_without_what_is_kept_of_it() -> None:
    (issue,) = decided(issue_code_act(resets=True))

    assert (issue.user, issue.issued_by, issue.expires_at) == (
        user_of(SECTION),
        user_of(OFFICE_ADMIN),
        NOW + timedelta(days=14),
    )
    assert bytes(range(32)) not in [getattr(issue, field) for field in issue.__struct_fields__]


@pytest.mark.parametrize("act", [open_position_act(), add_user_act(), MOVE_USER, SUSPEND_USER, issue_code_act()])
def test_an_act_that_comes_again_changes_nothing(act: Act) -> None:
    records = MemoryRecords(*decided(act))

    assert decided(act, records=records) == ()


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (MoveUser(user=user_of(OFFICE_ADMIN), positions=()), RefusalCode.NOT_FOR_ONESELF),
        (SuspendUser(user=user_of(OFFICE_ADMIN), active=False), RefusalCode.NOT_FOR_ONESELF),
        (issue_code_act(user=user_of(OFFICE_ADMIN), resets=True), RefusalCode.NOT_FOR_ONESELF),
        (MoveUser(user=user_of(SECTION), positions=(REGION_ADMIN,)), RefusalCode.NOT_ALLOWED),
        (SuspendUser(user=user_of(REGION_ADMIN), active=False), RefusalCode.NOT_ALLOWED),
        (issue_code_act(user=user_of(REGION_ADMIN), resets=True), RefusalCode.NOT_ALLOWED),
        (open_position_act(role=Role.REGION_ADMIN), RefusalCode.NOT_ALLOWED),
        (MoveUser(user=user_of(SECTION), positions=(HEAD_ELSEWHERE,)), RefusalCode.WRONG_OFFICE),
        (MoveUser(user=user_of(HEAD_ELSEWHERE), positions=(SECTION,)), RefusalCode.WRONG_OFFICE),
        (issue_code_act(user=user_of(HEAD_ELSEWHERE)), RefusalCode.WRONG_OFFICE),
        (open_position_act(office=OfficeId(8)), RefusalCode.WRONG_OFFICE),
        (open_position_act(superior=HEAD_ELSEWHERE), RefusalCode.UNKNOWN_POSITION),
        (open_position_act(title=" "), RefusalCode.TITLE_MISSING),
        (open_position_act(position=PositionId(12)), RefusalCode.NUMBER_OUT_OF_RANGE),
        (add_user_act(user=UserId(2**31)), RefusalCode.NUMBER_OUT_OF_RANGE),
        (add_user_act(username="Siti Aminah"), RefusalCode.USERNAME_MALFORMED),
        (add_user_act(name=""), RefusalCode.NAME_MISSING),
        (add_user_act(positions=()), RefusalCode.UNKNOWN_POSITION),
        (MoveUser(user=UserId(-4), positions=()), RefusalCode.UNKNOWN_USER),
        (issue_code_act(code_hash=b"kurang"), RefusalCode.UNKNOWN_ACT),
    ],
)
def test_what_an_administrator_of_an_office_may_not_do_is_refused(act: Act, code: RefusalCode) -> None:
    with pytest.raises(Refusal) as refused:
        decided(act)

    assert refused.value.code == code


def test_the_administrator_of_the_region_reaches_every_office_and_his_like() -> None:
    assert decided(MoveUser(user=user_of(HEAD_ELSEWHERE), positions=(SECTION,)), by=REGION_ADMIN)
    assert decided(issue_code_act(user=user_of(OFFICE_ADMIN), resets=True), by=REGION_ADMIN)
    assert decided(open_position_act(role=Role.REGION_ADMIN), by=REGION_ADMIN)


def test_a_number_that_is_taken_by_something_else_is_refused() -> None:
    records = MemoryRecords(*decided(add_user_act()), *decided(open_position_act()))

    for act in (add_user_act(username="orang.lain"), open_position_act(title="Staf Lain")):
        with pytest.raises(Refusal) as refused:
            decided(act, records=records)
        assert refused.value.code == RefusalCode.ALREADY_EXISTS
