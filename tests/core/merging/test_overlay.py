"""The overlay: acts on top of records that are not changed yet."""

from __future__ import annotations

import pytest

from core.domain.amending import AmendLetter
from core.domain.dispositions import AnswerDisposition, Disposition, RecipientState
from core.domain.errors import Refusal
from core.domain.letters import IncomingLetter, LetterStatus
from core.merging.overlay import Overlay
from core.protocol.records import KIND_OF, row_key
from tests.change_factory import unnoted
from tests.factories import (
    DISPOSITION_ID,
    HEAD,
    LETTER_ID,
    NOW,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    issue,
    letter,
    register,
    user_of,
)
from tests.op_factory import op_bytes
from tests.support.records import MemoryRecords


def test_an_act_shows_in_the_overlay_and_not_below_it() -> None:
    base = MemoryRecords()
    overlay = Overlay(base)

    decision = overlay.perform(register(), actor(REGISTRAR), NOW)

    assert overlay.get(IncomingLetter, LETTER_ID) == decision.records[0]
    assert base.get(IncomingLetter, LETTER_ID) is None
    assert set(overlay.changes) == {row_key(letter())}


def test_each_act_builds_on_those_before_it() -> None:
    overlay = Overlay(MemoryRecords())
    overlay.perform(register(), actor(REGISTRAR), NOW)
    overlay.perform(issue(recipients=(SECTION,)), actor(HEAD), NOW)
    overlay.perform(AnswerDisposition(disposition_id=DISPOSITION_ID, result="Sudah."), actor(SECTION), NOW)

    stands = overlay.get(IncomingLetter, LETTER_ID)
    sheet = overlay.get(Disposition, DISPOSITION_ID)
    assert stands is not None
    assert sheet is not None
    assert stands.status == LetterStatus.DONE
    assert sheet.recipients[0].state == RecipientState.ANSWERED


def test_a_refused_act_leaves_nothing() -> None:
    overlay = Overlay(MemoryRecords(letter()))

    with pytest.raises(Refusal):
        overlay.perform(issue(), actor(REGISTRAR), NOW)

    assert overlay.changes == {}


def test_overlays_stack_and_an_upper_one_can_be_thrown_away() -> None:
    lower = Overlay(MemoryRecords(letter()))
    lower.perform(AmendLetter(letter_id=LETTER_ID, changes={"subject": "Satu"}, base={}), actor(REGISTRAR), NOW)
    upper = Overlay(lower)
    upper.perform(AmendLetter(letter_id=LETTER_ID, changes={"sender": "Dua"}, base={}), actor(REGISTRAR), NOW)

    assert unnoted(upper.get(IncomingLetter, LETTER_ID)) == letter(subject="Satu", sender="Dua")
    assert unnoted(lower.get(IncomingLetter, LETTER_ID)) == letter(subject="Satu")


def test_numbers_and_revisions_come_from_below() -> None:
    base = MemoryRecords(next_number=9)
    base.revisions[KIND_OF[IncomingLetter].code, LETTER_ID] = {"subject": 4}
    overlay = Overlay(Overlay(base))

    assert overlay.field_revisions(IncomingLetter, LETTER_ID) == {"subject": 4}
    overlay.perform(register(agenda_no=0), actor(REGISTRAR), NOW)
    found = overlay.get(IncomingLetter, LETTER_ID)
    assert found is not None
    assert found.agenda_no == 9


def test_a_field_that_was_changed_in_the_overlay_has_no_revision_from_below() -> None:
    base = MemoryRecords(letter())
    base.revisions[KIND_OF[IncomingLetter].code, LETTER_ID] = {"subject": 4, "sender": 4}
    overlay = Overlay(base)
    for subject in ("Satu", letter().subject):
        overlay.put(letter(subject=subject))

    assert overlay.field_revisions(IncomingLetter, LETTER_ID) == {"sender": 4}


def test_what_an_upper_overlay_changed_counts_below_once_it_stands() -> None:
    base = MemoryRecords(letter())
    base.revisions[KIND_OF[IncomingLetter].code, LETTER_ID] = {"subject": 4, "sender": 4}
    lower = Overlay(base)
    upper = Overlay(lower)
    upper.put(letter(subject="Satu"))

    assert lower.field_revisions(IncomingLetter, LETTER_ID) == {"subject": 4, "sender": 4}
    lower.put_all(upper)

    assert lower.field_revisions(IncomingLetter, LETTER_ID) == {"sender": 4}
    assert lower.get(IncomingLetter, LETTER_ID) == letter(subject="Satu")


def test_a_record_that_is_put_stands_before_that_of_the_base() -> None:
    overlay = Overlay(MemoryRecords(letter()))

    overlay.put(letter(subject="Lain"))

    assert overlay.get(IncomingLetter, LETTER_ID) == letter(subject="Lain")


def amends(subject: str) -> AmendLetter:
    base = {"subject": 0}
    return AmendLetter(letter_id=LETTER_ID, changes={"subject": subject}, base=base, seen={"subject": letter().subject})


def kept_op(subject: str) -> bytes:
    """A correction by the registrar that was held."""
    return op_bytes(amends(subject), REGISTRAR, NOW)


def test_who_wrote_what_was_kept_had_not_seen_what_others_did_before_it_in_the_same_request() -> None:
    overlay = Overlay(MemoryRecords(letter()))
    overlay.perform(amends("Oleh pimpinan"), actor(SECRETARY), NOW)

    done = overlay.kept.perform((kept_op("Ditahan"),), actor(REGISTRAR), not_after=NOW)

    assert [(one.stands, one.wanted) for one in done.conflicts] == [("Oleh pimpinan", "Ditahan")]
    assert overlay.last_change(IncomingLetter, LETTER_ID, "subject").user == user_of(SECRETARY)


def test_who_wrote_what_was_kept_had_seen_what_he_did_before_it_himself() -> None:
    overlay = Overlay(MemoryRecords(letter()))
    overlay.perform(amends("Juga oleh agendaris"), actor(REGISTRAR), NOW)

    done = overlay.kept.perform((kept_op("Ditahan"),), actor(REGISTRAR), not_after=NOW)

    assert done.conflicts == ()
    (changed,) = done.records
    assert isinstance(changed, IncomingLetter)
    assert changed.subject == "Ditahan"
