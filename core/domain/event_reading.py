"""Reads from what a letter says when its event is and where; offered to whoever enters it, never taken by itself."""

import re
from datetime import date

import msgspec

from core.domain.attendance import MAX_PLACE, clock_of

_MONTHS = (
    *("januari", "februari", "maret", "april", "mei", "juni"),
    *("juli", "agustus", "september", "oktober", "november", "desember"),
)
_DAY = re.compile(
    rf"\b(\d{{1,2}})(?:\s+({'|'.join(_MONTHS)}|nopember|pebruari)(?:\s+(\d{{4}}))?|[/-](\d{{1,2}})[/-](\d{{4}}))\b",
    re.IGNORECASE | re.ASCII,
)
_CLOCK = r"(\d{1,2}[.:]\d{2}|\d{1,2})"
_TIMES = re.compile(
    rf"\b(?:pukul|pkl\.?|jam)\s*:?\s*{_CLOCK}(?:\s*wib)?(?:\s*(?:-|–|s\.?\s?/?d\.?|sampai(?: dengan)?)\s*{_CLOCK})?",
    re.IGNORECASE | re.ASCII,
)
_PLACE = re.compile(r"\b(?:bertempat\s+di|tempat\s*:|di)\s+([^\n.;]+)", re.IGNORECASE)
_INVITES = re.compile(r"\b(?:undangan|mengundang|rapat|upacara|musrenbang|pelantikan|acara)\b", re.IGNORECASE)
_OTHER_NAMES = {"nopember": "november", "pebruari": "februari"}
# A day without a year that lies further back is that of the next year.
_BACK_DAYS = 60


class ReadEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What was read; times and place are empty where nothing says them."""

    day: date
    start: str = ""
    end: str = ""
    place: str = ""


def read_event(text: str, near: date) -> ReadEvent | None:
    """The event that a text plainly speaks of, as letters are written around `near`; None if it names no day of one.

    A day alone is none: it has to stand beside a time, or in the words of an invitation.
    """
    day = _day_in(text, near)
    times = _TIMES.search(text)
    if day is None or (times is None and _INVITES.search(text) is None):
        return None
    place = _PLACE.search(text, times.end() if times else day[1])
    return ReadEvent(
        day=day[0],
        start=(clock_of(times[1]) or "") if times else "",
        end=(clock_of(times[2]) or "") if times and times[2] else "",
        place=place[1].strip(" ,")[:MAX_PLACE] if place else "",
    )


def _day_in(text: str, near: date) -> tuple[date, int] | None:
    """The first day that is one, and where it ends."""
    for found in _DAY.finditer(text):
        number, name, year, month, other_year = found.groups()
        if name:
            name = name.lower()
            month = _MONTHS.index(_OTHER_NAMES.get(name, name)) + 1
        try:
            day = date(int(year or other_year or near.year), int(month), int(number))
            if not year and not other_year and (near - day).days > _BACK_DAYS:
                day = day.replace(year=day.year + 1)
        except ValueError:
            continue
        return day, found.end()
    return None
