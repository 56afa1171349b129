"""Dates and hours as Indonesian offices write and type them; pure Python, no Qt.

`23 Nov 2026` and `10.42` are the forms every screen shows. Typed dates may leave out what the clerk need not say.
"""

import re
from datetime import date, datetime
from enum import Enum

SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
LONG_MONTHS = (
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
SHORT_DAYS = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
LONG_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

# Days by a word. Typed as a clerk says them; the short forms are those of messages between colleagues.
DAY_WORDS = {
    "hari ini": 0,
    "hr ini": 0,
    "sekarang": 0,
    "kemarin": -1,
    "kmrn": -1,
    "kemarin dulu": -2,
    "kemarin lusa": -2,
    "besok": 1,
    "esok": 1,
    "lusa": 2,
    "minggu lalu": -7,
    "minggu depan": 7,
}
WEEKDAY_SPELLINGS = {"jum'at": 4, "jumaat": 4, "ahad": 6}
DAYS_IN_WEEK = 7
DISTANCE = re.compile(r"(\d{1,3}) (hari|minggu) (lalu|lagi)\Z", re.ASCII)

# Other spellings met in letters; every name is also understood from its first three letters.
MONTH_SPELLINGS = {"ags": 8, "agt": 8, "may": 5, "aug": 8, "oct": 10, "dec": 12, "nop": 11, "peb": 2}
MONTHS_IN_YEAR = 12
CENTURY = 2000
DIGITS_OF_LONG_YEAR = 4
LONGEST_INPUT = 40

COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})?\Z", re.ASCII)
SEPARATED = re.compile(r"(\d{1,2})(?:[\s/.\-]+(\d{1,2}|[A-Za-z]{3,9})(?:[\s/.\-]+(\d{4}|\d{2}))?)?\Z", re.ASCII)


class Leaning(Enum):
    """Which year or month is meant when the typed date leaves it out."""

    SAME = "same"
    """The current month or year, whatever side of today that is."""
    PAST = "past"
    """The latest such day that is not after today: the date written on a letter that has arrived."""
    FUTURE = "future"
    """The first such day that is not before today: a deadline."""


def parse_date(text: str, today: date, *, leaning: Leaning = Leaning.SAME) -> date | None:
    """Understand a typed date, or give None when it is not one.

    Accepts `18112026`, `181126`, `1811`, `18`, and the same with `/`, `-`, `.` or blanks between, with the month also
    by name (`18 Nov 2026`, `18 november`). Two digits of a year mean this century. Also `hari ini`, `kemarin`, `besok`,
    `lusa`, `3 hari lagi`, `2 minggu lalu`, and the name of a weekday.
    """
    cleaned = " ".join(text.split())
    if not cleaned or len(cleaned) > LONGEST_INPUT:
        return None
    distance = _distance(cleaned.lower(), today, leaning=leaning)
    return _by_figures(cleaned, today, leaning=leaning) if distance is None else _days_from(today, distance)


def _by_figures(cleaned: str, today: date, *, leaning: Leaning) -> date | None:
    found = COMPACT.match(cleaned) or SEPARATED.match(cleaned)
    if found is None:
        return None
    day, month_text, year_text = int(found[1]), found[2], found[3]
    month = None if month_text is None else _month(month_text)
    if month_text is not None and month is None:
        return None
    if month is not None and year_text is not None:
        return _day_of(_year(year_text), month, day)
    if month is not None:
        return _in_some_year(day, month, today, leaning=leaning)
    return _in_some_month(day, today, leaning=leaning)


def format_date(value: date) -> str:
    """Write `23 Nov 2026`."""
    return f"{value.day} {SHORT_MONTHS[value.month - 1]} {value.year}"


def format_day_month(value: date) -> str:
    """Write `23 Nov`, where the year goes without saying."""
    return f"{value.day} {SHORT_MONTHS[value.month - 1]}"


