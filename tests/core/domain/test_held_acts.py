"""Whether an act is held or refused, who decides over it, and what a decision does."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from core.domain.acting import Context
from core.domain.errors import Refusal
from core.domain.held_acts import (
    AcceptHeld,
    HeldAct,
    HeldNumber,
    HeldState,
    RejectHeld,
    WhyHeld,
    accept_held,
    reject_held,
    reviewers_of,
    why_held,
)
from core.domain.ids import BookId, PositionId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.number_fates import Fate, FateCause, NumberFate, fate_claims
from core.domain.offices import Position, Role
from core.merging.overlay import Overlay
from tests.factories import (
    HEAD,
    HEAD_ELSEWHERE,
    HELD_ID,
    LETTER_ID,
    NOW,
    OFFICE,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    held_act,
    person_record,
    register,
    user_of,
)
from tests.op_factory import op_bytes
from tests.support.records import MemoryRecords

PERSON = person_record(REGISTRAR)
WITHOUT = msgspec.structs.replace(PERSON, positions=())
INACTIVE = msgspec.structs.replace(PERSON, active=False)
BOTH = msgspec.structs.replace(PERSON, positions=(), active=False)


def registration(**changes: object) -> bytes:
    """The registration of a letter, as the registrar's PC made it an hour ago."""
    return op_bytes(register(), REGISTRAR, NOW - timedelta(hours=1), **changes)


def held(**changes: object) -> HeldAct:
    return held_act(ops=(registration(),), would=(), **changes)


def decided(act: AcceptHeld | RejectHeld, position: PositionId, records: MemoryRecords) -> list[object]:
    decision = Overlay(records).perform(act, actor(position), NOW)
    return list(decision.records)


@pytest.mark.parametrize(
    ("person", "changed", "known", "why"),
    [
        (WITHOUT, {"positions": 40}, 39, WhyHeld.POSITION_TAKEN),
        (WITHOUT, {"positions": 40}, 40, None),
        (INACTIVE, {"active": 40}, 39, WhyHeld.SHUT_OUT),
        (INACTIVE, {"active": 40}, 41, None),
        (BOTH, {"positions": 40, "active": 50}, 39, WhyHeld.SHUT_OUT),
        (BOTH, {"positions": 40, "active": 50}, 45, None),  # it knew already that the position was taken
        (WITHOUT, {"name": 40}, 0, None),  # the position never was this person's
        (PERSON, {"positions": 40}, 0, None),
    ],
)
def test_an_act_is_held_if_its_pc_could_not_know(
    person: object, changed: dict[str, int], known: int, why: WhyHeld | None
) -> None:
    assert why_held(person, REGISTRAR, NOW, changed=changed, known=known) is why  # type: ignore[arg-type]


def chair(number: int, role: Role, *, superior: int | None = None, office: int = OFFICE) -> Position:
    return Position(
        number=PositionId(number),
        office=office,  # type: ignore[arg-type]
        unit=None,
        title="",
        role=role,
        superior=None if superior is None else PositionId(superior),
    )


BOSS, SCRIBE, CLERK, SUBHEAD = (
    chair(1, Role.HEAD),
    chair(2, Role.SECRETARY, superior=1),
    chair(3, Role.REGISTRAR, superior=4),
    chair(4, Role.STAFF, superior=2),
)
STRANGER = chair(9, Role.HEAD, office=OFFICE + 1)
EVERYBODY = (BOSS, SCRIBE, CLERK, SUBHEAD, STRANGER)


def test_the_nearest_superior_who_may_decide_and_the_head_decide() -> None:
    assert reviewers_of(CLERK, EVERYBODY, security=SecurityLevel.OPEN) == (1, 2)
    assert reviewers_of(CLERK, EVERYBODY, security=SecurityLevel.TOP_SECRET) == (1, 2)
    assert reviewers_of(SCRIBE, EVERYBODY, security=SecurityLevel.OPEN) == (1,)


def test_where_nobody_stands_above_the_next_in_the_chair_decides() -> None:
    assert reviewers_of(BOSS, EVERYBODY, security=SecurityLevel.OPEN) == (1,)
    assert reviewers_of(CLERK, (CLERK, STRANGER), security=SecurityLevel.OPEN) == (3,)


def test_superiors_in_a_circle_end() -> None:
    first, second = chair(5, Role.STAFF, superior=6), chair(6, Role.STAFF, superior=5)

    assert reviewers_of(first, (first, second, BOSS), security=SecurityLevel.OPEN) == (1,)


