"""Days of practice letters: when they come in, and how a date is written in them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

MONTHS: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
WEEKDAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
SATURDAY: Final = 5


def written(day: date) -> str:
    """Write a date as letters do: `17 Agustus 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def written_with_weekday(day: date) -> str:
    """Write a date as invitations do: `Senin, 17 Agustus 2026`."""
    return f"{WEEKDAYS[day.weekday()]}, {written(day)}"


def is_working_day(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < SATURDAY


def working_day(day: date) -> date:
    """Give the day itself, or the Monday after it."""
    return day if is_working_day(day) else day + timedelta(days=7 - day.weekday())


def receipts(count: int, months: tuple[float, ...], *, first: date, last: date) -> Iterator[tuple[date, int]]:
    """Spread `count` letters over the working days from `first` to `last`, by the weights of the twelve months.

    Gives each day on which letters come in, with their number; the numbers add up to `count`.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    working = [day for day in days if is_working_day(day)] or [last]
    total = sum(months[day.month - 1] for day in working)
    passed, given = 0.0, 0
    for day in working:
        passed += months[day.month - 1]
        so_far = count if day == working[-1] else round(count * passed / total)
        if so_far > given:
            yield day, so_far - given
            given = so_far
