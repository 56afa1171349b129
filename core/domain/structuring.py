"""What administrators do to the offices themselves: their units, further offices, and which passwords may be chosen.

The administrator of an office has its units; offices and the rule for passwords are for who administers the region.
"""

from datetime import datetime

import msgspec

from core.domain.acting import Context, Decision
from core.domain.administering import DRAWN_BELOW, MAX_NAME, drawn_id
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId, PositionId, RowId, UnitId, UserId, content_row_id, small_row_id
from core.domain.offices import Office, Role, Unit
from core.domain.passwords import PROFILES
from core.domain.permissions import Power, require_over

PASSWORD_RULE = content_row_id("password rule")
_MAX_CODE = 20


class PasswordRule(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Which of the shipped policies for passwords holds in the region; there is one record of it, or none."""

    id: RowId
    profile: str
    set_by: UserId
    set_as: PositionId
    set_at: datetime


class SetUnit(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Make a unit, or give it another name or another parent, or retire it; `unit` of a new one was drawn by the PC."""

    unit: UnitId
    office: OfficeId
    name: str
    parent: UnitId | None = None
    active: bool = True


class AddOffice(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Make one more office of the region; `office` was drawn by the PC."""

    office: OfficeId
    name: str
    short_name: str
    code: str = ""


class SetPasswordRule(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Let one of the shipped policies hold in the region."""

    profile: str


def set_unit(act: SetUnit, context: Context) -> Decision:
    """Make or change the unit in an office that the actor administers; nobody is put under himself."""
    require_over(context.actor, Power.ADMINISTER, act.office)
    if context.records.get(Office, small_row_id(max(0, act.office))) is None:
        raise Refusal(RefusalCode.WRONG_OFFICE, "office")
    name = _text(act.name, "name", MAX_NAME)
    known = _unit(act.unit, context)
    if known is None:
        drawn_id(act.unit, "unit", context)
    if known is not None and known.office != act.office:
        raise Refusal(RefusalCode.WRONG_OFFICE, "unit")
    _check_parent(act, context)
    made = Unit(number=act.unit, office=act.office, name=name, parent=act.parent, active=act.active)
    return Decision(records=() if made == known else (made,))


def add_office(act: AddOffice, context: Context) -> Decision:
    """Make the office, in the region of the actor's own."""
    _require_region(context)
    drawn_id(act.office, "office", context)
    own = context.records.get(Office, small_row_id(context.actor.office))
    made = Office(
        number=act.office,
        name=_text(act.name, "name", MAX_NAME),
        short_name=_text(act.short_name, "short_name", MAX_NAME),
        region="" if own is None else own.region,
        code=_code(act.code),
    )
    known = context.records.get(Office, made.id)
    if known is not None and known != made:
        raise Refusal(RefusalCode.ALREADY_EXISTS)
    return Decision(records=() if known is not None else (made,))


def set_password_rule(act: SetPasswordRule, context: Context) -> Decision:
    """Let the policy hold from now on; PCs ask for it at the next change of a password, and at its age."""
    _require_region(context)
    if act.profile not in PROFILES:
        raise Refusal(RefusalCode.UNKNOWN_ACT, "profile")
    known = context.records.get(PasswordRule, PASSWORD_RULE)
    if known is not None and known.profile == act.profile:
        return Decision(records=())
    actor = context.actor
    rule = PasswordRule(
        id=PASSWORD_RULE, profile=act.profile, set_by=actor.user, set_as=actor.position, set_at=context.now
    )
    return Decision(records=(rule,))


def _require_region(context: Context) -> None:
    require_over(context.actor, Power.ADMINISTER, context.actor.office)
    if context.actor.role != Role.REGION_ADMIN:
        raise Refusal(RefusalCode.NOT_ALLOWED)


def _unit(number: UnitId, context: Context) -> Unit | None:
    return context.records.get(Unit, small_row_id(number)) if 0 < number < DRAWN_BELOW else None


def _check_parent(act: SetUnit, context: Context) -> None:
    """The parent is of the same office, and no unit stands below itself."""
    above, seen = act.parent, {act.unit}
    while above is not None:
        parent = _unit(above, context)
        if parent is None or parent.office != act.office or above in seen:
            raise Refusal(RefusalCode.UNKNOWN_UNIT, "parent")
        seen.add(above)
        above = parent.parent


def _text(text: str, field: str, most: int) -> str:
    plain = " ".join(text.split())
    if not plain:
        raise Refusal(RefusalCode.NAME_MISSING, field)
    if len(plain) > most:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, field)
    return plain


def _code(code: str) -> str:
    plain = " ".join(code.split())
    if len(plain) > _MAX_CODE:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "code")
    return plain
