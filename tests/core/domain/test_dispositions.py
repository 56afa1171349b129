"""Dispositions: who orders what to whom, and what becomes of it and of the letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.domain.acting import Context, Decision
from core.domain.dispositions import (
    MAX_NOTE,
    MAX_RECIPIENTS,
    MAX_RESULT,
    AnswerDisposition,
    Disposition,
    EarlierAnswer,
    ReadDisposition,
    Recipient,
    RecipientState,
    answer_disposition,
    issue_disposition,
    read_disposition,
)
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import DispositionId, LetterId, PositionId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from tests.factories import (
    ARCHIVIST,
    DISPOSITION_ID,
    HEAD,
    HEAD_ELSEWHERE,
    LETTER_ID,
    NOW,
    OTHER_SECTION,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    disposition,
    issue,
    letter,
    user_of,
)
from tests.support.records import MemoryRecords

LATER = NOW + timedelta(hours=3)


def context(records: MemoryRecords, position: PositionId = HEAD) -> Context:
    return Context(actor=actor(position), now=NOW, records=records)


def keep(records: MemoryRecords, decision: Decision) -> MemoryRecords:
    for record in decision.records:
        records.put(record)
    return records


def issued(**changes: Any) -> MemoryRecords:
    """An office in which the head has disposed the letter to the secretary and a section."""
    records = MemoryRecords(letter())
    return keep(records, issue_disposition(issue(**changes), context(records)))


def answer(records: MemoryRecords, position: PositionId, result: str = "Selesai.") -> MemoryRecords:
    act = AnswerDisposition(disposition_id=DISPOSITION_ID, result=result)
    return keep(records, answer_disposition(act, context(records, position)))


def the_letter(records: MemoryRecords) -> IncomingLetter:
    found = records.get(IncomingLetter, LETTER_ID)
    assert found is not None
    return found


def the_disposition(records: MemoryRecords) -> Disposition:
    found = records.get(Disposition, DISPOSITION_ID)
    assert found is not None
    return found


def test_a_disposition_says_who_ordered_what_and_lies_where_its_letter_lies() -> None:
    secret = letter(security=SecurityLevel.RESTRICTED, agenda_year=2025)

    made, disposed = issue_disposition(issue(), context(MemoryRecords(secret))).records

    assert made == Disposition(
        id=DISPOSITION_ID,
        letter_id=LETTER_ID,
        office=secret.office,
        year=2025,
        security=SecurityLevel.RESTRICTED,
        parent=None,
        from_position=HEAD,
        from_user=user_of(HEAD),
        recipients=(Recipient(position=SECRETARY), Recipient(position=SECTION)),
        instructions=issue().instructions,
        note=issue().note,
        due_on=issue().due_on,
        issued_at=NOW,
    )
    assert isinstance(disposed, IncomingLetter)
    assert (disposed.status, disposed.open_answers) == (LetterStatus.DISPOSED, 2)
    assert set(disposed.involved) == {HEAD, SECRETARY, SECTION}


def test_a_second_disposition_adds_its_recipients_to_those_who_still_owe_an_answer() -> None:
    records = issued()
    second = issue(disposition_id=DispositionId(bytes(16)), recipients=(OTHER_SECTION,), parent=DISPOSITION_ID)

    keep(records, issue_disposition(second, context(records, SECRETARY)))

    assert the_letter(records).open_answers == 3
    assert set(the_letter(records).involved) == {HEAD, SECRETARY, SECTION, OTHER_SECTION}


def test_a_done_letter_that_is_disposed_again_is_open_again() -> None:
    records = answer(answer(issued(), SECRETARY), SECTION)
    assert the_letter(records).status == LetterStatus.DONE

    again = issue(disposition_id=DispositionId(bytes(16)), recipients=(OTHER_SECTION,))
    keep(records, issue_disposition(again, context(records)))

    assert (the_letter(records).status, the_letter(records).open_answers) == (LetterStatus.DISPOSED, 1)


def test_a_letter_that_was_followed_up_stays_so_when_it_is_disposed_further() -> None:
    records = answer(issued(), SECTION)

    further = issue(disposition_id=DispositionId(bytes(16)), recipients=(OTHER_SECTION,))
    keep(records, issue_disposition(further, context(records)))

    assert the_letter(records).status == LetterStatus.FOLLOWED_UP


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"recipients": ()}, RefusalCode.NO_RECIPIENT, "recipients"),
        ({"recipients": (SECTION, SECTION)}, RefusalCode.RECIPIENT_REPEATED, "recipients"),
        (
            {"recipients": tuple(PositionId(n) for n in range(1, MAX_RECIPIENTS + 2))},
            RefusalCode.RECIPIENT_REPEATED,
            "recipients",
        ),
        ({"recipients": (SECTION, HEAD)}, RefusalCode.RECIPIENT_IS_SENDER, "recipients"),
        ({"recipients": (HEAD_ELSEWHERE,)}, RefusalCode.UNKNOWN_POSITION, "recipients"),
        ({"recipients": (PositionId(999),)}, RefusalCode.UNKNOWN_POSITION, "recipients"),
        ({"instructions": (), "note": "  "}, RefusalCode.NO_INSTRUCTION, "instructions"),
        ({"note": "x" * (MAX_NOTE + 1)}, RefusalCode.TEXT_TOO_LONG, "note"),
        ({"parent": DispositionId(bytes(16))}, RefusalCode.UNKNOWN_DISPOSITION, "parent"),
    ],
)
def test_a_disposition_that_cannot_be_names_the_field(changes: dict[str, Any], code: RefusalCode, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        issue_disposition(issue(**changes), context(MemoryRecords(letter())))

    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_note_alone_or_an_instruction_alone_is_enough() -> None:
    assert issue_disposition(issue(instructions=()), context(MemoryRecords(letter()))).records
    assert issue_disposition(issue(note=""), context(MemoryRecords(letter()))).records


def test_a_disposition_follows_only_one_on_the_same_letter() -> None:
    stranger = disposition(letter_id=LetterId(bytes(16)))
    records = MemoryRecords(letter(), stranger)
    act = issue(disposition_id=DispositionId(bytes(16)), parent=stranger.id)

    with pytest.raises(Refusal) as refused:
        issue_disposition(act, context(records))

    assert refused.value.field == "parent"


@pytest.mark.parametrize(
    ("records", "position", "code"),
    [
        (MemoryRecords(), HEAD, RefusalCode.UNKNOWN_LETTER),
        (MemoryRecords(letter()), HEAD_ELSEWHERE, RefusalCode.UNKNOWN_LETTER),
        (MemoryRecords(letter()), SECTION, RefusalCode.UNKNOWN_LETTER),
        (MemoryRecords(letter()), REGISTRAR, RefusalCode.NOT_ALLOWED),
        (MemoryRecords(letter()), ARCHIVIST, RefusalCode.NOT_ALLOWED),
        (MemoryRecords(letter(), disposition(from_user=1)), HEAD, RefusalCode.ALREADY_EXISTS),
    ],
)
def test_only_who_may_disposes_and_only_once(records: MemoryRecords, position: PositionId, code: RefusalCode) -> None:
    with pytest.raises(Refusal) as refused:
        issue_disposition(issue(), context(records, position))

    assert refused.value.code == code


def test_a_disposition_that_comes_again_from_the_same_hand_changes_nothing() -> None:
    assert issue_disposition(issue(), context(MemoryRecords(letter(), disposition()), HEAD)).records == ()


def test_a_section_passes_on_a_letter_that_it_was_given() -> None:
    records = issued()
    on = issue(disposition_id=DispositionId(bytes(16)), recipients=(OTHER_SECTION,), parent=DISPOSITION_ID)

    made, _ = issue_disposition(on, context(records, SECTION)).records

    assert isinstance(made, Disposition)
    assert (made.from_position, made.parent) == (SECTION, DISPOSITION_ID)


def test_the_first_reading_is_noted_and_later_ones_change_nothing() -> None:
    records = issued()
    act = ReadDisposition(disposition_id=DISPOSITION_ID)
    keep(records, read_disposition(act, context(records, SECTION)))

    again = read_disposition(act, Context(actor=actor(SECTION), now=LATER, records=records))

    assert again.records == ()
    assert the_disposition(records).recipient(SECTION) == Recipient(
        position=SECTION, state=RecipientState.READ, read_at=NOW, read_by=user_of(SECTION)
    )
    assert the_disposition(records).recipient(SECRETARY) == Recipient(position=SECRETARY)


def test_an_answer_counts_once_and_the_last_one_closes_the_letter() -> None:
    records = issued()

    answer(records, SECTION)
    assert (the_letter(records).status, the_letter(records).open_answers) == (LetterStatus.FOLLOWED_UP, 1)
    answer(records, SECRETARY)
    assert (the_letter(records).status, the_letter(records).open_answers) == (LetterStatus.DONE, 0)


def test_a_second_answer_of_the_same_recipient_amends_the_first() -> None:
    records = answer(issued(), SECTION, "Belum.")
    act = AnswerDisposition(disposition_id=DISPOSITION_ID, result="Sudah.")

    decision = answer_disposition(act, Context(actor=actor(SECTION), now=LATER, records=records))

    (changed,) = decision.records
    assert isinstance(changed, Disposition)
    assert changed.recipient(SECTION) == Recipient(
        position=SECTION,
        state=RecipientState.ANSWERED,
        read_at=NOW,
        answered_at=LATER,
        answered_by=user_of(SECTION),
        result="Sudah.",
        read_by=user_of(SECTION),
        earlier=(EarlierAnswer(result="Belum.", answered_by=user_of(SECTION), answered_at=NOW),),
    )


def test_an_answer_counts_as_a_reading_and_keeps_an_earlier_one() -> None:
    records = issued()
    keep(records, read_disposition(ReadDisposition(disposition_id=DISPOSITION_ID), context(records, SECTION)))
    act = AnswerDisposition(disposition_id=DISPOSITION_ID, result="Sudah.")

    keep(records, answer_disposition(act, Context(actor=actor(SECTION), now=LATER, records=records)))
    answer(records, SECRETARY)

    read = [one.read_at for one in the_disposition(records).recipients]
    assert read == [NOW, NOW]


def test_an_answer_is_kept_although_the_letter_has_not_arrived() -> None:
    records = MemoryRecords(disposition())

    (changed,) = answer_disposition(
        AnswerDisposition(disposition_id=DISPOSITION_ID, result="Sudah."), context(records, SECRETARY)
    ).records

    assert isinstance(changed, Disposition)


@pytest.mark.parametrize(
    ("result", "code", "field"),
    [
        (" ", RefusalCode.RESULT_MISSING, "result"),
        ("x" * (MAX_RESULT + 1), RefusalCode.TEXT_TOO_LONG, "result"),
    ],
)
def test_an_answer_needs_words_and_not_too_many(result: str, code: RefusalCode, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        answer(issued(), SECTION, result)

    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    ("records", "code"),
    [
        (MemoryRecords(letter()), RefusalCode.UNKNOWN_DISPOSITION),
        (issued(), RefusalCode.NOT_ADDRESSED_TO_YOU),
    ],
)
def test_nobody_reads_or_answers_for_another(records: MemoryRecords, code: RefusalCode) -> None:
    with pytest.raises(Refusal) as read:
        read_disposition(ReadDisposition(disposition_id=DISPOSITION_ID), context(records, OTHER_SECTION))
    with pytest.raises(Refusal) as answered:
        answer(records, OTHER_SECTION)

    assert (read.value.code, answered.value.code) == (code, code)
