"""A position chooses its instructions, and adds some; a number never gets another meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from core.domain.acting import Context
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId
from core.domain.instruction_lists import InstructionChoice, OwnInstruction, SetInstructions, set_instructions
from desktop.services.instruction_choices import InstructionChoiceService
from desktop.services.instructions import InstructionList
from desktop.storage.unit_of_work import Store
from tests.factories import HEAD, NOW, SECRETARY, SECTION, actor
from tests.support.records import MemoryRecords

FIRST = HEAD * 1000 + 1


def service(store: Store, position: PositionId = HEAD) -> InstructionChoiceService:
    return InstructionChoiceService(store, actor(position), lambda: NOW)


def keep(store: Store, lines: Sequence[str]) -> tuple[int, ...]:
    service(store).set_lines(lines, InstructionList.load())
    return service(store).offered().chosen


def test_lines_that_are_known_keep_their_numbers_and_new_ones_are_added_for_everybody_to_read(store: Store) -> None:
    assert keep(store, [" hadiri/WAKILI ", "Bahas dalam apel", "", "Bahas  dalam apel"]) == (2, FIRST)

    known = InstructionList.load()
    known.learn(service(store, SECTION).offered().added)
    assert known.text_of(FIRST) == "Bahas dalam apel"
    assert service(store, SECTION).offered().chosen == ()


def test_what_is_not_offered_any_more_keeps_its_words_and_its_number(store: Store) -> None:
    keep(store, ["Bahas dalam apel", "Siapkan"])
    assert keep(store, ["Siapkan", "Kirim ke pekon"]) == (9, FIRST + 1)
    assert keep(store, ["Bahas dalam apel"]) == (FIRST,)
    assert [one.text for one in service(store).offered().added] == ["Bahas dalam apel", "Kirim ke pekon"]


def test_an_empty_list_is_refused(store: Store) -> None:
    with pytest.raises(Refusal) as refused:
        keep(store, [" ", ""])
    assert refused.value.code == RefusalCode.NO_INSTRUCTION


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"own": (OwnInstruction(number=FIRST, text="Lain"),)}, RefusalCode.INSTRUCTION_TAKEN),
        ({"own": (OwnInstruction(number=SECTION * 1000 + 1, text="Lain"),)}, RefusalCode.NUMBER_OUT_OF_RANGE),
        ({"own": (OwnInstruction(number=FIRST + 1, text="x" * 81),)}, RefusalCode.TEXT_TOO_LONG),
        ({"chosen": (2, 2)}, RefusalCode.NUMBER_OUT_OF_RANGE),
        ({"chosen": (FIRST + 7,)}, RefusalCode.NUMBER_OUT_OF_RANGE),
        ({"position": PositionId(999)}, RefusalCode.UNKNOWN_POSITION),
    ],
)
def test_a_list_has_its_limits(changes: dict[str, Any], code: RefusalCode) -> None:
    own = OwnInstruction(number=FIRST, text="Bahas dalam apel")
    records = MemoryRecords(InstructionChoice(number=HEAD, office=actor(HEAD).office, chosen=(2,), own=(own,)))
    act = SetInstructions(**{"position": HEAD, "chosen": (2, FIRST), **changes})

    with pytest.raises(Refusal) as refused:
        set_instructions(act, Context(actor=actor(SECRETARY), now=NOW, records=records))
    assert refused.value.code == code
