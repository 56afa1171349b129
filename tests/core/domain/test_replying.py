"""By when a letter wants an answer, and what ends that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.domain.acting import Context
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from core.domain.replying import EndReply, ExpectReply, Nearness, end_reply, expect_reply, is_awaited, nearness
from tests.factories import ARCHIVIST, HEAD, INSPECTOR, LETTER_ID, NOW, SECRETARY, SECTION, actor, letter
from tests.support.records import MemoryRecords

BY = date(2026, 3, 25)


def context(about: IncomingLetter, position: PositionId = SECRETARY) -> Context:
    return Context(actor=actor(position), now=NOW, records=MemoryRecords(about))


def expected(about: IncomingLetter, by: date = BY, *, position: PositionId = SECRETARY) -> Any:
    records = expect_reply(ExpectReply(letter_id=LETTER_ID, by=by), context(about, position)).records
    return records[0] if records else None


def ended(about: IncomingLetter, **how: str) -> Any:
    records = end_reply(EndReply(letter_id=LETTER_ID, **how), context(about)).records
    return records[0] if records else None


def test_the_day_is_set_and_moved_and_the_letter_tells_of_both() -> None:
    once = expected(letter())
    moved = expected(once, BY + timedelta(days=2), position=HEAD)

    assert (once.reply_by, once.reply_asked, is_awaited(once)) == (BY, SECRETARY, True)
    assert (moved.reply_by, moved.reply_asked) == (BY + timedelta(days=2), HEAD)
    assert [(one.before, one.after) for one in moved.changes] == [("", "2026-03-25"), ("2026-03-25", "2026-03-27")]
    assert expected(once) is None


def test_the_number_of_the_answer_ends_it_or_a_reason() -> None:
    waiting = expected(letter())
    answered, dropped = ended(waiting, answer_no="005/9/2026"), ended(waiting, reason="Cukup dihadiri")

    assert (answered.reply_by, answered.reply_no, is_awaited(answered)) == (None, "005/9/2026", False)
    assert (dropped.reply_by, dropped.reply_reason) == (None, "Cukup dihadiri")
    assert ended(answered, answer_no="005/9/2026") is None
    assert expected(answered).reply_no == "", "a new day begins anew"


def test_two_who_end_it_at_the_same_time_both_stand_in_the_history() -> None:
    both = ended(ended(expected(letter()), answer_no="005/9/2026"), answer_no="005/10/2026")

    assert both.reply_no == "005/10/2026"
    assert [one.after for one in both.changes[-2:]] == ["005/9/2026", "005/10/2026"]


@pytest.mark.parametrize(
    ("about", "how", "code"),
    [
        (letter(reply_by=BY, reply_asked=SECRETARY), {"reason": " "}, RefusalCode.REASON_MISSING),
        (letter(), {"reason": "Cukup"}, RefusalCode.REPLY_NOT_AWAITED),
        (letter(reply_by=BY), {"answer_no": "x" * 201}, RefusalCode.TEXT_TOO_LONG),
        (letter(status=LetterStatus.VOID), {"reason": "Cukup"}, RefusalCode.LETTER_VOID),
    ],
)
def test_nothing_ends_without_an_answer_or_a_reason(about: IncomingLetter, how: Any, code: RefusalCode) -> None:
    with pytest.raises(Refusal, match=code):
        ended(about, **how)


def test_of_a_secret_letter_no_reason_is_written() -> None:
    secret = letter(security=SecurityLevel.SECRET, reply_by=BY, reply_asked=SECRETARY)

    assert ended(secret, reason="Rapat ditunda").reply_reason == ""


def test_who_only_looks_sets_no_day_and_staff_only_on_letters_in_hand() -> None:
    assert expected(letter(), position=ARCHIVIST) is not None
    with pytest.raises(Refusal, match=RefusalCode.NOT_ALLOWED):
        expected(letter(), position=INSPECTOR)
    with pytest.raises(Refusal, match=RefusalCode.UNKNOWN_LETTER):
        expected(letter(involved=(HEAD,)), position=SECTION)


@pytest.mark.parametrize(
    ("days", "near"), [(3, Nearness.FAR), (2, Nearness.SOON), (0, Nearness.SOON), (-1, Nearness.OVER)]
)
def test_a_reminder_comes_two_days_before_and_when_it_is_over(days: int, near: Nearness) -> None:
    assert nearness(BY, BY - timedelta(days=days)) is near
