"""Deciding on an invitation: to come, to send somebody, to stay away."""

import msgspec

from core.domain.acting import Context, Decision
from core.domain.attendance import Attendance, Attending, decision_of, with_attendance
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId, PositionId
from core.domain.leading import require_entering_for
from core.domain.letter_changes import with_changes
from core.domain.letters import IncomingLetter, require_carrier
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power, require

MAX_DELEGATES = 10


class AttendEvent(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Say who goes to the event of an invitation.

    `delegates` were given the letter before: by a disposition, which tells them what to do there. With `on_behalf` it
    is what a leader of the office said, entered by who keeps his agenda.
    """

    letter_id: LetterId
    how: Attending
    delegates: tuple[PositionId, ...] = ()
    on_behalf: PositionId = PositionId(0)


def attend_event(act: AttendEvent, context: Context) -> Decision:
    """Note what the position decided, in the place of what it had decided before."""
    actor = context.actor
    letter = require_carrier(act.letter_id, context)
    position = _decider(act, letter, context)
    if letter.event_on is None:
        raise Refusal(RefusalCode.EVENT_MISSING, "event_on")
    delegated = act.how == Attending.DELEGATED
    if delegated != bool(act.delegates) or len(act.delegates) > MAX_DELEGATES:
        raise Refusal(RefusalCode.NO_RECIPIENT, "delegates")
    if len(set(act.delegates)) != len(act.delegates):
        raise Refusal(RefusalCode.RECIPIENT_REPEATED, "delegates")
    if position in act.delegates:
        raise Refusal(RefusalCode.RECIPIENT_IS_SENDER, "delegates")
    if not set(act.delegates) <= set(letter.involved):
        raise Refusal(RefusalCode.NO_RECIPIENT, "delegates")
    known = decision_of(position, letter.attendance)
    if known is not None and (known.how, known.delegates) == (act.how, act.delegates):
        return Decision(records=())
    decided = Attendance(
        position=position,
        how=act.how,
        delegates=act.delegates,
        by=actor.user,
        at=context.now,
        under=actor.delegation,
        entered_as=actor.position if act.on_behalf else PositionId(0),
    )
    texts = {"attendance": ("" if known is None else attendance_text(known), attendance_text(decided))}
    decided_letter = msgspec.structs.replace(
        letter,
        attendance=with_attendance(letter.attendance, decided),
        changes=with_changes(letter.changes, texts, context),
    )
    return Decision(records=(decided_letter,))


def attendance_text(one: Attendance) -> str:
    """What was decided, as the changes of a letter keep it: position, how, who goes instead."""
    return f"{one.position}:{int(one.how)}:{','.join(map(str, one.delegates))}"


def decision_told(text: str) -> tuple[PositionId, Attending, tuple[PositionId, ...]]:
    """The inverse of `attendance_text`."""
    position, how, delegates = text.split(":")
    named = tuple(PositionId(int(one)) for one in delegates.split(",") if one)
    return PositionId(int(position)), Attending(int(how)), named


def is_concerned(actor: Actor, letter: IncomingLetter) -> bool:
    """Whether the position in which somebody acts may decide on the event of a letter, as one that it concerns."""
    return actor.position in letter.involved or has_power(actor, Power.LOWER_SECURITY)


def _decider(act: AttendEvent, letter: IncomingLetter, context: Context) -> PositionId:
    """The position that decides: the actor's own, if the letter concerns it, or that of a leader whom he writes for."""
    actor = context.actor
    if act.on_behalf:
        require_entering_for(act.on_behalf, letter.office, context)
        return act.on_behalf
    require(actor, Power.ANSWER, letter.office)
    if not is_concerned(actor, letter):
        raise Refusal(RefusalCode.NOT_ADDRESSED_TO_YOU)
    return actor.position
