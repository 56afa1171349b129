from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.widgets.dates import (
    LONG_DAYS,
    LONG_MONTHS,
    Leaning,
    format_date,
    format_date_long,
    format_day_month,
    format_moment,
    format_month,
    format_recent,
    format_time,
    format_weekday,
    parse_date,
)
from tests.strategies import characters

TODAY = date(2026, 11, 23)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
this_century = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("18112026", date(2026, 11, 18)),
        ("181126", date(2026, 11, 18)),
        ("1811", date(2026, 11, 18)),
        ("18", date(2026, 11, 18)),
        ("18/11/2026", date(2026, 11, 18)),
        ("18/11/26", date(2026, 11, 18)),
        ("18/11", date(2026, 11, 18)),
        ("5/1", date(2026, 1, 5)),
        ("18-11-2026", date(2026, 11, 18)),
        ("18.11.2026", date(2026, 11, 18)),
        ("18 Nov 2026", date(2026, 11, 18)),
        ("18 november", date(2026, 11, 18)),
        ("  18   NOV  2026 ", date(2026, 11, 18)),
        ("1 agustus 2025", date(2025, 8, 1)),
        ("1 ags 2025", date(2025, 8, 1)),
        ("12 mei", date(2026, 5, 12)),
        ("3 dec 2026", date(2026, 12, 3)),
        ("29/2/2028", date(2028, 2, 29)),
    ],
)
def test_a_typed_date_is_understood(typed: str, meant: date) -> None:
    assert parse_date(typed, TODAY) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "31 Feb",
        "31/04/2026",
        "0",
        "32",
        "18/13",
        "29/2/2026",
        "18112",
        "hari",
        "0 hari",
        "18 xyz",
        "1/2/3/4",
        "۱۸",
    ],
)
def test_what_is_no_date_gives_none(typed: str) -> None:
    assert parse_date(typed, TODAY) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hari ini", date(2026, 11, 23)),
        (" Kemarin ", date(2026, 11, 22)),
        ("kemarin  dulu", date(2026, 11, 21)),
        ("besok", date(2026, 11, 24)),
        ("lusa", date(2026, 11, 25)),
        ("3 hari lagi", date(2026, 11, 26)),
        ("2 minggu lalu", date(2026, 11, 9)),
        ("senin", date(2026, 11, 23)),
    ],
)
def test_a_day_is_also_understood_by_its_words(typed: str, meant: date) -> None:
    assert parse_date(typed, TODAY) == meant


@given(today=this_century, name=st.sampled_from(LONG_DAYS))
def test_a_weekday_is_the_last_one_of_a_letter_and_the_next_one_of_a_deadline(today: date, name: str) -> None:
    past, future = (parse_date(name, today, leaning=one) for one in (Leaning.PAST, Leaning.FUTURE))

    assert past is not None
    assert future is not None
    assert LONG_DAYS[past.weekday()] == LONG_DAYS[future.weekday()] == name
    assert 0 <= (today - past).days < 7
    assert 0 <= (future - today).days < 7


@given(today=this_century, days=st.integers(0, 999))
def test_so_many_days_ahead_and_back_are_counted_from_today(today: date, days: int) -> None:
    assert parse_date(f"{days} hari lalu", today) == today - timedelta(days=days)
    assert parse_date(f"{days} hari lagi", today) == today + timedelta(days=days)


@given(text=st.text(characters, max_size=50), today=days, leaning=st.sampled_from(Leaning))
def test_whatever_is_typed_is_a_date_or_nothing(text: str, today: date, leaning: Leaning) -> None:
    assert isinstance(parse_date(text, today, leaning=leaning), date | None)


def test_a_letter_that_arrived_was_written_in_the_past() -> None:
    assert parse_date("28", TODAY, leaning=Leaning.PAST) == date(2026, 10, 28)
    assert parse_date("31", date(2026, 7, 2), leaning=Leaning.PAST) == date(2026, 5, 31)
    assert parse_date("15/12", TODAY, leaning=Leaning.PAST) == date(2025, 12, 15)
    assert parse_date("23", TODAY, leaning=Leaning.PAST) == TODAY


def test_a_deadline_lies_ahead() -> None:
    assert parse_date("5", TODAY, leaning=Leaning.FUTURE) == date(2026, 12, 5)
    assert parse_date("5/1", TODAY, leaning=Leaning.FUTURE) == date(2027, 1, 5)
    assert parse_date("29/2", TODAY, leaning=Leaning.FUTURE) == date(2028, 2, 29)
    assert parse_date("23/11", TODAY, leaning=Leaning.FUTURE) == TODAY


def test_a_year_that_was_typed_is_never_changed() -> None:
    assert parse_date("5/1/2027", TODAY, leaning=Leaning.PAST) == date(2027, 1, 5)
    assert parse_date("5/1/2020", TODAY, leaning=Leaning.FUTURE) == date(2020, 1, 5)


@given(days)
def test_what_is_shown_can_be_typed_again(day: date) -> None:
    assert parse_date(format_date(day), TODAY) == day
    assert parse_date(f"{day:%d%m%Y}", TODAY) == day
    assert parse_date(f"{day.day}/{day.month}/{day.year}", TODAY) == day
    assert parse_date(f"{day.day} {LONG_MONTHS[day.month - 1]} {day.year}", TODAY) == day


@given(this_century)
def test_two_digits_mean_this_century(day: date) -> None:
    assert parse_date(f"{day:%d%m%y}", TODAY) == day


@given(day=st.integers(1, 31), today=days)
def test_a_day_alone_leans_as_told(day: int, today: date) -> None:
    past = parse_date(str(day), today, leaning=Leaning.PAST)
    future = parse_date(str(day), today, leaning=Leaning.FUTURE)

    assert past is not None
    assert future is not None
    assert past <= today <= future
    assert past.day == future.day == day
    assert today - past < timedelta(days=63)
    assert future - today < timedelta(days=63)


@given(st.text(characters, max_size=60))
def test_no_text_makes_it_stumble(text: str) -> None:
    found = parse_date(text, TODAY)

    assert found is None or isinstance(found, date)


def test_dates_and_hours_are_written_the_indonesian_way() -> None:
    moment = datetime(2026, 11, 23, 9, 5)  # noqa: DTZ001 - local time, as views hand it over

    assert format_date(TODAY) == "23 Nov 2026"
    assert format_date(date(2026, 8, 1)) == "1 Agu 2026"
    assert format_day_month(TODAY) == "23 Nov"
    assert format_date_long(TODAY) == "Senin, 23 November 2026"
    assert format_weekday(date(2026, 11, 26)) == "Kam 26"
    assert format_month(TODAY) == "November 2026"
    assert format_time(moment) == "09.05"
    assert format_moment(moment) == "23 Nov 2026 09.05"


def test_a_recent_moment_says_only_what_is_needed() -> None:
    morning = datetime(2026, 11, 23, 10, 44)  # noqa: DTZ001 - local time, as views hand it over

    assert format_recent(morning, TODAY) == "10.44"
    assert format_recent(morning - timedelta(days=3), TODAY) == "20 Nov"
    assert format_recent(morning - timedelta(days=365), TODAY) == "23 Nov 2025"
