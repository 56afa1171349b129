"""The first page counts what the lists list, for each person what that person may see."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from core.domain.ids import LetterId, PositionId
from desktop.services.home import HomeService
from desktop.services.register import RowState
from desktop.storage.letter_list import LetterFilter
from tests.desktop.sample_office import CLERK, TODAY, WELFARE, SampleOffice, make_office


@pytest.fixture
def office(tmp_path: Path) -> SampleOffice:
    return make_office(tmp_path)


def add(office: SampleOffice, subject: str, day: date = TODAY, *, due_on: date | None = None) -> LetterId:
    noon = datetime.combine(day, time(5), UTC)  # 12.00 in the office
    return office.add_letter("Bappeda", subject, received=noon, due_on=due_on)


def home_of(office: SampleOffice, position: PositionId) -> HomeService:
    return HomeService(office.store, office.actor(position), office.register(position), office.sync_center())


def test_an_empty_office_has_nothing_waiting(office: SampleOffice) -> None:
    facts = home_of(office, CLERK).look()

    assert facts.latest == ()
    assert (facts.counts.undisposed, facts.counts.oldest_days, facts.counts.due) == (0, None, 0)
    assert [month.received for month in facts.months] == [0] * 12


def test_each_counter_counts_what_its_list_shows(office: SampleOffice) -> None:
    for days in (0, 0, 3, 40):
        add(office, f"Surat {days}", TODAY - timedelta(days=days))
    disposed = add(office, "Didisposisi", TODAY, due_on=TODAY - timedelta(days=1))
    office.dispose(disposed, WELFARE)

    facts = home_of(office, CLERK).look()
    register = office.register(CLERK)

    assert facts.counts.today == 3
    assert facts.counts.undisposed == register.outline(register.query(only=LetterFilter.UNDISPOSED)).total == 4
    assert facts.counts.oldest_days == 40
    assert (facts.counts.due, facts.counts.overdue) == (1, 1)
    assert facts.latest[0].state in set(RowState)
    assert len(facts.latest) == 5
    assert sum(month.received for month in facts.months) == 5
    assert (facts.months[-1].year, facts.months[-1].month) == (TODAY.year, TODAY.month)


def test_a_section_sees_its_own_dispositions_counted_and_no_other_letter(office: SampleOffice) -> None:
    add(office, "Bukan untuk seksi", TODAY)
    letter = add(office, "Untuk seksi", TODAY)
    given = office.dispose(letter, WELFARE)

    before = home_of(office, WELFARE).look()
    office.read(given, WELFARE)
    after = home_of(office, WELFARE).look()

    assert [row.subject for row in before.latest] == ["Untuk seksi"]
    assert (before.counts.unread, before.counts.for_me) == (1, 1)
    assert (after.counts.unread, after.counts.for_me) == (0, 1)


def test_the_months_go_over_the_turn_of_the_year(office: SampleOffice) -> None:
    add(office, "Desember", date(TODAY.year - 1, 12, 31))
    add(office, "Januari", date(TODAY.year, 1, 1))

    months = {(one.year, one.month): one.received for one in home_of(office, CLERK).look().months}

    assert months[TODAY.year - 1, 12] == 1
    assert months[TODAY.year, 1] == 1
