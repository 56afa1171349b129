"""The table of powers, written out once more: who changes it has to mean it."""

from __future__ import annotations

import pytest

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId, PositionId, UserId
from core.domain.offices import Actor, Role
from core.domain.permissions import POWERS, Power, has_power, require

#                       RD  SEC ENT AMD FIL OPN DSP ANS IMP EXP INS VOI CLS DEC LST RAI LOW LET ADM WRITTEN
TABLE = {
    Role.REGISTRAR:     "x   .   x   x   x   x   .   x   x   x   x   x   x   .   x   x   .   .   .   x",
    Role.SECRETARY:     "x   x   x   x   x   x   x   x   x   x   x   x   x   x   x   x   x   x   .   x",
    Role.HEAD:          "x   x   .   .   x   .   x   x   .   x   .   .   .   x   x   x   x   x   .   .",
    Role.STAFF:         ".   .   .   .   .   .   x   x   .   .   .   .   .   .   .   .   .   .   .   .",
    Role.ARCHIVIST:     "x   .   .   .   x   x   .   x   .   x   .   .   .   .   .   .   .   .   .   .",
    Role.OFFICE_ADMIN:  ".   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   x   x   .",
    Role.REGION_ADMIN:  ".   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   x   x   .",
    Role.INSPECTOR:     "x   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .",
}  # fmt: skip
COLUMNS = (
    Power.READ_REGISTER,
    Power.READ_SECRET,
    Power.REGISTER_LETTER,
    Power.AMEND_LETTER,
    Power.FILE_LETTER,
    Power.OPEN_RECORD_FILE,
    Power.DISPOSE,
    Power.ANSWER,
    Power.IMPORT,
    Power.EXPORT,
    Power.INSERT_NUMBER,
    Power.VOID_NUMBER,
    Power.CLOSE_BOOK,
    Power.DECIDE_HELD,
    Power.LIST_SECRET,
    Power.RAISE_SECURITY,
    Power.LOWER_SECURITY,
    Power.DELEGATE,
    Power.ADMINISTER,
    Power.ENTER_WRITTEN,
)
MATRIX = [
    (role, power, mark == "x") for role, row in TABLE.items() for power, mark in zip(COLUMNS, row.split(), strict=True)
]


def acting(role: Role) -> Actor:
    return Actor(user=UserId(1), position=PositionId(2), office=OfficeId(3), role=role)


def test_the_table_names_every_role_and_every_power() -> None:
    assert set(TABLE) == set(Role) == set(POWERS)
    assert set(COLUMNS) == set(Power)


@pytest.mark.parametrize(("role", "power", "held"), MATRIX)
def test_a_role_holds_a_power_or_does_not(role: Role, power: Power, held: bool) -> None:  # noqa: FBT001  # a column of the table
    assert has_power(acting(role), power) == held


@pytest.mark.parametrize(("role", "power", "held"), MATRIX)
def test_a_power_ends_at_the_door_of_the_office(role: Role, power: Power, held: bool) -> None:  # noqa: FBT001  # as above
    with pytest.raises(Refusal) as refused:
        require(acting(role), power, OfficeId(4))

    assert refused.value.code == (RefusalCode.WRONG_OFFICE if held else RefusalCode.NOT_ALLOWED)


def test_who_holds_a_power_passes_in_his_own_office() -> None:
    require(acting(Role.HEAD), Power.DISPOSE, OfficeId(3))
