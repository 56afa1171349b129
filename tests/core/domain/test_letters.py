"""Incoming letters: what may be registered, corrected and filed, and by whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from core.domain.acting import Context, Decision
from core.domain.amending import AMENDABLE, AmendLetter, amend_letter
from core.domain.archives import RecordFile
from core.domain.attachments import MAX_SCANS
from core.domain.errors import Refusal, RefusalCode
from core.domain.filing import FileLetter, file_letter
from core.domain.ids import LetterId, PositionId
from core.domain.letters import (
    IncomingLetter,
    LetterStatus,
    SecurityLevel,
    field_text,
    number_claims,
    register_visible,
    subject_visible,
)
from core.domain.numbering import INCOMING_AGENDA, MAX_NUMBER, NumberClaim
from core.domain.registering import LIMITS, RegisterLetter, register_letter
from core.protocol.records import KIND_OF
from tests.change_factory import unnoted
from tests.factories import (
    ARCHIVIST,
    ELSEWHERE,
    HEAD,
    HEAD_ELSEWHERE,
    INSPECTOR,
    LETTER_ID,
    NOW,
    OFFICE,
    OFFICE_ADMIN,
    RECORD_FILE_ID,
    REGISTRAR,
    SCAN,
    SECRETARY,
    SECTION,
    actor,
    letter,
    record_file,
    register,
    user_of,
)
from tests.support.records import MemoryRecords


def context(records: MemoryRecords, position: PositionId = REGISTRAR) -> Context:
    return Context(actor=actor(position), now=NOW, records=records)


def registered(act: RegisterLetter, records: MemoryRecords | None = None) -> IncomingLetter:
    decision = register_letter(act, context(records or MemoryRecords()))
    assert not decision.conflicts
    (record,) = decision.records
    assert isinstance(record, IncomingLetter)
    return record


def amended(records: MemoryRecords, changes: dict[str, str], base: dict[str, int]) -> Decision:
    return amend_letter(AmendLetter(letter_id=LETTER_ID, changes=changes, base=base), context(records))


def with_revisions(**revisions: int) -> MemoryRecords:
    records = MemoryRecords(letter())
    records.revisions[KIND_OF[IncomingLetter].code, LETTER_ID] = revisions
    return records


def test_a_registered_letter_holds_all_that_was_entered_and_who_entered_it() -> None:
    record = registered(register())

    for field in set(RegisterLetter.__struct_fields__) - {"letter_id"}:
        assert getattr(record, field) == getattr(register(), field)
    assert (record.id, record.office, record.registered_by, record.registered_at) == (
        LETTER_ID,
        OFFICE,
        user_of(REGISTRAR),
        NOW,
    )
    assert (record.status, record.open_answers, record.record_file) == (LetterStatus.REGISTERED, 0, None)


def test_the_addressee_is_involved_and_without_one_nobody_is() -> None:
    assert registered(register(addressee=HEAD)).involved == (HEAD,)
    assert registered(register(addressee=None)).involved == ()


def test_a_provisional_letter_gets_the_next_number_where_the_store_is_the_authority() -> None:
    assert registered(register(agenda_no=0), MemoryRecords(next_number=51)).agenda_no == 51


def test_a_provisional_letter_stays_so_where_nobody_can_number_it() -> None:
    assert registered(register(agenda_no=0)).agenda_no == 0


def test_a_number_that_was_brought_along_is_kept() -> None:
    assert registered(register(agenda_no=12), MemoryRecords(next_number=51)).agenda_no == 12


def test_only_a_numbered_letter_claims_a_number() -> None:
    claim = NumberClaim(office=OFFICE, year=2026, series=INCOMING_AGENDA, number=412)

    assert number_claims(letter()) == (claim,)
    assert number_claims(letter(agenda_no=0)) == ()


def test_odd_dates_are_taken_as_they_are() -> None:
    record = registered(register(received_on=date(2031, 1, 1), letter_date=date(1912, 2, 29), due_on=date(1999, 1, 1)))

    assert (record.received_on, record.letter_date, record.due_on) == (
        date(2031, 1, 1),
        date(1912, 2, 29),
        date(1999, 1, 1),
    )


@pytest.mark.parametrize("level", [SecurityLevel.SECRET, SecurityLevel.TOP_SECRET])
def test_a_secret_letter_is_registered_by_its_envelope(level: SecurityLevel) -> None:
    assert registered(register(subject="", security=level)).subject == ""


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"subject": ""}, RefusalCode.SUBJECT_MISSING, "subject"),
        ({"subject": " \n"}, RefusalCode.SUBJECT_MISSING, "subject"),
        ({"subject": "", "security": SecurityLevel.RESTRICTED}, RefusalCode.SUBJECT_MISSING, "subject"),
        ({"sender": " "}, RefusalCode.SENDER_MISSING, "sender"),
        ({"classification": "undangan"}, RefusalCode.CLASSIFICATION_MALFORMED, "classification"),
        ({"scans": (SCAN,) * (MAX_SCANS + 1)}, RefusalCode.TOO_MANY_SCANS, "scans"),
        ({"agenda_no": -1}, RefusalCode.NUMBER_OUT_OF_RANGE, "agenda_no"),
        ({"agenda_no": MAX_NUMBER + 1}, RefusalCode.NUMBER_OUT_OF_RANGE, "agenda_no"),
        ({"addressee": HEAD_ELSEWHERE}, RefusalCode.UNKNOWN_POSITION, "addressee"),
        ({"addressee": PositionId(999)}, RefusalCode.UNKNOWN_POSITION, "addressee"),
        *(({field: "x" * (limit + 1)}, RefusalCode.TEXT_TOO_LONG, field) for field, limit in LIMITS.items()),
    ],
)
def test_a_registration_that_cannot_be_names_the_field(changes: dict[str, Any], code: RefusalCode, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        register_letter(register(**changes), context(MemoryRecords()))

    assert (refused.value.code, refused.value.field) == (code, field)


def test_texts_may_be_as_long_as_the_limits_and_scans_as_many() -> None:
    full = {field: "x" * limit for field, limit in LIMITS.items()}

    record = registered(register(**full, scans=(SCAN,) * MAX_SCANS, agenda_no=MAX_NUMBER))

    assert {field: getattr(record, field) for field in full} == full


def test_a_registration_that_comes_again_from_the_same_hand_changes_nothing() -> None:
    known = letter(registered_by=context(MemoryRecords()).actor.user)

    assert register_letter(register(), context(MemoryRecords(known))).records == ()


def test_the_same_letter_is_not_registered_twice() -> None:
    known = letter(registered_by=context(MemoryRecords()).actor.user + 1)

    with pytest.raises(Refusal) as refused:
        register_letter(register(), context(MemoryRecords(known)))

    assert refused.value.code == RefusalCode.ALREADY_EXISTS


@pytest.mark.parametrize("position", [HEAD, SECTION, ARCHIVIST, OFFICE_ADMIN, INSPECTOR])
def test_only_the_desk_registers(position: PositionId) -> None:
    with pytest.raises(Refusal) as refused:
        register_letter(register(), context(MemoryRecords(), position))

    assert refused.value.code == RefusalCode.NOT_ALLOWED


def test_a_correction_changes_the_fields_it_names_and_no_other() -> None:
    decision = amended(MemoryRecords(letter()), {"subject": "Rapat", "letter_date": "2026-03-01", "due_on": ""}, {})

    (record,) = decision.records
    assert unnoted(record) == letter(subject="Rapat", letter_date=date(2026, 3, 1), due_on=None)
    assert decision.conflicts == ()


def test_every_amendable_field_can_be_corrected() -> None:
    new = {field: "2026-01-02" if field in ("letter_date", "due_on", "event_on") else "123" for field in AMENDABLE}
    new |= {"urgency": "2", "addressee": str(SECRETARY), "event_from": "09:00", "event_until": "11:30"}

    (record,) = amended(MemoryRecords(letter()), new, {}).records

    assert isinstance(record, IncomingLetter)
    assert {field: field_text(record, field) for field in AMENDABLE} == new


def test_a_field_that_nobody_else_changed_since_is_changed() -> None:
    decision = amended(with_revisions(subject=20), {"subject": "Rapat"}, {"subject": 20})

    assert [unnoted(record) for record in decision.records] == [letter(subject="Rapat")]


def test_a_field_that_somebody_changed_meanwhile_keeps_its_value_and_the_loser_is_told() -> None:
    decision = amended(with_revisions(subject=21), {"subject": "Rapat"}, {"subject": 20})

    assert decision.records == ()
    (conflict,) = decision.conflicts
    assert (conflict.field, conflict.stands, conflict.wanted) == ("subject", letter().subject, "Rapat")


def test_one_lost_field_does_not_take_the_others_with_it() -> None:
    decision = amended(with_revisions(subject=21), {"subject": "Rapat", "sender": "Bappeda"}, {"subject": 20})

    assert [unnoted(record) for record in decision.records] == [letter(sender="Bappeda")]
    assert [conflict.field for conflict in decision.conflicts] == ["subject"]


def test_wanting_what_stands_already_is_no_conflict() -> None:
    decision = amended(with_revisions(subject=21), {"subject": letter().subject}, {"subject": 1})

    assert decision == Decision(records=(), conflicts=())


def test_a_cleared_date_loses_as_the_empty_text() -> None:
    (conflict,) = amended(with_revisions(due_on=21), {"due_on": ""}, {"due_on": 20}).conflicts

    assert (conflict.stands, conflict.wanted) == ("2026-03-20", "")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"sender": ""}, RefusalCode.SENDER_MISSING, "sender"),
        ({"subject": "  "}, RefusalCode.SUBJECT_MISSING, "subject"),
        ({"summary": "x" * 4001}, RefusalCode.TEXT_TOO_LONG, "summary"),
        ({"classification": "a.b"}, RefusalCode.CLASSIFICATION_MALFORMED, "classification"),
        ({"letter_date": "2026-02-30"}, RefusalCode.DATE_MALFORMED, "letter_date"),
        ({"due_on": "besok"}, RefusalCode.DATE_MALFORMED, "due_on"),
        ({"agenda_no": "1"}, RefusalCode.NOT_ALLOWED, "agenda_no"),
        ({"security": "0"}, RefusalCode.NOT_ALLOWED, "security"),
    ],
)
def test_a_correction_that_cannot_be_names_the_field(changes: dict[str, str], code: RefusalCode, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        amended(MemoryRecords(letter()), changes, {})

    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_letter_goes_into_a_file_and_out_again() -> None:
    records = MemoryRecords(letter(), record_file())

    (filed,) = file_letter(FileLetter(letter_id=LETTER_ID, record_file=RECORD_FILE_ID), context(records)).records
    records.put(filed)
    (taken_out,) = file_letter(FileLetter(letter_id=LETTER_ID, record_file=None), context(records)).records

    assert unnoted(filed) == letter(record_file=RECORD_FILE_ID)
    assert unnoted(taken_out) == letter()


def test_filing_a_letter_where_it_lies_changes_nothing() -> None:
    records = MemoryRecords(letter(record_file=RECORD_FILE_ID), record_file())

    assert file_letter(FileLetter(letter_id=LETTER_ID, record_file=RECORD_FILE_ID), context(records)).records == ()


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (None, RefusalCode.UNKNOWN_RECORD_FILE),
        (record_file(office=ELSEWHERE), RefusalCode.UNKNOWN_RECORD_FILE),
        (record_file(closed_on=date(2026, 2, 1)), RefusalCode.FILE_CLOSED),
    ],
)
def test_a_letter_goes_only_into_an_open_file_of_its_office(target: RecordFile | None, code: RefusalCode) -> None:
    records = MemoryRecords(letter(), *([target] if target else []))

    with pytest.raises(Refusal) as refused:
        file_letter(FileLetter(letter_id=LETTER_ID, record_file=RECORD_FILE_ID), context(records))

    assert refused.value.code == code


@pytest.mark.parametrize(
    "act",
    [
        AmendLetter(letter_id=LETTER_ID, changes={"subject": "Rapat"}, base={}),
        FileLetter(letter_id=LETTER_ID, record_file=None),
    ],
)
@pytest.mark.parametrize(
    ("standing", "position", "code"),
    [
        (None, REGISTRAR, RefusalCode.UNKNOWN_LETTER),
        (letter(office=ELSEWHERE), REGISTRAR, RefusalCode.UNKNOWN_LETTER),
        (letter(), HEAD_ELSEWHERE, RefusalCode.UNKNOWN_LETTER),
        (letter(), SECTION, RefusalCode.UNKNOWN_LETTER),
        (letter(involved=(SECTION,)), SECTION, RefusalCode.NOT_ALLOWED),
        (letter(), INSPECTOR, RefusalCode.NOT_ALLOWED),
    ],
)
def test_a_letter_is_not_touched_by_those_who_may_not(
    act: AmendLetter | FileLetter, standing: IncomingLetter | None, position: PositionId, code: RefusalCode
) -> None:
    records = MemoryRecords(*([standing] if standing else []))
    rule: Any = amend_letter if isinstance(act, AmendLetter) else file_letter

    with pytest.raises(Refusal) as refused:
        rule(act, context(records, position))

    assert refused.value.code == code


def test_the_register_is_read_by_the_desk_the_leaders_the_archivist_and_the_inspector() -> None:
    readers = {REGISTRAR, SECRETARY, HEAD, ARCHIVIST, INSPECTOR}

    for position in (*readers, SECTION, OFFICE_ADMIN, HEAD_ELSEWHERE):
        assert register_visible(actor(position), letter(involved=())) == (position in readers)


def test_who_is_involved_sees_the_letter_but_nobody_of_another_office_does() -> None:
    assert register_visible(actor(SECTION), letter(involved=(SECTION,)))
    assert not register_visible(actor(HEAD_ELSEWHERE), letter(involved=(HEAD_ELSEWHERE,)))


@pytest.mark.parametrize("level", list(SecurityLevel))
def test_the_subject_of_a_secret_letter_is_for_leaders_and_those_involved(level: SecurityLevel) -> None:
    paper = letter(security=level, involved=(SECTION,))
    secret = level >= SecurityLevel.SECRET

    assert paper.is_secret == secret
    assert subject_visible(actor(HEAD), paper)
    assert subject_visible(actor(SECRETARY), paper)
    assert subject_visible(actor(SECTION), paper)
    assert subject_visible(actor(REGISTRAR), paper) == (not secret)
    assert subject_visible(actor(INSPECTOR), paper) == (not secret)


def test_a_record_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        letter().subject = "x"  # type: ignore[misc]  # what the test shows

    assert msgspec.structs.replace(letter(), id=LetterId(bytes(16))) != letter()
