"""A letter that comes three times is one letter, with one number and one chain of dispositions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from core.domain.acting import Context, Decision
from core.domain.attachments import MAX_SCANS
from core.domain.dispositions import AnswerDisposition, Disposition, Recipient, answer_disposition, issue_disposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.following_up import WithdrawDisposition, withdraw_disposition
from core.domain.ids import BlobHash, DispositionId, LetterId, PositionId, RowId
from core.domain.joining import (
    MAX_JOINED_SCANS,
    JoinArrival,
    MergeLetters,
    first_scan_of,
    join_arrival,
    merge_letters,
)
from core.domain.letters import Channel, IncomingLetter, LetterStatus, SecurityLevel, carrier_of
from core.domain.number_fates import Fate, FateCause, NumberFate
from core.domain.reclassifying import ReclassifyLetter, reclassify_letter
from core.domain.secrecy import seal_of
from tests.arrival_factory import ARRIVAL_ID, TWIN_ID, join
from tests.factories import (
    HEAD,
    LETTER_ID,
    NOW,
    OTHER_SECTION,
    REGISTRAR,
    SCAN,
    SECTION,
    actor,
    disposition,
    issue,
    letter,
    user_of,
)
from tests.secrecy_factory import sealed_key
from tests.support.records import MemoryRecords

PHOTO = msgspec.structs.replace(SCAN, sha256=BlobHash(b"\1" * 32), thumbnail=BlobHash(b""), thumbnail_size=0)
PAPER = msgspec.structs.replace(PHOTO, sha256=BlobHash(b"\2" * 32))
THIRD_ID = LetterId(b"\3" * 16)
FIRST = letter(scans=(SCAN,), channel=Channel.WHATSAPP)
TWIN = letter(id=TWIN_ID, agenda_no=415, scans=(SCAN, PAPER), channel=Channel.PAPER, received_on=date(2026, 3, 20))
MERGE = MergeLetters(letter_id=TWIN_ID, into=LETTER_ID)
BACK = MergeLetters(letter_id=LETTER_ID, into=TWIN_ID)


def context(records: MemoryRecords, position: PositionId = REGISTRAR) -> Context:
    return Context(actor=actor(position), now=NOW + timedelta(days=1), records=records)


def after(records: MemoryRecords, decision: Decision) -> MemoryRecords:
    for record in decision.records:
        records.put(record)
    return records


def merged(*several: Any, acts: tuple[MergeLetters, ...] = (MERGE,)) -> MemoryRecords:
    records = MemoryRecords(*(several or (FIRST, TWIN)))
    for act in acts:
        after(records, merge_letters(act, context(records)))
    return records


def first_of(records: MemoryRecords, row_id: LetterId = LETTER_ID) -> IncomingLetter:
    found = records.get(IncomingLetter, row_id)
    assert found is not None
    return found


def refusal(act: JoinArrival | MergeLetters, *several: Any) -> RefusalCode:
    decide: Any = join_arrival if isinstance(act, JoinArrival) else merge_letters
    with pytest.raises(Refusal) as caught:
        decide(act, context(MemoryRecords(*several)))
    return caught.value.code


def test_an_arrival_is_kept_with_its_day_its_way_and_the_scans_that_came_with_it() -> None:
    records = MemoryRecords(FIRST)
    after(records, join_arrival(join(LETTER_ID, PHOTO, SCAN), context(records)))
    later = join(LETTER_ID, PAPER, arrival_id=RowId(b"\4" * 16), channel=Channel.PAPER, received_on=date(2026, 3, 21))
    found = first_of(after(records, join_arrival(later, context(records))))

    assert [(one.received_on, one.channel, one.scans) for one in found.arrivals] == [
        (date(2026, 3, 19), Channel.EMAIL, 1),  # one of its two scans was there
        (date(2026, 3, 21), Channel.PAPER, 1),
    ]
    assert [one.sha256 for one in found.scans] == [SCAN.sha256, PHOTO.sha256, PAPER.sha256]
    assert [first_scan_of(found.arrivals, place, len(found.scans)) for place in (-1, 0, 1)] == [0, 1, 2]
    assert (found.agenda_no, found.received_on, found.status) == (FIRST.agenda_no, FIRST.received_on, FIRST.status)
    assert (found.arrivals[0].by, found.arrivals[0].position) == (user_of(REGISTRAR), REGISTRAR)


def test_the_same_arrival_told_again_is_no_other_one() -> None:
    records = MemoryRecords(FIRST)
    after(records, join_arrival(join(LETTER_ID, PHOTO), context(records)))
    elsewhere = join(LETTER_ID, PHOTO, arrival_id=RowId(b"\5" * 16))
    first_again = join(
        LETTER_ID, SCAN, channel=FIRST.channel, received_on=FIRST.received_on, arrival_id=RowId(b"\6" * 16)
    )

    for act in (join(LETTER_ID, PHOTO), elsewhere, first_again):
        assert join_arrival(act, context(records)).records == ()


def test_an_arrival_of_a_line_that_was_merged_goes_to_the_letter_that_stands_for_it() -> None:
    records = merged()
    found = first_of(after(records, join_arrival(join(TWIN_ID, PHOTO), context(records))))

    assert [one.id for one in found.arrivals] == [TWIN_ID, ARRIVAL_ID]


def test_what_cannot_be_joined_is_refused() -> None:
    full = letter(scans=tuple(msgspec.structs.replace(PHOTO, sha256=BlobHash(bytes([n]) * 32)) for n in range(60)))

    assert refusal(join(LETTER_ID)) is RefusalCode.UNKNOWN_LETTER
    assert refusal(join(LETTER_ID), letter(status=LetterStatus.VOID)) is RefusalCode.LETTER_VOID
    assert refusal(join(LETTER_ID, PHOTO), letter(security=SecurityLevel.SECRET)) is RefusalCode.FILE_NOT_SEALED
    assert refusal(join(LETTER_ID, *(PHOTO,) * (MAX_SCANS + 1)), FIRST) is RefusalCode.TOO_MANY_SCANS
    assert len(full.scans) == MAX_JOINED_SCANS
    assert refusal(join(LETTER_ID, SCAN), full) is RefusalCode.TOO_MANY_SCANS


def test_of_two_letters_one_is_struck_through_and_the_other_has_what_both_had() -> None:
    records = merged()
    found, struck = first_of(records), first_of(records, TWIN_ID)

    assert (struck.status, struck.merged_into, struck.scans) == (LetterStatus.VOID, LETTER_ID, TWIN.scans)
    assert [one.sha256 for one in found.scans] == [SCAN.sha256, PAPER.sha256]
    (arrival,) = found.arrivals
    assert (arrival.letter, arrival.received_on, arrival.channel) == (TWIN_ID, date(2026, 3, 20), Channel.PAPER)
    assert arrival.scans == 1
    (fate,) = (one for one in records.rows.values() if isinstance(one, NumberFate))
    assert (fate.fate, fate.cause, fate.low, fate.letter) == (Fate.VOID, FateCause.MERGED, 415, TWIN_ID)
    assert fate.reason == f"{FIRST.agenda_no:04d}/{FIRST.agenda_year}"


def test_two_pcs_that_merge_the_same_pair_in_any_direction_merge_it_once() -> None:
    records = merged()

    for again in (MERGE, BACK):
        assert merge_letters(again, context(records)).records == ()


def test_three_lines_of_one_letter_become_one_however_they_are_merged() -> None:
    third = letter(id=THIRD_ID, agenda_no=420, scans=(PHOTO,), channel=Channel.EMAIL)
    of_third = MergeLetters(letter_id=THIRD_ID, into=TWIN_ID)

    for acts in ((MERGE, of_third), (of_third, MERGE)):
        records = merged(FIRST, TWIN, third, acts=acts)
        found = first_of(records)

        assert {one.letter for one in found.arrivals} == {TWIN_ID, THIRD_ID}
        assert {one.sha256 for one in found.scans} == {SCAN.sha256, PAPER.sha256, PHOTO.sha256}
        assert sum(one.scans for one in found.arrivals) == 2
        line = context(records)
        assert [carrier_of(first_of(records, one), line).id for one in (TWIN_ID, THIRD_ID)] == [LETTER_ID] * 2


def test_letters_of_two_levels_sealed_ones_struck_ones_and_others_mergers_are_not_merged() -> None:
    third = letter(id=THIRD_ID)
    elsewhere = msgspec.structs.replace(TWIN, merged_into=THIRD_ID, status=LetterStatus.VOID)
    sealed = {"security": SecurityLevel.SECRET, "keys": (sealed_key(user_of(HEAD)),)}
    levels = (msgspec.structs.replace(FIRST, security=SecurityLevel.RESTRICTED), TWIN)

    assert refusal(MERGE, *levels) is RefusalCode.MERGE_SECURITY
    assert refusal(MERGE, letter(**sealed), letter(id=TWIN_ID, **sealed)) is RefusalCode.MERGE_SECURITY
    assert refusal(MERGE, FIRST, letter(id=TWIN_ID, status=LetterStatus.VOID)) is RefusalCode.LETTER_VOID
    assert refusal(MERGE, letter(status=LetterStatus.VOID), TWIN) is RefusalCode.LETTER_VOID
    assert refusal(MERGE, FIRST, elsewhere, third) is RefusalCode.LETTER_MERGED
    assert refusal(MergeLetters(letter_id=TWIN_ID, into=TWIN_ID), TWIN) is RefusalCode.UNKNOWN_LETTER


SHEET = disposition(letter_id=TWIN_ID, recipients=(Recipient(position=SECTION), Recipient(position=OTHER_SECTION)))
DISPOSED = msgspec.structs.replace(
    TWIN, status=LetterStatus.DISPOSED, open_answers=2, involved=(SECTION, OTHER_SECTION)
)


def test_what_was_ordered_on_the_struck_line_is_answered_and_withdrawn_on_the_letter_that_stands() -> None:
    records = merged(FIRST, DISPOSED, SHEET)
    found = first_of(records)
    assert (found.status, found.open_answers) == (LetterStatus.DISPOSED, 2)
    assert {SECTION, OTHER_SECTION} <= set(found.involved)

    answer = AnswerDisposition(disposition_id=SHEET.id, result="Sudah.")
    after(records, answer_disposition(answer, context(records, SECTION)))
    assert (first_of(records).status, first_of(records).open_answers) == (LetterStatus.FOLLOWED_UP, 1)

    back = WithdrawDisposition(disposition_id=SHEET.id, recipients=(OTHER_SECTION,))
    after(records, withdraw_disposition(back, context(records, HEAD)))
    assert (first_of(records).status, first_of(records).open_answers) == (LetterStatus.DONE, 0)
    assert first_of(records, TWIN_ID).status == LetterStatus.VOID


def test_who_disposes_a_line_without_having_heard_of_the_merge_disposes_the_letter() -> None:
    records = merged(FIRST, DISPOSED, SHEET)
    passed_on = issue(
        disposition_id=DispositionId(b"\7" * 16), letter_id=TWIN_ID, parent=SHEET.id, recipients=(SECTION,)
    )
    after(records, issue_disposition(passed_on, context(records, HEAD)))

    made = records.get(Disposition, passed_on.disposition_id)
    assert made is not None
    assert made.letter_id == TWIN_ID  # as it was signed
    assert first_of(records).open_answers == 3


def test_an_order_on_a_line_that_was_merged_meanwhile_is_sealed_with_the_line_for_which_its_keys_were_made() -> None:
    secret = (letter(security=SecurityLevel.SECRET), msgspec.structs.replace(TWIN, security=SecurityLevel.SECRET))
    records = merged(*secret)
    stands = first_of(records)
    order = issue(
        letter_id=TWIN_ID,
        recipients=(OTHER_SECTION,),
        note="tersegel-1:bm90ZQ==",
        keys=(sealed_key(user_of(HEAD)), sealed_key(user_of(OTHER_SECTION))),
    )
    after(records, issue_disposition(order, context(records, HEAD)))

    line, letter_now = first_of(records, TWIN_ID), first_of(records)
    assert {one.user for one in line.keys} == {user_of(HEAD), user_of(OTHER_SECTION)}
    assert letter_now.keys == ()
    assert (letter_now.open_answers, letter_now.status) == (1, LetterStatus.DISPOSED)
    assert OTHER_SECTION in set(letter_now.involved) - set(stands.involved)
    assert {HEAD, OTHER_SECTION} <= set(line.involved), "who is to read what is ordered on it"
    assert (line.status, line.merged_into) == (LetterStatus.VOID, LETTER_ID)

    said = AnswerDisposition(disposition_id=order.disposition_id, result="tersegel-1:aGFzaWw=", seal=seal_of(line.keys))
    after(records, answer_disposition(said, context(records, OTHER_SECTION)))
    assert first_of(records).status == LetterStatus.DONE


def test_a_done_letter_with_an_arrival_that_is_still_open_is_not_done() -> None:
    records = merged(letter(status=LetterStatus.DONE), DISPOSED)

    assert first_of(records).status == LetterStatus.FOLLOWED_UP


def test_what_becomes_secret_takes_what_was_merged_into_it_along() -> None:
    records = merged(FIRST, DISPOSED, SHEET)
    act = ReclassifyLetter(letter_id=LETTER_ID, security=SecurityLevel.SECRET, seen=FIRST.security, base=0)
    after(records, reclassify_letter(act, context(records, HEAD)))

    assert {first_of(records, one).security for one in (LETTER_ID, TWIN_ID)} == {SecurityLevel.SECRET}
    sheet = records.get(Disposition, SHEET.id)
    assert sheet is not None
    assert sheet.security == SecurityLevel.SECRET
