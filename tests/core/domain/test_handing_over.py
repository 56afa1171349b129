"""A position is handed over by an act that says from whom, to whom, and what lay open in it."""

from __future__ import annotations

import pytest

from core.domain.acting import Context
from core.domain.errors import Refusal
from core.domain.handing_over import HandOver, hand_over
from core.domain.ids import PositionId, UserId
from core.domain.offices import OpenItems, Person, Position
from tests.admin_factory import hand_over_act, handed
from tests.factories import (
    HEAD,
    HEAD_ELSEWHERE,
    NOW,
    OFFICE_ADMIN,
    REGISTRAR,
    SECTION,
    actor,
    user_of,
)
from tests.support.records import MemoryRecords


def done(act: HandOver, by: PositionId = OFFICE_ADMIN, records: MemoryRecords | None = None) -> tuple[object, ...]:
    where = MemoryRecords() if records is None else records
    return hand_over(act, Context(actor=actor(by), now=NOW, records=where)).records


def test_the_position_passes_and_tells_by_whom_and_what_lay_open() -> None:
    place, leaving, successor = done(hand_over_act())

    assert isinstance(place, Position)
    assert isinstance(leaving, Person)
    assert isinstance(successor, Person)
    assert place.handed == (handed(by=user_of(OFFICE_ADMIN), position=OFFICE_ADMIN, at=NOW),)
    assert (leaving.positions, successor.positions) == ((), (REGISTRAR, SECTION))


def test_what_a_mended_pc_sends_again_changes_nothing() -> None:
    records = MemoryRecords(*done(hand_over_act()))

    assert done(hand_over_act(), records=records) == ()


def test_a_vacant_position_is_handed_to_its_successor_too() -> None:
    place, successor = done(hand_over_act(leaving=UserId(0)))

    assert isinstance(place, Position)
    assert isinstance(successor, Person)
    assert SECTION in successor.positions


@pytest.mark.parametrize(
    ("act", "by", "code"),
    [
        (hand_over_act(successor=user_of(HEAD)), HEAD, "not_for_oneself"),
        (hand_over_act(successor=user_of(SECTION)), HEAD, "holds_position"),
        (hand_over_act(leaving=user_of(HEAD)), OFFICE_ADMIN, "unknown_position"),
        (hand_over_act(position=OFFICE_ADMIN, leaving=user_of(OFFICE_ADMIN)), HEAD, "not_allowed"),
        (hand_over_act(position=HEAD_ELSEWHERE, leaving=user_of(HEAD_ELSEWHERE)), HEAD, "wrong_office"),
        (hand_over_act(successor=UserId(999)), HEAD, "unknown_user"),
        (hand_over_act(), REGISTRAR, "not_allowed"),
        (
            hand_over_act(items=OpenItems(to_decide=-1, to_answer=0, in_hand=0, to_reseal=0)),
            HEAD,
            "unknown_user",
        ),
    ],
)
def test_what_is_not_in_order_is_refused(act: HandOver, by: PositionId, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        done(act, by)