def test_accepting_performs_the_act_through_the_chair_at_its_own_time() -> None:
    letter, after = decided(AcceptHeld(held_id=HELD_ID), HEAD, MemoryRecords(held()))

    assert isinstance(letter, IncomingLetter)
    assert (letter.id, letter.agenda_no, letter.registered_by) == (LETTER_ID, 412, user_of(HEAD))
    assert letter.registered_at == NOW - timedelta(hours=1)
    assert isinstance(after, HeldAct)
    assert (after.state, after.decided_by, after.decided_as, after.decided_at) == (
        HeldState.ACCEPTED,
        user_of(HEAD),
        HEAD,
        NOW,
    )


def test_a_clock_that_ran_ahead_moves_nothing_past_the_arrival() -> None:
    ahead = registration(wall_ms=int((NOW + timedelta(days=30)).timestamp() * 1000))

    letter, _ = decided(AcceptHeld(held_id=HELD_ID), HEAD, MemoryRecords(held_act(ops=(ahead,), would=())))

    assert isinstance(letter, IncomingLetter)
    assert letter.registered_at == NOW


def test_rejecting_voids_the_number_without_holding_it_and_gives_no_reason_away() -> None:
    fate, after = decided(RejectHeld(held_id=HELD_ID, reason="Ganda"), SECRETARY, MemoryRecords(held()))

    assert isinstance(fate, NumberFate)
    assert (fate.low, fate.high, fate.fate, fate.cause, fate.reason) == (412, 412, Fate.VOID, FateCause.REFUSED, "")
    assert fate_claims(fate) == ()
    assert isinstance(after, HeldAct)
    assert (after.state, after.reason) == (HeldState.REJECTED, "Ganda")


def test_an_inserted_number_took_nothing_from_the_series() -> None:
    beside = held(numbers=(HeldNumber(book=BookId(0), year=2026, number=412, suffix="a"),))

    assert len(decided(RejectHeld(held_id=HELD_ID, reason="Ganda"), HEAD, MemoryRecords(beside))) == 1


@pytest.mark.parametrize("act", [AcceptHeld(held_id=HELD_ID), RejectHeld(held_id=HELD_ID, reason="Ganda")])
def test_the_same_decision_again_changes_nothing_and_another_is_refused(act: AcceptHeld | RejectHeld) -> None:
    records = MemoryRecords(held())
    for record in decided(act, HEAD, records):
        records.put(record)

    assert decided(act, HEAD, records) == []
    with pytest.raises(Refusal, match="already_decided"):
        decided(act, SECRETARY, records)


@pytest.mark.parametrize(
    ("position", "changes", "code"),
    [
        (SECTION, {}, "unknown_held"),
        (HEAD_ELSEWHERE, {"reviewers": (HEAD_ELSEWHERE,)}, "unknown_held"),
        (HEAD, {"user": user_of(HEAD)}, "not_allowed"),
        (HEAD, {"position": PositionId(999)}, "unknown_position"),
        (HEAD, {"ops": (b"\xc1",)}, "unknown_act"),
        (HEAD, {"ops": (registration(act=999),)}, "unknown_act"),
        (HEAD, {"ops": (registration(wall_ms=2**62),)}, "unknown_act"),
    ],
)
def test_what_cannot_be_accepted_is_refused(position: PositionId, changes: dict[str, object], code: str) -> None:
    records = MemoryRecords(msgspec.structs.replace(held(), **changes))

    with pytest.raises(Refusal, match=code):
        decided(AcceptHeld(held_id=HELD_ID), position, records)


@pytest.mark.parametrize(("reason", "code"), [("  ", "reason_missing"), ("x" * 301, "text_too_long")])
def test_a_rejection_takes_a_reason(reason: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        decided(RejectHeld(held_id=HELD_ID, reason=reason), HEAD, MemoryRecords(held()))


def test_where_ops_are_only_bytes_nothing_is_accepted() -> None:
    context = Context(actor=actor(HEAD), now=NOW, records=MemoryRecords(held()))

    with pytest.raises(Refusal, match="unknown_act"):
        accept_held(AcceptHeld(held_id=HELD_ID), context)
    with pytest.raises(Refusal, match="unknown_held"):
        reject_held(RejectHeld(held_id=LETTER_ID, reason="Ganda"), context)  # type: ignore[arg-type]
