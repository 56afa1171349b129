"""A record says when the server heard late of what was done, and what the clock of the PC showed."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from core.domain.letters import IncomingLetter
from core.domain.receipts import KEPT_RECEIPTS, Receipt, receipt_of, with_receipt
from core.protocol.codec import check_of
from tests.factories import NOW, REGISTRAR, disposition, letter, record_file, user_of
from tests.wire_factories import op

LATE = Receipt(at=NOW, by=user_of(REGISTRAR), late_s=7200)


def test_the_first_record_of_an_act_keeps_its_receipt() -> None:
    sheet, moved = with_receipt((disposition(), letter()), LATE)

    assert (sheet.receipts, moved) == ((LATE,), letter())


def test_what_came_at_once_from_a_right_clock_and_what_keeps_none_stays_as_it_is() -> None:
    plain = msgspec.structs.replace(LATE, late_s=0)

    assert with_receipt((letter(),), plain) == (letter(),)
    assert with_receipt((record_file(),), LATE) == (record_file(),)
    assert with_receipt((), LATE) == ()


def test_an_act_that_is_received_anew_has_its_last_receipt_alone() -> None:
    again = msgspec.structs.replace(LATE, late_s=9000)
    once = with_receipt((letter(),), LATE)

    assert with_receipt(once, again) == (letter(receipts=(again,)),)
    assert with_receipt(once, msgspec.structs.replace(LATE, late_s=0)) == (letter(),)


def test_both_sides_arrive_at_the_same_whatever_they_know_of_receipts() -> None:
    assert check_of([letter(receipts=(LATE,))]) == check_of([letter()])


def test_a_record_keeps_the_newest_receipts() -> None:
    records: tuple[IncomingLetter, ...] = (letter(),)
    for hour in range(KEPT_RECEIPTS + 1):
        records = with_receipt(records, msgspec.structs.replace(LATE, at=NOW + timedelta(hours=hour)))

    (kept,) = records
    assert len(kept.receipts) == KEPT_RECEIPTS
    assert receipt_of(kept.receipts, NOW, LATE.by) is None
    assert receipt_of(kept.receipts, NOW + timedelta(hours=1), LATE.by) is not None


def test_an_op_is_late_from_a_minute_on_and_a_clock_wrong_as_well() -> None:
    made = op(wall_ms=1_000_000, offset_ms=60_000)

    assert [made.late_s(1_060_000 + ms) for ms in (-5, 0, 59_999, 60_000, 7_200_500)] == [0, 0, 0, 60, 7200]
    assert (made.receipt(0).behind_s, made.receipt(0).tells) == (60, True)
