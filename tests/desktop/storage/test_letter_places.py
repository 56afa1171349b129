"""Letters keep their places by the day they came, and the counts of the days are always right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.domain.books import DEFAULT_BOOK
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter
from desktop.storage.base import SyncMark
from desktop.storage.checking import count_problems
from desktop.storage.letters import day_of, letter, letter_day, letter_involved, letters
from desktop.storage.number_books import holds_number
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import Store, UnitOfWork
from tests import factories
from tests.factories import HEAD, OTHER_SECTION, SECTION
from tests.support.stores import empty_store, undone

FIRST = date(2025, 12, 30)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 9), st.integers(0, 4)),
        st.tuples(st.just("delete"), st.integers(0, 9), st.just(0)),
    ),
    max_size=30,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = empty_store(Path(tmp_path_factory.mktemp("store")) / "pesagi.db")
    yield store
    store.close()


def paper(number: int, day: int) -> IncomingLetter:
    return factories.letter(
        id=LetterId(bytes([number + 1]) * 16),
        received_on=FIRST + timedelta(days=day),
        involved=(HEAD, SECTION) if number % 2 else (OTHER_SECTION,),
    )


def place(uow: UnitOfWork, *papers: IncomingLetter) -> None:
    letters.put(uow.connection, [Stored(one, 1, SyncMark.ON_SERVER) for one in papers])


def places(uow: UnitOfWork) -> list[tuple[int, date]]:
    rows = uow.connection.execute(select(letter.c.n, letter.c.received_on).order_by(letter.c.n))
    return [(row.n, row.received_on) for row in rows]


@settings(max_examples=60)
@given(batches=st.lists(steps, max_size=4))
def test_whatever_is_put_moved_and_deleted_the_books_balance(
    shared: Store, batches: list[list[tuple[str, int, int]]]
) -> None:
    stands: dict[bytes, IncomingLetter] = {}
    with undone(shared) as uow:
        for batch in batches:
            arriving = [paper(number, day) for kind, number, day in batch if kind == "put"]
            leaving = [paper(number, 0).id for kind, number, _ in batch if kind == "delete"]
            place(uow, *arriving)
            letters.delete(uow.connection, leaving)
            stands.update({one.id: one for one in arriving})
            for row_id in leaving:
                stands.pop(row_id, None)

        found = places(uow)
        assert [day for _, day in found] == sorted(day for _, day in found)
        assert all(day_of(n) == day.toordinal() for n, day in found)
        days = uow.connection.execute(select(letter_day.c.day, letter_day.c.letters))
        counted = {row.day: row.letters for row in days}
        held = Counter(one.received_on.toordinal() for one in stands.values())
        assert {day: count for day, count in counted.items() if count} == dict(held)
        involved = uow.connection.execute(
            select(letter.c.id, letter_involved.c.position).join(letter_involved, letter_involved.c.n == letter.c.n)
        )
        named = {(one.id, position) for one in stands.values() for position in one.involved}
        assert {(row.id, row.position) for row in involved} == named
        assert count_problems(uow.connection) == ()
        assert {one.id: one for one in letters.every(uow.connection)} == stands


def test_letters_of_one_day_lie_in_the_order_in_which_they_came(store: Store) -> None:
    with store.begin() as uow:
        place(uow, paper(3, 1), paper(1, 1))
        place(uow, paper(2, 1))
        ids = uow.connection.execute(select(letter.c.id).order_by(letter.c.n)).scalars().all()

    assert ids == [paper(3, 1).id, paper(1, 1).id, paper(2, 1).id]


def test_a_letter_that_is_changed_keeps_its_place_unless_its_day_changes(store: Store) -> None:
    with store.begin() as uow:
        place(uow, paper(1, 1), paper(2, 1))
        before = places(uow)
        place(uow, paper(1, 1))
        assert places(uow) == before

        place(uow, paper(1, 3))
        assert [day for _, day in places(uow)] == [FIRST + timedelta(days=1), FIRST + timedelta(days=3)]


def test_a_place_that_was_left_is_not_given_again(store: Store) -> None:
    with store.begin() as uow:
        place(uow, paper(1, 1))
        ((first, _),) = places(uow)
        letters.delete(uow.connection, [paper(1, 1).id])
        place(uow, paper(2, 1))
        ((second, _),) = places(uow)

    assert second > first


def test_the_first_and_the_last_day_of_the_calendar_have_places(store: Store) -> None:
    with store.begin() as uow:
        early = factories.letter(id=LetterId(b"\x01" * 16), received_on=date.min)
        late = factories.letter(id=LetterId(b"\x02" * 16), received_on=date.max)
        place(uow, late, early)

        assert [day for _, day in places(uow)] == [date.min, date.max]


def test_a_number_is_held_in_its_office_and_year_alone(store: Store) -> None:
    paper_412 = factories.letter(agenda_no=412)
    with store.begin() as uow:
        place(uow, paper_412)
        held = {
            (office, year, number): holds_number(uow.connection, office, DEFAULT_BOOK, year, number=number)
            for office in (factories.OFFICE, factories.ELSEWHERE)
            for year in (2025, 2026)
            for number in (411, 412)
        }

    assert [key for key, found in held.items() if found] == [(factories.OFFICE, 2026, 412)]
