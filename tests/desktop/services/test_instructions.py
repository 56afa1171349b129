"""The list of instructions."""

from __future__ import annotations

from core.domain.offices import Role
from desktop.services.instructions import InstructionList


def test_forty_instructions_are_numbered_without_a_gap() -> None:
    listed = list(InstructionList.load())

    assert [one.number for one in listed] == list(range(1, 41))
    assert listed[0].text == "Saya hadir"
    assert listed[39].text == "UMP (untuk menjadi perhatian)"


def test_the_usual_ones_of_each_role_stand_in_the_list() -> None:
    instructions = InstructionList.load()
    texts = {one.number: one.text for one in instructions}

    for role in Role:
        usual = instructions.usual_for(role)
        assert usual
        assert all(texts[one.number] == one.text for one in usual)


def test_leaders_are_offered_a_handful_first() -> None:
    usual = InstructionList.load().usual_for(Role.HEAD)

    assert 6 <= len(usual) <= 8
    assert usual[0].text == "Hadiri/wakili"


def test_a_number_of_a_newer_list_is_shown_as_a_number() -> None:
    assert InstructionList.load().text_of(41) == "41"
