"""The acts on numbers and books, and who may do them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.domain.acting import Context, Decision
from core.domain.amending import AmendLetter, amend_letter
from core.domain.books import BookYear, CloseBookYear, check_book, close_book_year
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId, PositionId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.number_fates import (
    FateCause,
    NumberFate,
    ReturnNumbers,
    VoidLetter,
    VoidNumber,
    fate_claims,
    return_numbers,
    void_letter,
    void_number,
)
from core.domain.registering import register_letter
from tests.factories import (
    ACTS,
    ARCHIVIST,
    HEAD,
    LETTER_ID,
    NOW,
    OFFICE,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    letter,
    register,
)
from tests.number_factory import BOOK, book_year, number_book, number_fate
from tests.support.records import MemoryRecords

RULES: dict[type[Any], Any] = {
    VoidLetter: void_letter,
    VoidNumber: void_number,
    ReturnNumbers: return_numbers,
    CloseBookYear: close_book_year,
}


def decide(rule: Any, act: Any, *records: Any, by: PositionId = REGISTRAR, now: Any = NOW) -> Decision:
    found: Decision = rule(act, Context(actor=actor(by), now=now, records=MemoryRecords(number_book(), *records)))
    return found


def refusal(rule: Any, act: Any, *records: Any, by: PositionId = REGISTRAR) -> tuple[RefusalCode, str]:
    with pytest.raises(Refusal) as caught:
        decide(rule, act, *records, by=by)
    return caught.value.code, caught.value.field


@pytest.mark.parametrize("by", [SECTION, ARCHIVIST, HEAD])
@pytest.mark.parametrize("struct", list(RULES))
def test_only_the_desk_acts_on_numbers(struct: type[Any], by: PositionId) -> None:
    code, _ = refusal(RULES[struct], ACTS[struct], letter(involved=(SECTION, HEAD)), by=by)

    assert code == RefusalCode.NOT_ALLOWED


def test_striking_a_letter_through_leaves_all_but_its_status_and_says_why_and_who() -> None:
    plain = letter(agenda_suffix="a")

    struck, fate = decide(void_letter, ACTS[VoidLetter], plain).records

    assert isinstance(struck, IncomingLetter)
    assert isinstance(fate, NumberFate)
    assert struck == letter(agenda_suffix="a", status=LetterStatus.VOID)
    assert (fate.low, fate.suffix, fate.reason, fate.letter) == (412, "a", "Tercatat dua kali", LETTER_ID)
    assert fate.by == actor(REGISTRAR).user
    assert fate_claims(fate) == ()  # the letter holds its number itself


def test_a_struck_letter_is_not_corrected() -> None:
    act = AmendLetter(letter_id=LETTER_ID, changes={"subject": "x"}, base={})

    assert refusal(amend_letter, act, letter(status=LetterStatus.VOID))[0] == RefusalCode.LETTER_VOID


@pytest.mark.parametrize("struct", [VoidLetter, VoidNumber, ReturnNumbers])
def test_an_act_that_comes_again_from_the_same_hand_has_been_done(struct: type[Any]) -> None:
    before = (letter(status=LetterStatus.VOID), number_fate())

    assert decide(RULES[struct], ACTS[struct], *before).records == ()
    assert refusal(RULES[struct], ACTS[struct], *before, by=SECRETARY)[0] == RefusalCode.ALREADY_EXISTS


def test_a_reason_is_asked_for() -> None:
    act = VoidLetter(fate_id=ACTS[VoidLetter].fate_id, letter_id=LETTER_ID, reason="  ")

    assert refusal(void_letter, act, letter()) == (RefusalCode.REASON_MISSING, "reason")


@pytest.mark.parametrize("cause", list(FateCause))
def test_only_what_a_person_voided_holds_its_number(cause: FateCause) -> None:
    fate = number_fate(letter=None, cause=cause)

    assert bool(fate_claims(fate)) == (cause == FateCause.BY_HAND)


def test_a_number_comes_from_the_book_that_was_chosen() -> None:
    (made,) = decide(register_letter, register(book=BOOK)).records

    assert isinstance(made, IncomingLetter)
    assert made.book == BOOK
    assert refusal(register_letter, register(book=BookId(99))) == (RefusalCode.UNKNOWN_BOOK, "book")


def test_an_inserted_number_needs_a_number_to_stand_beside() -> None:
    (made,) = decide(register_letter, register(agenda_suffix="b")).records

    assert isinstance(made, IncomingLetter)
    assert (made.agenda_no, made.agenda_suffix) == (412, "b")
    assert refusal(register_letter, register(agenda_no=0, agenda_suffix="b"))[0] == RefusalCode.NUMBER_OUT_OF_RANGE


def test_a_year_is_closed_once_and_only_when_it_is_over() -> None:
    (closed,) = decide(close_book_year, ACTS[CloseBookYear], by=SECRETARY).records

    assert isinstance(closed, BookYear)
    assert (closed.office, closed.year, closed.closed_at) == (OFFICE, 2025, NOW)
    assert decide(close_book_year, ACTS[CloseBookYear], book_year()).records == ()
    running = CloseBookYear(book=BookId(0), year=NOW.year)
    assert refusal(close_book_year, running)[0] == RefusalCode.BOOK_STILL_RUNNING


def test_a_closed_year_takes_what_was_entered_before_the_closing_and_nothing_after_it() -> None:
    closed = book_year()
    late = register(agenda_year=2025)

    assert decide(register_letter, late, closed, now=closed.closed_at - timedelta(seconds=1)).records
    assert refusal(register_letter, late, closed) == (RefusalCode.BOOK_CLOSED, "received_on")
    assert decide(register_letter, register(agenda_year=2025, book=BOOK), closed).records


def test_a_book_has_a_name_and_a_template_that_can_be_read() -> None:
    assert check_book("Undangan", "{urut:3}/U").tokens
    for name, template in (("", "{urut}"), ("x" * 81, "{urut}"), ("Undangan", "{tahun}")):
        with pytest.raises(Refusal):
            check_book(name, template)
