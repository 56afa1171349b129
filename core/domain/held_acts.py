"""Acts of people whose right had ended when they arrived, although their PC could not know of it yet.

Whoever worked offline did nothing wrong, so what was done is neither performed nor thrown away: it is held, and a
superior in the office decides. Accepting performs the very acts in the superior's name, through the chair in which
they were done; rejecting takes a reason, and says what became of the numbers that they had taken.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import IntEnum

import msgspec

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import (
    BookId,
    DeviceId,
    LetterId,
    OfficeId,
    PositionId,
    RowId,
    UserId,
    content_row_id,
    small_row_id,
)
from core.domain.letters import SecurityLevel
from core.domain.number_fates import MAX_REASON, Fate, FateCause, NumberFate
from core.domain.offices import Actor, Person, Position, Role, acting_at
from core.domain.permissions import POWERS, Power, is_within_scope
from core.domain.secrecy import SealedKey

NOBODY = UserId(0)
NO_POSITION = PositionId(0)


class WhyHeld(IntEnum):
    """Which right had ended."""

    POSITION_TAKEN = 1  # the person holds the position no more
    SHUT_OUT = 2  # the person is let in nowhere any more
    ACTING_ENDED = 3  # the person acted in the position, and that was ended before its day
    DEVICE_REVOKED = 4  # the PC was shut out; an administrator let be opened what it had sealed


class HeldState(IntEnum):
    """What became of an act that was held."""

    WAITING = 0
    ACCEPTED = 1
    REJECTED = 2


class HeldNumber(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A number that a held act had taken."""

    book: BookId
    year: int
    number: int
    suffix: str


