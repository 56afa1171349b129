"""Which instructions a position offers on its disposition sheets, and those that it has added to the shipped ones.

A disposition carries numbers; what a number means is never changed. Those below `OWN_FROM` are shipped with the
program; the position with number p adds its own from p * `OWN_FROM` + 1 on, so that two positions never add the same.
"""

import msgspec

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId, PositionId, RowId, UserId, small_row_id
from core.domain.offices import Position
from core.domain.permissions import Power, has_power, require_over

OWN_FROM = 1000
MAX_TEXT = 80
MAX_OWN = 200
MAX_CHOSEN = 60


class OwnInstruction(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An instruction that a position added."""

    number: int
    text: str


class InstructionChoice(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What one position offers: `chosen` in their order; `own` are all that it ever added, also those not offered."""

    number: PositionId
    office: OfficeId
    chosen: tuple[int, ...]
    own: tuple[OwnInstruction, ...] = ()
    set_by: UserId = UserId(0)

    @property
    def id(self) -> RowId:
        """The row id."""
        return small_row_id(self.number)


class SetInstructions(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Offer these instructions from now on; `own` are new ones."""

    position: PositionId
    chosen: tuple[int, ...]
    own: tuple[OwnInstruction, ...] = ()


def set_instructions(act: SetInstructions, context: Context) -> Decision:
    """Who disposes sets his own list; leaders, and who administers, those of the others in the office."""
    actor = context.actor
    place = context.records.get(Position, small_row_id(max(0, act.position)))
    if place is None:
        raise Refusal(RefusalCode.UNKNOWN_POSITION, "position")
    leads = has_power(actor, Power.DISPOSE) and has_power(actor, Power.READ_REGISTER) and place.office == actor.office
    mine = act.position == actor.position and has_power(actor, Power.DISPOSE)
    if not leads and not mine:
        require_over(actor, Power.ADMINISTER, place.office)
    known = context.records.get(InstructionChoice, small_row_id(act.position))
    own = _with_new(act, () if known is None else known.own)
    if not act.chosen:
        raise Refusal(RefusalCode.NO_INSTRUCTION, "chosen")
    offered = {one.number for one in own}
    unknown = any(number not in offered and not 0 < number < OWN_FROM for number in act.chosen)
    if unknown or len(set(act.chosen)) != len(act.chosen) or len(act.chosen) > MAX_CHOSEN:
        raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE, "chosen")
    if known is not None and (known.chosen, known.own) == (act.chosen, own):
        return Decision(records=())
    made = InstructionChoice(number=act.position, office=place.office, chosen=act.chosen, own=own, set_by=actor.user)
    return Decision(records=(made,))


def _with_new(act: SetInstructions, known: tuple[OwnInstruction, ...]) -> tuple[OwnInstruction, ...]:
    texts = {one.number: one.text for one in known}
    for one in act.own:
        text = " ".join(one.text.split())
        if not text:
            raise Refusal(RefusalCode.NO_INSTRUCTION, "own")
        if len(text) > MAX_TEXT:
            raise Refusal(RefusalCode.TEXT_TOO_LONG, "own")
        if not act.position * OWN_FROM < one.number < (act.position + 1) * OWN_FROM:
            raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE, "own")
        if texts.setdefault(one.number, text) != text:
            # Two PCs added something under one number: a number never gets another meaning.
            raise Refusal(RefusalCode.INSTRUCTION_TAKEN, "own")
    if len(texts) > MAX_OWN:
        raise Refusal(RefusalCode.TOO_MANY_SCANS, "own")
    return tuple(OwnInstruction(number=number, text=text) for number, text in texts.items())
