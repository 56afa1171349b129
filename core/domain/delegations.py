"""Delegations: somebody acts in a position that is another's or vacant, for a time, by a letter of order.

Plt., Plh. and Pj. are the normal case in the offices, not the exception. The position stays what it is - its inbox, its
powers, its signature - and only gets a second person, who acts in its name within the scope of the letter of order.
Each act is judged by its own time, on the PC and on the server alike, so a delegation ends by itself with its last
day and needs no line for it. The record keeps who is replaced, who acts and by which letter; the person who acts
carries the right (`offices.Acting`), so that nothing else has to be looked up to judge an act.
"""

from datetime import date, datetime, timedelta

import msgspec

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId, PositionId, RowId, UserId, small_row_id
from core.domain.offices import Acting, ActingKind, Person, Position, Scope
from core.domain.permissions import Power, require_over

MAX_ORDER_NO = 200
MAX_REASON = 300
LONGEST = timedelta(days=366)
# Rights that ended stay with the person, since acts done under them may come late; of so many the oldest go.
MAX_KEPT = 60
NOBODY = UserId(0)
NO_POSITION = PositionId(0)


class Delegation(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One letter of order. `replaces` is 0 where the position is vacant, `acting_position` what the person holds.

    It holds from `starts_at` until before `ends_at`; `cut_at` if it was ended before its day.
    """

    id: RowId
    office: OfficeId
    kind: ActingKind
    position: PositionId
    replaces: UserId
    acting_user: UserId
    acting_position: PositionId
    scopes: tuple[Scope, ...]
    order_no: str
    order_date: date
    starts_at: datetime
    ends_at: datetime
    made_by: UserId
    made_as: PositionId
    made_at: datetime
    cut_at: datetime | None = None
    cut_by: UserId = NOBODY
    cut_as: PositionId = NO_POSITION
    cut_reason: str = ""

    def holds_at(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.starts_at <= at < (self.cut_at or self.ends_at)


class OpenDelegation(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Let a person act in a position, by a letter of order."""

    delegation_id: RowId
    kind: ActingKind
    position: PositionId
    replaces: UserId
    acting_user: UserId
    acting_position: PositionId
    scopes: tuple[Scope, ...]
    order_no: str
    order_date: date
    starts_at: datetime
    ends_at: datetime


class EndDelegation(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """End a delegation before its day, at once."""

    delegation_id: RowId
    reason: str


def open_delegation(act: OpenDelegation, context: Context) -> Decision:
    """Record the letter of order, and give the person the right. Nobody lets himself act in another's position."""
    actor = context.actor
    place = context.records.get(Position, small_row_id(act.position))
    if place is None:
        raise Refusal(RefusalCode.UNKNOWN_POSITION, "position")
    require_over(actor, Power.DELEGATE, place.office)
    known = context.records.get(Delegation, act.delegation_id)
    if known is not None:
        # Sent again by a PC whose chain was mended: it has been done.
        if (known.made_by, known.made_as) == (actor.user, actor.position):
            return Decision(records=())
        raise Refusal(RefusalCode.ALREADY_EXISTS)
    if act.acting_user == actor.user:
        raise Refusal(RefusalCode.NOT_FOR_ONESELF, "acting_user")
    person = _person(act.acting_user, context, field="acting_user")
    if place.number in person.positions:
        raise Refusal(RefusalCode.HOLDS_POSITION, "acting_user")
    _check_replaced(act, context)
    _check_order(act, context)
    right = Acting(
        delegation=act.delegation_id,
        position=act.position,
        kind=act.kind,
        scopes=act.scopes,
        starts_at=act.starts_at,
        ends_at=act.ends_at,
    )
    delegation = Delegation(
        id=act.delegation_id,
        office=place.office,
        kind=act.kind,
        position=act.position,
        replaces=act.replaces,
        acting_user=act.acting_user,
        acting_position=act.acting_position,
        scopes=act.scopes,
        order_no=act.order_no.strip(),
        order_date=act.order_date,
        starts_at=act.starts_at,
        ends_at=act.ends_at,
        made_by=actor.user,
        made_as=actor.position,
        made_at=context.now,
    )
    return Decision(records=(delegation, _with_right(person, right)))


def end_delegation(act: EndDelegation, context: Context) -> Decision:
    """End it at once; one that is over already has nothing to end."""
    actor = context.actor
    known = context.records.get(Delegation, act.delegation_id)
    if known is None:
        raise Refusal(RefusalCode.UNKNOWN_DELEGATION)
    require_over(actor, Power.DELEGATE, known.office)
    if known.cut_at is not None and (known.cut_by, known.cut_as) == (actor.user, actor.position):
        return Decision(records=())
    if known.cut_at is not None or context.now >= known.ends_at:
        raise Refusal(RefusalCode.DELEGATION_OVER)
    if not act.reason.strip():
        raise Refusal(RefusalCode.REASON_MISSING, "reason")
    if len(act.reason) > MAX_REASON:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "reason")
    ended = msgspec.structs.replace(
        known, cut_at=context.now, cut_by=actor.user, cut_as=actor.position, cut_reason=act.reason.strip()
    )
    person = context.records.get(Person, small_row_id(known.acting_user))
    if person is None:
        return Decision(records=(ended,))
    rights = tuple(
        msgspec.structs.replace(one, cut_at=context.now) if one.delegation == known.id else one for one in person.acting
    )
    return Decision(records=(ended, msgspec.structs.replace(person, acting=rights)))


def _check_replaced(act: OpenDelegation, context: Context) -> None:
    """A daily one stands in for the holder; the others may fill a vacant position."""
    if not act.replaces:
        if act.kind == ActingKind.PLH:
            raise Refusal(RefusalCode.UNKNOWN_USER, "replaces")
        return
    person = _person(act.replaces, context, field="replaces")
    if act.position not in person.positions:
        raise Refusal(RefusalCode.UNKNOWN_USER, "replaces")


def _check_order(act: OpenDelegation, context: Context) -> None:
    if not act.order_no.strip():
        raise Refusal(RefusalCode.ORDER_MISSING, "order_no")
    if len(act.order_no) > MAX_ORDER_NO:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "order_no")
    if not act.scopes or len(set(act.scopes)) != len(act.scopes):
        raise Refusal(RefusalCode.SCOPE_MISSING, "scopes")
    aware = act.starts_at.tzinfo is not None and act.ends_at.tzinfo is not None
    if not aware or not act.starts_at < act.ends_at <= act.starts_at + LONGEST or act.ends_at <= context.now:
        raise Refusal(RefusalCode.DELEGATION_DATES, "ends_at")
    if act.acting_position and context.records.get(Position, small_row_id(act.acting_position)) is None:
        raise Refusal(RefusalCode.UNKNOWN_POSITION, "acting_position")


def _person(number: UserId, context: Context, *, field: str) -> Person:
    person = context.records.get(Person, small_row_id(number)) if number > 0 else None
    if person is None or not person.active:
        raise Refusal(RefusalCode.UNKNOWN_USER, field)
    return person


def _with_right(person: Person, right: Acting) -> Person:
    rights = sorted((*person.acting, right), key=lambda one: (one.ends_at, one.delegation))
    return msgspec.structs.replace(person, acting=tuple(rights[-MAX_KEPT:]))
