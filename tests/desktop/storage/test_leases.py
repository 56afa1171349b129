"""Blocks of numbers: each number once, in order, and never again."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.ids import OfficeId
from core.domain.numbering import INCOMING_AGENDA, NumberLease
from desktop.storage.unit_of_work import Store
from tests.factories import ELSEWHERE, OFFICE
from tests.support.stores import undone

YEAR = 2026


def block(low: int, high: int, *, office: OfficeId = OFFICE, year: int = YEAR, fence: int = 1) -> NumberLease:
    return NumberLease(office=office, year=year, series=INCOMING_AGENDA, low=low, high=high, fence=fence)


def test_numbers_are_taken_in_order_from_one_block_and_then_the_next(store: Store) -> None:
    with store.begin() as uow:
        uow.leases.add([block(51, 52), block(1, 2)])

        taken = [uow.leases.take(OFFICE, YEAR, INCOMING_AGENDA) for _ in range(6)]

    assert taken == [1, 2, 51, 52, 0, 0]


def test_looking_takes_nothing(store: Store) -> None:
    with store.begin() as uow:
        uow.leases.add([block(1, 2)])
        seen = [uow.leases.peek(OFFICE, YEAR, INCOMING_AGENDA) for _ in range(3)]
        uow.leases.take(OFFICE, YEAR, INCOMING_AGENDA)

        assert seen == [1, 1, 1]
        assert uow.leases.peek(OFFICE, YEAR, INCOMING_AGENDA) == 2
        assert uow.leases.remaining(OFFICE, YEAR, INCOMING_AGENDA) == 1


def test_a_block_that_comes_twice_gives_no_number_twice(store: Store) -> None:
    with store.begin() as uow:
        uow.leases.add([block(1, 3)])
        first = uow.leases.take(OFFICE, YEAR, INCOMING_AGENDA)
        uow.leases.add([block(1, 3)])

        assert (first, uow.leases.take(OFFICE, YEAR, INCOMING_AGENDA)) == (1, 2)


def test_offices_years_and_series_do_not_share_numbers(store: Store) -> None:
    with store.begin() as uow:
        uow.leases.add([block(1, 1)])

        assert uow.leases.take(ELSEWHERE, YEAR, INCOMING_AGENDA) == 0
        assert uow.leases.take(OFFICE, YEAR + 1, INCOMING_AGENDA) == 0
        assert uow.leases.take(OFFICE, YEAR, "agenda-keluar") == 0
        assert uow.leases.remaining(OFFICE, YEAR + 1, INCOMING_AGENDA) == 0
        assert uow.leases.peek(OFFICE, YEAR + 1, INCOMING_AGENDA) == 0


def test_a_number_of_a_transaction_that_failed_is_not_lost(store: Store) -> None:
    with store.begin() as uow:
        uow.leases.add([block(7, 9)])
    with undone(store) as uow:
        assert uow.leases.take(OFFICE, YEAR, INCOMING_AGENDA) == 7

    with store.begin() as uow:
        assert uow.leases.take(OFFICE, YEAR, INCOMING_AGENDA) == 7


def test_numbers_survive_a_restart(store: Store) -> None:
    with store.begin() as uow:
        uow.leases.add([block(7, 9)])
        uow.leases.take(OFFICE, YEAR, INCOMING_AGENDA)
    store.close()  # the next use opens the file again

    with store.begin() as uow:
        assert uow.leases.take(OFFICE, YEAR, INCOMING_AGENDA) == 8


def test_what_is_left_and_what_was_taken_is_what_was_given(store: Store) -> None:
    @settings(max_examples=30)
    @given(sizes=st.lists(st.integers(1, 6), max_size=5), takes=st.integers(0, 25))
    def check(sizes: list[int], takes: int) -> None:
        blocks: list[NumberLease] = []
        numbers: list[int] = []
        for size in sizes:
            low = (numbers[-1] if numbers else 0) + 4
            blocks.append(block(low, low + size - 1))
            numbers.extend(range(low, low + size))
        with undone(store) as uow:
            uow.leases.add(reversed(blocks))
            taken = [uow.leases.take(OFFICE, YEAR, INCOMING_AGENDA) for _ in range(takes)]
            expected = (numbers + [0] * takes)[:takes]
            assert taken == expected
            assert uow.leases.remaining(OFFICE, YEAR, INCOMING_AGENDA) == max(0, len(numbers) - takes)

    check()
