"""A letter keeps what was changed in it: who, when, the old and the new value."""

from __future__ import annotations

from typing import Any

import msgspec

from core.domain.acting import Context
from core.domain.amending import AmendLetter, amend_letter
from core.domain.dispositions import AnswerDisposition, Disposition, RecipientState, answer_disposition
from core.domain.filing import FileLetter, file_letter
from core.domain.ids import DispositionId
from core.domain.letter_changes import KEPT_CHANGES
from core.domain.letters import IncomingLetter, SecurityLevel, without_secrets
from tests.change_factory import changed
from tests.factories import (
    DISPOSITION_ID,
    LETTER_ID,
    NOW,
    RECORD_FILE_ID,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    disposition,
    letter,
    record_file,
    user_of,
)
from tests.support.records import MemoryRecords


def amended(before: IncomingLetter, changes: dict[str, str], *, behind_s: int = 0, **known: Any) -> IncomingLetter:
    records = MemoryRecords(before)
    records.revisions[5, LETTER_ID] = known
    context = Context(actor=actor(SECRETARY), now=NOW, records=records, behind_s=behind_s)
    (after,) = amend_letter(AmendLetter(letter_id=LETTER_ID, changes=changes, base={}), context).records
    assert isinstance(after, IncomingLetter)
    return after


def test_a_correction_notes_each_field_with_its_old_and_new_value() -> None:
    after = amended(letter(subject="Undangan"), {"subject": "Rapat", "due_on": ""}, behind_s=-720)

    subject = changed(before="Undangan", after="Rapat", by=user_of(SECRETARY), position=SECRETARY, behind_s=-720)
    assert after.changes == (
        subject,
        msgspec.structs.replace(subject, field="due_on", before="2026-03-20", after=""),
    )


def test_a_value_that_lost_is_no_change_of_the_letter() -> None:
    after = amended(letter(), {"subject": "Rapat", "sender": "Bappeda"}, subject=40)

    assert [one.field for one in after.changes] == ["sender"]


def test_only_the_newest_changes_are_kept() -> None:
    full = letter(changes=tuple(changed(after=str(place)) for place in range(KEPT_CHANGES)))

    after = amended(full, {"sender": "Bappeda"})

    assert len(after.changes) == KEPT_CHANGES
    assert (after.changes[0].after, after.changes[-1].after) == ("1", "Bappeda")


def test_filing_notes_from_where_to_where() -> None:
    context = Context(actor=actor(REGISTRAR), now=NOW, records=MemoryRecords(letter(), record_file()))

    (filed,) = file_letter(FileLetter(letter_id=LETTER_ID, record_file=RECORD_FILE_ID), context).records

    assert isinstance(filed, IncomingLetter)
    assert filed.changes == (changed(field="record_file", before="", after=RECORD_FILE_ID.hex()),)


def test_without_its_secrets_a_letter_tells_that_the_subject_was_changed_but_not_how() -> None:
    line = without_secrets(letter(security=SecurityLevel.SECRET, changes=(changed(), changed(field="sender"))))

    assert [(one.field, bool(one.before or one.after)) for one in line.changes] == [
        ("subject", False),
        ("sender", True),
    ]


def test_an_amended_answer_keeps_the_one_before() -> None:
    records = MemoryRecords(letter(), disposition(id=DispositionId(DISPOSITION_ID)))
    context = Context(actor=actor(SECTION), now=NOW, records=records)

    changed_disposition = answer_disposition(
        AnswerDisposition(disposition_id=DISPOSITION_ID, result="Diwakilkan."), context
    ).records[0]

    assert isinstance(changed_disposition, Disposition)
    own = changed_disposition.recipient(SECTION)
    assert own is not None
    assert (own.state, own.result) == (RecipientState.ANSWERED, "Diwakilkan.")
    assert [(one.result, one.answered_by) for one in own.earlier] == [("Sudah dihadiri.", user_of(SECTION))]
