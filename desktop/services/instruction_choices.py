"""Which instructions a position offers on its sheets, and changing them."""

from collections.abc import Sequence

import msgspec

from core.domain.ids import small_row_id
from core.domain.instruction_lists import OWN_FROM, InstructionChoice, OwnInstruction, SetInstructions
from desktop.services.instructions import Instruction, InstructionList
from desktop.services.person_service import ActingService
from desktop.storage.instruction_choices import instruction_choices


class OfferedInstructions(msgspec.Struct, frozen=True, kw_only=True):
    """What this person's position has chosen (() where nothing), and what positions of the office added."""

    chosen: tuple[int, ...]
    added: tuple[Instruction, ...]


class InstructionChoiceService(ActingService):
    """The list of the position in which one signed-in person acts."""

    def offered(self) -> OfferedInstructions:
        """What is offered now."""
        with self._store.read() as uow:
            found = instruction_choices.of_office(uow.connection, self._actor.office)
        mine = next((one for one in found if one.number == self._actor.position), None)
        added = (Instruction(number=one.number, text=one.text) for each in found for one in each.own)
        return OfferedInstructions(chosen=() if mine is None else mine.chosen, added=tuple(added))

    def set_lines(self, lines: Sequence[str], known: InstructionList) -> None:
        """Offer these, one a line, in their order; what has no number yet is added. Refusal: nothing was changed."""
        with self._store.begin() as uow:
            mine = uow.get(InstructionChoice, small_row_id(self._actor.position))
            own = () if mine is None else mine.own
            texts = {one.text.casefold(): one.number for one in own}
            shipped = [one.number for one in known]
            added: list[OwnInstruction] = []
            chosen: list[int] = []
            for line in filter(None, (" ".join(one.split()) for one in lines)):
                number = known.number_of(line, shipped) or texts.get(line.casefold())
                if number is None:
                    number = self._actor.position * OWN_FROM + 1 + len(own) + len(added)
                    added.append(OwnInstruction(number=number, text=line))
                    texts[line.casefold()] = number
                if number not in chosen:
                    chosen.append(number)
            act = SetInstructions(position=self._actor.position, chosen=tuple(chosen), own=tuple(added))
            self._perform_in(uow, act)
