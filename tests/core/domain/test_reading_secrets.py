"""That somebody read a secret letter is on record: once a person and day, and never of a letter that is not secret."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal
from core.domain.ids import PositionId, UserId
from core.domain.letter_readings import KEPT_READINGS, LetterReading, ReadingWay, is_noted, with_reading
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from core.domain.reading_secrets import NoteReading, note_reading
from tests.factories import HEAD, LETTER_ID, NOW, REGISTRAR, SECRETARY, TODAY, actor, letter, user_of
from tests.reading_factory import reading
from tests.support.records import MemoryRecords

OPENED = NoteReading(letter_id=LETTER_ID, day=TODAY, way=ReadingWay.OPENED)
SECRET = letter(security=SecurityLevel.SECRET)


def noted(of: IncomingLetter, by: PositionId = HEAD, act: NoteReading = OPENED) -> Decision:
    return note_reading(act, Context(actor=actor(by), now=NOW, records=MemoryRecords(of)))


def readings(decision: Decision) -> tuple[LetterReading, ...]:
    (record,) = decision.records
    assert isinstance(record, IncomingLetter)
    return record.readings


def test_the_first_reading_of_a_day_is_noted_with_person_position_and_time() -> None:
    (one,) = readings(noted(SECRET))

    assert one == LetterReading(user=user_of(HEAD), position=HEAD, day=TODAY, way=ReadingWay.OPENED, at=NOW)


def test_a_second_reading_of_the_day_is_no_act_but_a_print_and_another_day_and_person_are() -> None:
    (once,) = noted(SECRET).records
    assert isinstance(once, IncomingLetter)

    assert noted(once).records == ()
    assert len(readings(noted(once, act=NoteReading(letter_id=LETTER_ID, day=TODAY, way=ReadingWay.PRINTED)))) == 2
    tomorrow = NoteReading(letter_id=LETTER_ID, day=TODAY + timedelta(days=1), way=ReadingWay.OPENED)
    assert len(readings(noted(once, act=tomorrow))) == 2
    assert len(readings(noted(once, by=SECRETARY))) == 2


@pytest.mark.parametrize("level", [SecurityLevel.OPEN, SecurityLevel.RESTRICTED])
def test_of_a_letter_that_is_not_secret_nobody_notes_who_reads_it(level: SecurityLevel) -> None:
    assert noted(letter(security=level)).records == ()


def test_nobody_notes_a_reading_of_what_he_may_not_read() -> None:
    with pytest.raises(Refusal, match="not_allowed"):
        noted(SECRET, by=REGISTRAR)


def test_a_struck_letter_is_read_like_any_other() -> None:
    assert len(readings(noted(letter(security=SecurityLevel.SECRET, status=LetterStatus.VOID)))) == 1


def test_nobody_who_ever_read_a_letter_is_pushed_out_by_the_many_days_of_another() -> None:
    kept: tuple[LetterReading, ...] = (reading(user=UserId(1)),)
    for number in range(3 * KEPT_READINGS):
        kept = with_reading(kept, reading(user=UserId(2), day=TODAY + timedelta(days=number)))

    assert len(kept) == KEPT_READINGS
    assert {one.user for one in kept} == {UserId(1), UserId(2)}
    assert is_noted(kept, UserId(2), TODAY, way=ReadingWay.OPENED), "the first day of each stays"
    assert is_noted(kept, UserId(2), TODAY + timedelta(days=3 * KEPT_READINGS - 1), way=ReadingWay.OPENED)
