"""Invitations: who goes, what an event is to whom, which events meet, and deciding."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from core.domain.acting import Context
from core.domain.amending import AmendLetter, amend_letter
from core.domain.attendance import Attending, EventTime, Part, clock_of, meet, part_of, represented_by
from core.domain.attending import AttendEvent, attend_event, attendance_text
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId
from core.domain.letters import IncomingLetter, SecurityLevel, without_secrets
from core.domain.reclassifying import ReclassifyLetter, reclassify_letter
from core.domain.registering import register_letter
from tests.agenda_factory import EVENT, decided
from tests.factories import HEAD, LETTER_ID, NOW, OTHER_SECTION, REGISTRAR, SECRETARY, SECTION, actor, letter, register
from tests.support.records import MemoryRecords

LATER = NOW + timedelta(hours=1)
DAY = date(2026, 3, 19)


def context(records: MemoryRecords, position: PositionId = HEAD) -> Context:
    return Context(actor=actor(position), now=LATER, records=records)


def invitation(**changes: Any) -> IncomingLetter:
    return letter(**{**EVENT, "involved": (HEAD, SECRETARY, SECTION), **changes})


def decide(about: IncomingLetter, how: Attending, *delegates: PositionId, by: PositionId = HEAD, **more: Any) -> Any:
    act = AttendEvent(letter_id=LETTER_ID, how=how, delegates=delegates, **more)
    records = attend_event(act, context(MemoryRecords(about), by)).records
    return records[0] if records else None


def part(about: IncomingLetter, position: PositionId) -> Part:
    return part_of(position, about.attendance, addressee=about.addressee, involved=about.involved)


def refusal(about: IncomingLetter, how: Attending, *delegates: PositionId, by: PositionId = HEAD, **more: Any) -> Any:
    with pytest.raises(Refusal) as refused:
        decide(about, how, *delegates, by=by, **more)
    return refused.value.code


def test_an_invitation_is_a_question_to_all_whom_it_concerns_until_somebody_decides() -> None:
    about = invitation()
    assert [part(about, one) for one in (HEAD, SECRETARY, OTHER_SECTION)] == [Part.OPEN, Part.OPEN, Part.NONE]

    about = decide(about, Attending.COMES, by=SECRETARY)

    assert [part(about, one) for one in (HEAD, SECRETARY, SECTION)] == [Part.OPEN, Part.COMES, Part.NONE]


def test_who_is_sent_represents_whoever_sent_him_until_he_sends_another() -> None:
    about = decide(invitation(), Attending.DELEGATED, SECTION)
    assert (part(about, HEAD), part(about, SECTION)) == (Part.DELEGATED, Part.REPRESENTS)
    assert represented_by(SECTION, about.attendance) == (HEAD,)

    about = decide(about, Attending.ABSENT, by=SECTION)

    assert part(about, SECTION) == Part.ABSENT


def test_what_was_decided_before_is_replaced_and_the_letter_tells_of_it() -> None:
    once = decide(invitation(), Attending.COMES)
    twice = decide(once, Attending.DELEGATED, SECRETARY)

    assert [one.how for one in twice.attendance] == [Attending.DELEGATED]
    change = twice.changes[-1]
    assert (change.field, change.before) == ("attendance", f"{HEAD}:1:")
    assert change.after == attendance_text(twice.attendance[0]) == f"{HEAD}:2:{SECRETARY}"
    assert decide(twice, Attending.DELEGATED, SECRETARY) is None


def test_a_secretary_enters_what_the_leader_said() -> None:
    (entered,) = decide(invitation(), Attending.COMES, by=SECRETARY, on_behalf=HEAD).attendance

    assert (entered.position, entered.entered_as) == (HEAD, SECRETARY)
    assert refusal(invitation(), Attending.COMES, by=SECRETARY, on_behalf=SECTION) == RefusalCode.UNKNOWN_POSITION
    assert refusal(invitation(), Attending.COMES, by=SECTION, on_behalf=HEAD) == RefusalCode.NOT_ALLOWED


@pytest.mark.parametrize(
    ("delegates", "code"),
    [
        ((), RefusalCode.NO_RECIPIENT),
        ((OTHER_SECTION,), RefusalCode.NO_RECIPIENT),
        ((SECTION, SECTION), RefusalCode.RECIPIENT_REPEATED),
        ((HEAD,), RefusalCode.RECIPIENT_IS_SENDER),
    ],
)
def test_only_who_was_given_the_letter_can_represent(delegates: tuple[PositionId, ...], code: RefusalCode) -> None:
    assert refusal(invitation(), Attending.DELEGATED, *delegates) == code


def test_nobody_decides_on_what_is_no_invitation_or_does_not_concern_him() -> None:
    assert refusal(letter(), Attending.COMES) == RefusalCode.EVENT_MISSING
    assert refusal(invitation(), Attending.COMES, by=REGISTRAR) == RefusalCode.NOT_ADDRESSED_TO_YOU


@pytest.mark.parametrize(
    ("one", "other", "at_once"),
    [
        (("09:00", "11:00"), ("10:59", ""), True),
        (("09:00", "11:00"), ("11:00", "12:00"), False),
        (("09:00", ""), ("10:30", ""), True),
        (("09:00", "08:00"), ("10:30", ""), True),
        (("09:00", ""), ("11:00", ""), False),
        (("", ""), ("09:00", ""), False),
        (("23:30", ""), ("23:59", ""), True),
    ],
)
def test_events_meet_where_their_times_overlap(one: Any, other: Any, at_once: bool) -> None:  # noqa: FBT001  # a case
    here, there = EventTime(DAY, *one), EventTime(DAY, *other)
    assert meet(here, there) is meet(there, here) is at_once
    assert not meet(here, EventTime(DAY + timedelta(days=1), *other))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("9", "09:00"), ("9.30", "09:30"), ("0930", "09:30"), ("13:05 WIB", "13:05"), ("", ""), ("25", None), ("x", None)],
)
def test_times_are_read_as_people_type_them(typed: str, kept: str | None) -> None:
    assert clock_of(typed) == kept


def test_an_event_is_entered_with_the_letter_and_corrected_field_by_field() -> None:
    (entered,) = register_letter(register(**EVENT), context(MemoryRecords(), REGISTRAR)).records
    assert isinstance(entered, IncomingLetter)
    act = AmendLetter(letter_id=LETTER_ID, changes={"event_on": "2026-03-20", "event_from": "10:00"}, base={})
    (moved,) = amend_letter(act, context(MemoryRecords(entered), REGISTRAR)).records
    assert isinstance(moved, IncomingLetter)
    assert (moved.event_on, moved.event_from, moved.event_place) == (date(2026, 3, 20), "10:00", "Aula Bappeda")

    wrong = msgspec.structs.replace(act, changes={"event_from": "pagi"})
    with pytest.raises(Refusal, match=RefusalCode.TIME_MALFORMED):
        amend_letter(wrong, context(MemoryRecords(entered), REGISTRAR))


def test_the_place_of_a_secret_event_is_kept_nowhere_but_in_the_letter() -> None:
    with pytest.raises(Refusal, match=RefusalCode.PLACE_NOT_KEPT):
        register_letter(register(**EVENT, security=SecurityLevel.SECRET), context(MemoryRecords(), REGISTRAR))
    act = ReclassifyLetter(letter_id=LETTER_ID, security=SecurityLevel.SECRET, seen=SecurityLevel.OPEN, base=0)
    (secret,) = reclassify_letter(act, context(MemoryRecords(invitation(reply_reason="Cukup")))).records
    assert isinstance(secret, IncomingLetter)
    assert (secret.event_on, secret.event_place, secret.reply_reason) == (DAY, "", "")
    assert without_secrets(invitation()).event_place == ""


def test_a_decision_says_for_which_position_it_was_made() -> None:
    assert attendance_text(decided(HEAD, SECRETARY, SECTION, at=NOW)) == f"{HEAD}:2:{SECRETARY},{SECTION}"