def format_date_long(value: date) -> str:
    """Write `Senin, 23 November 2026`, for a heading."""
    return f"{LONG_DAYS[value.weekday()]}, {value.day} {LONG_MONTHS[value.month - 1]} {value.year}"


def format_weekday(value: date) -> str:
    """Write `Kam 26`, for a week's agenda."""
    return f"{SHORT_DAYS[value.weekday()]} {value.day}"


def format_weekday_month(value: date) -> str:
    """Write `Kam, 26 Nov`, for the rows of an agenda."""
    return f"{SHORT_DAYS[value.weekday()]}, {format_day_month(value)}"


def format_month(value: date) -> str:
    """Write `November 2026`."""
    return f"{LONG_MONTHS[value.month - 1]} {value.year}"


def format_time(value: datetime) -> str:
    """Write `10.42`. The caller has already turned the moment into local time."""
    return f"{value.hour:02d}.{value.minute:02d}"


def format_moment(value: datetime) -> str:
    """Write `23 Nov 2026 10.42`. The caller has already turned the moment into local time."""
    return f"{format_date(value)} {format_time(value)}"


def format_recent(value: datetime, today: date) -> str:
    """Write a moment as short as it stays clear: the hour today, `20 Nov` this year, else with the year."""
    if value.date() == today:
        return format_time(value)
    if value.year == today.year:
        return format_day_month(value)
    return format_date(value)


def _month(text: str) -> int | None:
    if text.isdigit():
        number = int(text)
        return number if 1 <= number <= MONTHS_IN_YEAR else None
    lowered = text.lower()
    for number, name in enumerate(LONG_MONTHS, start=1):
        if name.lower().startswith(lowered) or lowered == SHORT_MONTHS[number - 1].lower():
            return number
    return MONTH_SPELLINGS.get(lowered)


def _distance(text: str, today: date, *, leaning: Leaning) -> int | None:
    """How many days from today the words mean, or None for other words."""
    if text in DAY_WORDS:
        return DAY_WORDS[text]
    found = DISTANCE.match(text)
    if found is not None:
        days = int(found[1]) * (DAYS_IN_WEEK if found[2] == "minggu" else 1)
        return days if found[3] == "lagi" else -days
    names = {name.lower(): number for number, name in enumerate(LONG_DAYS)}
    wanted = WEEKDAY_SPELLINGS.get(text, names.get(text))
    if wanted is None:
        return None
    ahead = (wanted - today.weekday()) % DAYS_IN_WEEK
    if leaning is Leaning.FUTURE:
        return ahead
    behind = ahead - DAYS_IN_WEEK if ahead else 0
    return behind if leaning is Leaning.PAST else wanted - today.weekday()


def _days_from(today: date, days: int) -> date | None:
    try:
        return date.fromordinal(today.toordinal() + days)
    except ValueError:
        return None


def _year(text: str) -> int:
    return int(text) if len(text) == DIGITS_OF_LONG_YEAR else CENTURY + int(text)


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_some_year(day: int, month: int, today: date, *, leaning: Leaning) -> date | None:
    if leaning is Leaning.SAME:
        return _day_of(today.year, month, day)
    step = -1 if leaning is Leaning.PAST else 1
    # 29 February may be up to eight years away, round a century that is no leap year.
    for distance in range(9):
        candidate = _day_of(today.year + step * distance, month, day)
        if candidate is not None and (candidate - today).days * step >= 0:
            return candidate
    return None


def _in_some_month(day: int, today: date, *, leaning: Leaning) -> date | None:
    if leaning is Leaning.SAME:
        return _day_of(today.year, today.month, day)
    step = -1 if leaning is Leaning.PAST else 1
    # A 31st is never more than two months away.
    for distance in range(3):
        months = today.year * MONTHS_IN_YEAR + today.month - 1 + step * distance
        candidate = _day_of(months // MONTHS_IN_YEAR, months % MONTHS_IN_YEAR + 1, day)
        if candidate is not None and (candidate - today).days * step >= 0:
            return candidate
    return None
