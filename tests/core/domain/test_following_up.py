"""Withdrawing a disposition, reminding of it, confirming what was entered for a leader."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from core.domain.acting import Context
from core.domain.dispositions import (
    AnswerDisposition,
    Disposition,
    Recipient,
    RecipientState,
    answer_disposition,
    issue_disposition,
)
from core.domain.errors import Refusal, RefusalCode
from core.domain.following_up import (
    ConfirmDisposition,
    RemindRecipients,
    WithdrawDisposition,
    confirm_disposition,
    remind_recipients,
    withdraw_disposition,
)
from core.domain.ids import BlobHash, PositionId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from core.domain.streams import disposition_streams, inbox_of
from tests.factories import (
    DISPOSITION_ID,
    HEAD,
    NOW,
    OTHER_SECTION,
    REGISTRAR,
    SCAN,
    SECRETARY,
    SECTION,
    actor,
    disposition,
    issue,
    letter,
    user_of,
)
from tests.secrecy_factory import sealed_key
from tests.support.records import MemoryRecords

SEALED = "tersegel-1:AAAA"

UNREAD = Recipient(position=SECTION)
READ = Recipient(position=OTHER_SECTION, state=RecipientState.READ, read_at=NOW, read_by=user_of(OTHER_SECTION))
LATER = NOW + timedelta(days=1)


def context(records: MemoryRecords, position: PositionId = HEAD) -> Context:
    return Context(actor=actor(position), now=LATER, records=records)


def world(*recipients: Recipient, **changes: Any) -> MemoryRecords:
    named = recipients or (UNREAD, READ)
    status = {"status": LetterStatus.DISPOSED, "open_answers": len(named)}
    about = letter(involved=(HEAD, *(one.position for one in named)), **status)
    return MemoryRecords(about, disposition(recipients=named, **changes))


def withdraw(
    records: MemoryRecords, *named: PositionId, reason: str = "", by: PositionId = HEAD
) -> tuple[Disposition, IncomingLetter]:
    act = WithdrawDisposition(disposition_id=DISPOSITION_ID, recipients=named, reason=reason)
    sheet, about = withdraw_disposition(act, context(records, by)).records
    assert isinstance(sheet, Disposition)
    assert isinstance(about, IncomingLetter)
    return sheet, about


def refusal(rule: Any, act: Any, context_: Context) -> RefusalCode:
    with pytest.raises(Refusal) as refused:
        rule(act, context_)
    return refused.value.code


def test_who_had_not_read_it_is_as_if_he_had_never_been_named() -> None:
    sheet, about = withdraw(world(), SECTION)

    assert sheet.recipients[0].state == RecipientState.WITHDRAWN
    assert (about.open_answers, about.status) == (1, LetterStatus.DISPOSED)
    assert SECTION not in about.involved
    assert inbox_of(SECTION) not in disposition_streams(sheet)
    assert inbox_of(OTHER_SECTION) in disposition_streams(sheet)


def test_who_has_read_it_is_told_why() -> None:
    act = WithdrawDisposition(disposition_id=DISPOSITION_ID, recipients=(OTHER_SECTION,))
    assert refusal(withdraw_disposition, act, context(world())) == RefusalCode.REASON_MISSING

    sheet, about = withdraw(world(), OTHER_SECTION, reason="Salah alamat")

    assert sheet.recipients[1].withdrawn_reason == "Salah alamat"
    assert OTHER_SECTION in about.involved
    assert inbox_of(OTHER_SECTION) in disposition_streams(sheet)


def test_a_letter_that_nobody_is_left_to_work_on_waits_for_a_decision_again() -> None:
    _, about = withdraw(world(UNREAD), SECTION)

    assert (about.status, about.open_answers) == (LetterStatus.REGISTERED, 0)


def test_a_letter_is_done_when_the_only_one_who_has_not_answered_is_let_off() -> None:
    answered = Recipient(position=OTHER_SECTION, state=RecipientState.ANSWERED, answered_at=NOW, result="Sudah")
    records = world(UNREAD, answered)
    records.put(msgspec.structs.replace(records.get(IncomingLetter, letter().id), open_answers=1))  # type: ignore[type-var]  # it is there

    _, about = withdraw(records, SECTION)

    assert about.status == LetterStatus.DONE


def test_what_was_answered_is_not_withdrawn() -> None:
    act = WithdrawDisposition(disposition_id=DISPOSITION_ID, recipients=(SECTION,), reason="Salah")
    records = MemoryRecords(letter(), disposition())

    assert refusal(withdraw_disposition, act, context(records)) == RefusalCode.ALREADY_ANSWERED


def test_who_neither_gave_nor_entered_it_cannot_withdraw_it() -> None:
    act = WithdrawDisposition(disposition_id=DISPOSITION_ID, recipients=(SECTION,))

    assert refusal(withdraw_disposition, act, context(world(), SECTION)) == RefusalCode.NOT_ALLOWED
    assert withdraw(world(entered_as=SECRETARY), SECTION, by=SECRETARY)


def test_what_was_done_of_it_all_the_same_is_kept() -> None:
    sheet, about = withdraw(world(), OTHER_SECTION, reason="Batal")
    act = AnswerDisposition(disposition_id=DISPOSITION_ID, result="Terlanjur dikerjakan")

    decided = answer_disposition(act, context(MemoryRecords(sheet, about), OTHER_SECTION))

    (kept,) = decided.records
    assert isinstance(kept, Disposition)
    assert (kept.recipients[1].result, kept.recipients[1].withdrawn_reason) == ("Terlanjur dikerjakan", "Batal")


def test_a_reminder_stands_beside_those_who_have_not_answered_and_is_not_repeated_the_same_day() -> None:
    act = RemindRecipients(disposition_id=DISPOSITION_ID, recipients=(SECTION, OTHER_SECTION))
    (reminded,) = remind_recipients(act, context(world())).records
    assert isinstance(reminded, Disposition)
    assert [(one.reminders, one.reminded_at) for one in reminded.recipients] == [(1, LATER), (1, LATER)]

    records = MemoryRecords(letter(), reminded)
    assert remind_recipients(act, context(records)).records == ()
    assert refusal(remind_recipients, act, context(records, SECTION)) == RefusalCode.NOT_ALLOWED


def test_how_far_one_is_can_be_told_before_it_is_done() -> None:
    records = world()
    told = AnswerDisposition(disposition_id=DISPOSITION_ID, result="Menunggu data pekon", done=False)
    sheet, about = answer_disposition(told, context(records, SECTION)).records
    assert isinstance(sheet, Disposition)
    assert isinstance(about, IncomingLetter)
    assert (sheet.recipients[0].state, sheet.recipients[0].result) == (RecipientState.READ, "Menunggu data pekon")
    assert (about.status, about.open_answers) == (LetterStatus.FOLLOWED_UP, 2)

    done = AnswerDisposition(disposition_id=DISPOSITION_ID, result="Selesai", files=(SCAN,))
    sheet, about = answer_disposition(done, context(MemoryRecords(sheet, about), SECTION)).records
    assert isinstance(sheet, Disposition)
    assert isinstance(about, IncomingLetter)
    assert [one.result for one in sheet.recipients[0].earlier] == ["Menunggu data pekon"]
    assert (sheet.files, about.open_answers) == ((SCAN,), 1)


def test_a_file_on_a_sealed_letter_has_no_name_and_no_small_picture() -> None:
    keys = (sealed_key(user_of(HEAD)),)
    letter_sealed = letter(security=SecurityLevel.SECRET, keys=keys, subject=SEALED, summary="")
    records = MemoryRecords(letter_sealed, disposition(security=SecurityLevel.SECRET))
    bare = msgspec.structs.replace(SCAN, name="", thumbnail=BlobHash(b""), thumbnail_size=0)
    act = AnswerDisposition(disposition_id=DISPOSITION_ID, result=SEALED, files=(SCAN,))

    assert refusal(answer_disposition, act, context(records, SECTION)) == RefusalCode.FILE_NOT_SEALED
    (sheet,) = answer_disposition(msgspec.structs.replace(act, files=(bare,)), context(records, SECTION)).records[:1]
    assert isinstance(sheet, Disposition)
    assert sheet.files == (bare,)
    order = issue(recipients=(SECTION,), note=SEALED, on_behalf=HEAD, sheets=(SCAN,))
    assert refusal(issue_disposition, order, context(records, SECRETARY)) == RefusalCode.FILE_NOT_SEALED


def test_what_the_head_wrote_by_hand_is_his_order_entered_by_another() -> None:
    act = issue(recipients=(SECTION,), on_behalf=HEAD, sheets=(SCAN,))
    (sheet, about) = issue_disposition(act, context(MemoryRecords(letter()), SECRETARY)).records
    assert isinstance(sheet, Disposition)
    assert isinstance(about, IncomingLetter)
    assert (sheet.from_position, sheet.from_user, sheet.entered_as) == (HEAD, user_of(SECRETARY), SECRETARY)
    assert {HEAD, SECRETARY, SECTION} <= set(about.involved)

    confirmed = confirm_disposition(
        ConfirmDisposition(disposition_id=sheet.id), context(MemoryRecords(letter(), sheet), HEAD)
    ).records[0]
    assert isinstance(confirmed, Disposition)
    assert (confirmed.confirmed_by, confirmed.confirmed_at) == (user_of(HEAD), LATER)


@pytest.mark.parametrize(
    ("position", "changes", "code"),
    [
        (REGISTRAR, {}, RefusalCode.SHEET_MISSING),
        (SECTION, {"sheets": (SCAN,)}, RefusalCode.NOT_ALLOWED),
        (SECRETARY, {"on_behalf": SECTION}, RefusalCode.UNKNOWN_POSITION),
        (SECRETARY, {"on_behalf": PositionId(999)}, RefusalCode.UNKNOWN_POSITION),
        (SECRETARY, {"recipients": (HEAD,)}, RefusalCode.RECIPIENT_IS_SENDER),
    ],
)
def test_entering_for_another_has_its_limits(position: PositionId, changes: dict[str, Any], code: RefusalCode) -> None:
    act = issue(**{"recipients": (OTHER_SECTION,), "on_behalf": HEAD, **changes})

    assert refusal(issue_disposition, act, context(MemoryRecords(letter(involved=(SECTION,))), position)) == code
