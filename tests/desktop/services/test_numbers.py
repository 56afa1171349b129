"""Numbers at the desk: several books, inserted letters, struck letters, returned blocks, closed years."""

from __future__ import annotations

import os
from datetime import date

import pytest

from core.domain.books import YearBy
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.number_fates import FateCause
from core.domain.number_report import NumberState
from core.domain.numbering import NumberLease, series_of
from desktop.services.numbers import BookReport, NumberService
from desktop.services.register import RowState
from desktop.storage.unit_of_work import Store
from tests.factories import NOW, OFFICE, REGISTRAR, TODAY, actor
from tests.number_factory import BOOK, number_book
from tests.support.desks import Desk, entry, lease
from tests.support.stores import every, put

YEAR = TODAY.year


def numbers_of(store: Store) -> NumberService:
    return NumberService(store, actor(REGISTRAR), lambda: NOW, os.urandom)


def lease_of(store: Store, book: BookId, low: int, high: int) -> None:
    block = NumberLease(office=OFFICE, year=YEAR, series=series_of(book), low=low, high=high, fence=1)
    with store.begin() as uow:
        uow.leases.add([block])


def told(report: BookReport) -> list[tuple[int, int, NumberState]]:
    return [(span.low, span.high, span.state) for span in report.account.spans]


def test_each_book_counts_for_itself(store: Store) -> None:
    put(store, [number_book()])
    lease(store, 1, 5)
    lease_of(store, BOOK, 1, 5)
    desk = Desk(store, REGISTRAR)

    made = [desk.letters.register(entry(book=book)).agenda for book in (BookId(0), BOOK, BOOK, BookId(0))]

    assert made == ["0001", "0001", "0002", "0002"]
    assert desk.letters.next_agenda(BOOK) == "0003"
    assert [one.name for one in numbers_of(store).books()] == ["", "Agenda Undangan"]


def test_a_book_that_is_offered_no_more_is_still_accounted_for(store: Store) -> None:
    put(store, [number_book(active=False)])

    assert len(numbers_of(store).books()) == 1
    assert len(numbers_of(store).books(active=False)) == 2


@pytest.mark.parametrize(("year_by", "year"), [(YearBy.RECEIVED, YEAR - 1), (YearBy.ENTERED, YEAR)])
def test_a_book_says_which_day_decides_its_year(store: Store, year_by: YearBy, year: int) -> None:
    put(store, [number_book(year_by=year_by)])

    Desk(store, REGISTRAR).letters.register(entry(book=BOOK, received_on=date(YEAR - 1, 12, 30)))

    assert [one.record.agenda_year for one in every(store, IncomingLetter)] == [year]


def test_a_late_letter_is_inserted_beside_its_number_with_the_next_letter(store: Store) -> None:
    lease(store, 125, 130)
    desk = Desk(store, REGISTRAR)
    desk.letters.register(entry())

    inserted = [desk.letters.register(entry(insert_after=125)).agenda for _ in range(2)]

    assert inserted == ["0125a", "0125b"]
    assert desk.letters.next_agenda() == "0126"
    assert sorted(row.agenda for row in desk.rows()) == ["0125", "0125a", "0125b"]


def test_a_struck_letter_stays_in_the_register_and_is_counted_as_a_gap(store: Store) -> None:
    lease(store, 1, 3)
    desk, numbers = Desk(store, REGISTRAR), numbers_of(store)
    first = desk.letters.register(entry(due_on=TODAY))
    desk.letters.register(entry())

    numbers.void_letter(first.letter_id, " Tercatat dua kali ")

    states = {row.agenda: row.state for row in desk.rows()}
    assert states == {"0001": RowState.VOID, "0002": RowState.UNDISPOSED}
    view = desk.register.letter(first.letter_id)
    assert view is not None
    assert view.letter.status == LetterStatus.VOID
    assert not view.may_dispose
    assert not view.may_file
    report = numbers.report(YEAR)
    assert told(report) == [
        (1, 1, NumberState.STRUCK),
        (2, 2, NumberState.ISSUED),
    ]
    (gap,) = report.account.gaps
    assert gap.fate is not None
    assert gap.fate.reason == "Tercatat dua kali"
    assert report.people[gap.fate.by] == f"Pemegang {REGISTRAR}"


def test_a_voided_number_is_taken_by_no_letter(store: Store) -> None:
    lease(store, 1, 3)
    numbers_of(store).void_number(YEAR, 1, "Salah cap")

    assert Desk(store, REGISTRAR).letters.next_agenda() == "0002"
    assert Desk(store, REGISTRAR).letters.register(entry()).agenda == "0002"


def test_what_this_pc_holds_is_given_back_before_it_retires(store: Store) -> None:
    put(store, [number_book()])
    lease(store, 1, 5)
    lease_of(store, BOOK, 7, 9)
    desk, numbers = Desk(store, REGISTRAR), numbers_of(store)
    desk.letters.register(entry())

    assert numbers.return_all() == 7

    assert desk.letters.register(entry()).agenda == ""
    fates = [gap.fate for gap in numbers.report(YEAR).account.gaps]
    assert [(one.low, one.high, one.cause) for one in fates if one] == [(2, 5, FateCause.DEVICE_RETIRED)]
    assert numbers.return_all() == 0


def test_closing_a_year_gives_its_rest_back_and_takes_no_more_letters(store: Store) -> None:
    lease(store, 40, 45, year=YEAR - 1)
    desk, numbers = Desk(store, REGISTRAR), numbers_of(store)
    late = entry(received_on=date(YEAR - 1, 12, 30))
    assert desk.letters.register(late).agenda == "0040"

    numbers.close_year(YEAR - 1)

    with pytest.raises(Refusal) as refused:
        desk.letters.register(late)
    assert refused.value.code == RefusalCode.BOOK_CLOSED
    report = numbers.report(YEAR - 1)
    assert report.closed_at == NOW
    assert told(report)[1:] == [(40, 40, NumberState.ISSUED), (41, 45, NumberState.RETURNED)]


def test_what_another_pc_may_hold_is_not_known_here(store: Store) -> None:
    lease(store, 51, 55)
    Desk(store, REGISTRAR).letters.register(entry())

    assert told(numbers_of(store).report(YEAR)) == [(1, 50, NumberState.UNKNOWN), (51, 51, NumberState.ISSUED)]


def test_a_new_epoch_forgets_every_block(store: Store) -> None:
    lease(store, 1, 5)
    with store.begin() as uow:
        uow.leases.give_up()

    assert Desk(store, REGISTRAR).letters.register(entry()).agenda == ""