class HeldAct(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Acts that stand or fall together, held until one of the `reviewers` decides.

    `ops` are the ops as they came; `would` are the records that they would have made: (kind, bytes), none where the
    rules would have refused them or they are too large. `files` are the scans that they name, `about` the letters.
    `signature` is that of `decided_by` over the decision. Where a letter that it speaks of was sealed, `ops` tell who
    did what kind of thing and when, and nothing of what it says; `sealed` are the ops as they came, for those to whom
    their key is sealed by `keys`.
    """

    id: RowId
    office: OfficeId
    position: PositionId
    user: UserId
    device: DeviceId
    why: WhyHeld
    security: SecurityLevel
    received_at: datetime
    ops: tuple[bytes, ...]
    would: tuple[tuple[int, bytes], ...]
    reviewers: tuple[PositionId, ...]
    numbers: tuple[HeldNumber, ...]
    files: tuple[bytes, ...]
    state: HeldState = HeldState.WAITING
    decided_by: UserId = NOBODY
    decided_as: PositionId = NO_POSITION
    decided_at: datetime | None = None
    reason: str = ""
    about: tuple[LetterId, ...] = ()
    signature: bytes = b""
    signed_ms: int = 0
    sealed: tuple[bytes, ...] = ()
    keys: tuple[SealedKey, ...] = ()


class AcceptHeld(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Perform what was held, in the name of whoever accepts it.

    `ops` are those of a held act that is sealed, as one of its readers opened them, with the texts as the letter has
    them. Nobody else can tell whether they say what was held; whoever accepts answers for it.
    """

    held_id: RowId
    ops: tuple[bytes, ...] = ()


class RejectHeld(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Let what was held have no effect, for a reason that its author is told."""

    held_id: RowId
    reason: str


def why_held(
    person: Person, position: PositionId, at: datetime, *, changed: Mapping[str, int], known: int
) -> WhyHeld | None:
    """Why an act of a moment is held, or None if its author's PC knew already that the right had ended.

    `changed` tells at which revision a field of the person last changed, `known` up to which revision the PC knew the
    directory when the act was made. None as well if the right never was there; that a delegation's last day was over
    its PC knew from the beginning.
    """
    ended: dict[WhyHeld, int] = {}
    if position not in person.positions and acting_at(person, position, at) is None:
        if any(one.position == position and one.starts_at <= at < one.ends_at for one in person.acting):
            ended[WhyHeld.ACTING_ENDED] = changed.get("acting", 0)
        else:
            ended[WhyHeld.POSITION_TAKEN] = changed.get("positions", 0)
    if not person.active:
        ended[WhyHeld.SHUT_OUT] = changed.get("active", 0)
    if not ended or known >= min(ended.values()):
        return None
    return max(ended)


def reviewers_of(place: Position, colleagues: Iterable[Position], *, security: SecurityLevel) -> tuple[PositionId, ...]:
    """Who decides over what was done in `place`: the nearest superior who may decide, and the heads of the office.

    A secret matter stays with those who may read secret letters. Where nobody stands above, whoever comes next into
    the same chair decides. Over what is not secret the administrator of the office may decide too, and where there is
    none, who administers the region.
    """
    colleagues = tuple(colleagues)
    office = {one.number: one for one in colleagues if one.office == place.office and one.number != place.number}
    fit = {number for number, one in office.items() if _may_decide(one.role, security)}
    heads = {number for number in fit if office[number].role == Role.HEAD}
    found = heads | _nearest_above(place, office, fit)
    return tuple(sorted((found or {place.number}) | _administrators(place, colleagues, security=security)))


def _administrators(place: Position, everybody: Iterable[Position], *, security: SecurityLevel) -> set[PositionId]:
    if security >= SecurityLevel.SECRET:
        return set()
    administering = [one for one in everybody if Power.ADMINISTER in POWERS[one.role] and one.number != place.number]
    near = {one.number for one in administering if one.office == place.office}
    return near or {one.number for one in administering if one.role == Role.REGION_ADMIN}


def accept_held(act: AcceptHeld, context: Context) -> Decision:
    """Perform the held ops through the chair in which they were made, as whoever accepts them."""
    held = _reviewed(act.held_id, context)
    if _is_decided(held, HeldState.ACCEPTED, context):
        return Decision(records=())
    place = context.records.get(Position, small_row_id(held.position))
    if place is None:
        raise Refusal(RefusalCode.UNKNOWN_POSITION)
    instead = Actor(user=context.actor.user, position=place.number, office=place.office, role=place.role)
    done = context.kept.perform(_ops_of(held, act, context), instead, not_after=held.received_at)
    decided = _decided(held, HeldState.ACCEPTED, context, reason="")
    return Decision(records=(*done.records, decided), conflicts=done.conflicts, renewed=done.renewed)


def reject_held(act: RejectHeld, context: Context) -> Decision:
    """Let the held acts have no effect; numbers that they had taken are void, and are never given out again."""
    held = _reviewed(act.held_id, context)
    if _is_decided(held, HeldState.REJECTED, context):
        return Decision(records=())
    if not act.reason.strip():
        raise Refusal(RefusalCode.REASON_MISSING, "reason")
    if len(act.reason) > MAX_REASON:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "reason")
    fates = (_void(held, number, context) for number in held.numbers if not number.suffix)
    return Decision(records=(*fates, _decided(held, HeldState.REJECTED, context, reason=act.reason)))


def _may_decide(role: Role, security: SecurityLevel) -> bool:
    powers = POWERS[role]
    return Power.DECIDE_HELD in powers and (security < SecurityLevel.SECRET or Power.READ_SECRET in powers)


def _nearest_above(place: Position, office: Mapping[PositionId, Position], fit: set[PositionId]) -> set[PositionId]:
    seen: set[PositionId] = set()
    above = place.superior
    while above is not None and above in office and above not in seen:
        if above in fit:
            return {above}
        seen.add(above)
        above = office[above].superior
    return set()


def fit_reviewers(
    held: HeldAct, security: SecurityLevel, position_of: Callable[[PositionId], Position | None]
) -> tuple[PositionId, ...]:
    """Who of the reviewers may still decide once the matter is as secret as this; never nobody."""
    if security < SecurityLevel.SECRET:
        return held.reviewers
    places = ((number, position_of(number)) for number in held.reviewers)
    fit = tuple(
        number
        for number, place in places
        if place is not None and (number == held.position or _may_decide(place.role, security))
    )
    return fit or (held.position,)


def _ops_of(held: HeldAct, act: AcceptHeld, context: Context) -> tuple[bytes, ...]:
    """What is to be performed: of what is sealed the ops that were opened, which must be of the same making."""
    if not held.sealed:
        return held.ops
    if not act.ops:
        raise Refusal(RefusalCode.SEALED_FOR_OTHERS)
    if not context.kept.are_like(act.ops, held.ops):
        raise Refusal(RefusalCode.SEAL_MALFORMED, "ops")
    return act.ops


def _reviewed(held_id: RowId, context: Context) -> HeldAct:
    """The held act, which must be the actor's to decide; nobody decides over what was done in the own name."""
    held = context.records.get(HeldAct, held_id)
    actor = context.actor
    elsewhere = held is not None and held.office != actor.office and actor.role != Role.REGION_ADMIN
    if held is None or elsewhere or actor.position not in held.reviewers:
        raise Refusal(RefusalCode.UNKNOWN_HELD)
    if held.user == actor.user or not is_within_scope(actor, Power.DECIDE_HELD):
        raise Refusal(RefusalCode.NOT_ALLOWED)
    return held


def _is_decided(held: HeldAct, state: HeldState, context: Context) -> bool:
    """Whether the actor decided this before (a PC whose chain was mended sends it again); Refusal if somebody did."""
    if held.state == HeldState.WAITING:
        return False
    if (held.state, held.decided_by) != (state, context.actor.user):
        raise Refusal(RefusalCode.ALREADY_DECIDED)
    return True


def _decided(held: HeldAct, state: HeldState, context: Context, *, reason: str) -> HeldAct:
    return msgspec.structs.replace(
        held,
        state=state,
        decided_by=context.actor.user,
        decided_as=context.actor.position,
        decided_at=context.now,
        reason=reason,
        signature=context.signed.signature,
        signed_ms=context.signed.at_ms,
    )


def _void(held: HeldAct, number: HeldNumber, context: Context) -> NumberFate:
    return NumberFate(
        id=content_row_id(f"held {held.id.hex()} {number.book} {number.year} {number.number}"),
        office=held.office,
        book=number.book,
        year=number.year,
        low=number.number,
        high=number.number,
        suffix="",
        fate=Fate.VOID,
        cause=FateCause.REFUSED,
        reason="",
        letter=None,
        by=context.actor.user,
        at=context.now,
    )
