"""Units are the business of their office, offices and the rule for passwords that of the region."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.held_acts import reviewers_of
from core.domain.ids import OfficeId, PositionId, UnitId
from core.domain.letters import SecurityLevel
from core.domain.offices import Office, Position, Role, Unit
from core.domain.structuring import PasswordRule, SetPasswordRule, add_office, set_password_rule, set_unit
from core.merging.overlay import Overlay
from tests.device_factory import RULE, SET_PASSWORD_RULE, office_act, unit_act
from tests.factories import ELSEWHERE, NOW, OFFICE, OFFICE_ADMIN, REGION_ADMIN, actor
from tests.support.records import MemoryRecords

UPPER = Unit(number=UnitId(3), office=OFFICE, name="Sekretariat")
LOWER = Unit(number=UnitId(1_000_003), office=OFFICE, name="Subbagian Umum", parent=UnitId(3))


def context(*records: Any, by: PositionId = OFFICE_ADMIN) -> Context:
    known = MemoryRecords(*records)
    return Context(actor=actor(by), now=NOW, records=known, kept=Overlay(known).kept)


def refused(rule: Any, act: Any, where: Context) -> tuple[RefusalCode, str]:
    with pytest.raises(Refusal) as refusal:
        rule(act, where)
    return refusal.value.code, refusal.value.field


def test_a_unit_is_made_renamed_and_retired_and_what_is_the_same_changes_nothing() -> None:
    (made,) = set_unit(unit_act(name=" Seksi  Pelayanan "), context()).records
    (renamed,) = set_unit(unit_act(name="Seksi Umum", parent=UnitId(3)), context(made, UPPER)).records
    (retired,) = set_unit(unit_act(active=False), context(made)).records

    assert isinstance(made, Unit)
    assert (made.name, made.active) == ("Seksi Pelayanan", True)
    assert isinstance(renamed, Unit)
    assert (renamed.number, renamed.name, renamed.parent) == (made.number, "Seksi Umum", UnitId(3))
    assert retired == msgspec.structs.replace(made, active=False)
    assert set_unit(unit_act(), context(made)) == Decision(records=())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "  "}, (RefusalCode.NAME_MISSING, "name")),
        ({"unit": UnitId(9)}, (RefusalCode.NUMBER_OUT_OF_RANGE, "unit")),
        ({"parent": UnitId(77)}, (RefusalCode.UNKNOWN_UNIT, "parent")),
        ({"unit": UnitId(3), "parent": LOWER.number}, (RefusalCode.UNKNOWN_UNIT, "parent")),
        ({"office": ELSEWHERE}, (RefusalCode.WRONG_OFFICE, "")),
    ],
    ids=["no name", "number of the server", "no parent", "below itself", "other office"],
)
def test_a_unit_that_cannot_be_is_refused_and_named(changes: dict[str, Any], said: tuple[RefusalCode, str]) -> None:
    assert refused(set_unit, unit_act(**changes), context(UPPER, LOWER)) == said


def test_an_office_is_made_by_the_region_alone_and_lies_in_it() -> None:
    (made,) = add_office(office_act(), context(by=REGION_ADMIN)).records

    assert isinstance(made, Office)
    assert (made.short_name, made.region, made.code) == ("Kec. Contoh", "Lampung Barat", "19")
    assert add_office(office_act(), context(made, by=REGION_ADMIN)) == Decision(records=())
    assert refused(add_office, office_act(), context())[0] == RefusalCode.NOT_ALLOWED
    small = office_act(office=OfficeId(12))
    assert refused(add_office, small, context(by=REGION_ADMIN)) == (RefusalCode.NUMBER_OUT_OF_RANGE, "office")


def test_the_rule_for_passwords_is_one_of_those_that_are_shipped() -> None:
    (rule,) = set_password_rule(SET_PASSWORD_RULE, context(by=REGION_ADMIN)).records

    assert isinstance(rule, PasswordRule)
    assert (rule.id, rule.profile) == (RULE.id, "bssn")
    assert set_password_rule(SET_PASSWORD_RULE, context(rule, by=REGION_ADMIN)) == Decision(records=())
    strange = SetPasswordRule(profile="longgar")
    assert refused(set_password_rule, strange, context(by=REGION_ADMIN)) == (RefusalCode.UNKNOWN_ACT, "profile")


def place(number: int, role: Role, office: OfficeId = OFFICE) -> Position:
    return Position(number=PositionId(number), office=office, unit=None, title=role.name, role=role)


def test_over_what_is_not_secret_the_administrator_of_the_office_may_decide_too_and_else_that_of_the_region() -> None:
    clerk, head, admin = place(1, Role.REGISTRAR), place(2, Role.HEAD), place(3, Role.OFFICE_ADMIN)
    region, other = place(4, Role.REGION_ADMIN, ELSEWHERE), place(5, Role.OFFICE_ADMIN, ELSEWHERE)

    assert reviewers_of(clerk, (clerk, head, admin, region, other), security=SecurityLevel.RESTRICTED) == (2, 3)
    assert reviewers_of(clerk, (clerk, head, region, other), security=SecurityLevel.OPEN) == (2, 4)
    assert reviewers_of(clerk, (clerk, head, admin, region), security=SecurityLevel.SECRET) == (2,)
