"""Handing a position over (serah terima): who leaves it, who follows, and what lies open in it at that moment.

The inbox belongs to the position and passes with it by itself. What is said here is that it did, to whom, and how much
was open: so that neither can say later that he did not know. Who may let others act may hand over; nobody hands a
position to himself, and one from which people are managed is handed over by who manages people alone.
"""

import msgspec

from core.domain.acting import Context, Decision
from core.domain.administering import MAX_HELD
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId, UserId, small_row_id
from core.domain.offices import Handed, OpenItems, Person, Position, Role
from core.domain.permissions import POWERS, Power, require_over

NOBODY = UserId(0)
# A position tells of its newest hand-overs; the log has all of them.
KEPT_HANDED = 12
_MOST = 1_000_000
_NUMBERS = 2**31


class HandOver(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Let `successor` hold the position in the place of `leaving` (0: it is vacant).

    `items` are what lay open in it, as far as the PC could see; None where it could not.
    """

    position: PositionId
    leaving: UserId
    successor: UserId
    items: OpenItems | None = None


def hand_over(act: HandOver, context: Context) -> Decision:
    """Take the position from the one, give it to the other, and note it in the position."""
    place = context.records.get(Position, small_row_id(act.position)) if 0 < act.position < _NUMBERS else None
    if place is None:
        raise Refusal(RefusalCode.UNKNOWN_POSITION, "position")
    _require_may(place, context)
    if act.successor == context.actor.user:
        raise Refusal(RefusalCode.NOT_FOR_ONESELF, "successor")
    successor = _person(act.successor, "successor", context)
    leaving = _person(act.leaving, "leaving", context) if act.leaving != NOBODY else None
    if act.leaving == act.successor:
        raise Refusal(RefusalCode.HOLDS_POSITION, "successor")
    if _was_done(act, place, successor, context):
        return Decision(records=())
    if act.position in successor.positions:
        raise Refusal(RefusalCode.HOLDS_POSITION, "successor")
    if leaving is not None and act.position not in leaving.positions:
        raise Refusal(RefusalCode.UNKNOWN_POSITION, "leaving")
    if not successor.active or len(successor.positions) >= MAX_HELD or not _is_sane(act.items):
        raise Refusal(RefusalCode.UNKNOWN_USER, "successor")
    note = Handed(
        leaving=act.leaving,
        successor=act.successor,
        by=context.actor.user,
        position=context.actor.position,
        at=context.now,
        items=act.items,
    )
    records: list[msgspec.Struct] = [msgspec.structs.replace(place, handed=(*place.handed, note)[-KEPT_HANDED:])]
    if leaving is not None:
        left = tuple(one for one in leaving.positions if one != act.position)
        records.append(msgspec.structs.replace(leaving, positions=left))
    records.append(msgspec.structs.replace(successor, positions=(*successor.positions, act.position)))
    return Decision(records=tuple(records))


def _require_may(place: Position, context: Context) -> None:
    actor = context.actor
    require_over(actor, Power.DELEGATE, place.office)
    if Power.ADMINISTER in POWERS[place.role]:
        require_over(actor, Power.ADMINISTER, place.office)
    if place.role == Role.REGION_ADMIN and actor.role != Role.REGION_ADMIN:
        raise Refusal(RefusalCode.NOT_ALLOWED, "position")


def _person(number: UserId, field: str, context: Context) -> Person:
    found = context.records.get(Person, small_row_id(number)) if 0 < number < _NUMBERS else None
    if found is None:
        raise Refusal(RefusalCode.UNKNOWN_USER, field)
    return found


def _was_done(act: HandOver, place: Position, successor: Person, context: Context) -> bool:
    """Whether a mended PC sends again what has been done."""
    if not place.handed or act.position not in successor.positions:
        return False
    last = place.handed[-1]
    return (last.leaving, last.successor, last.by) == (act.leaving, act.successor, context.actor.user)


def _is_sane(items: OpenItems | None) -> bool:
    counts = () if items is None else (items.to_decide, items.to_answer, items.in_hand, items.to_reseal)
    return all(0 <= count <= _MOST for count in counts)
