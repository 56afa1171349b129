"""Events, in words."""

from PySide6.QtCore import QCoreApplication

from core.domain.attendance import EventTime, Part
from desktop.widgets.dates import format_date, format_date_long
from desktop.widgets.theme import Tone

# The fields of a letter that hold a time of day.
CLOCKS = ("event_from", "event_until")


def clock_text(clock: str) -> str:
    """A time of day as it is written in letters."""
    return clock.replace(":", ".")


def times_text(time: EventTime) -> str:
    """From when to when, without the day."""
    translate = QCoreApplication.translate
    if not time.start:
        return translate("Events", "jam belum dicatat")
    if not time.end:
        return clock_text(time.start)
    return f"{clock_text(time.start)}–{clock_text(time.end)}"


def event_text(time: EventTime, place: str) -> str:
    """When and where, in one line."""
    return " · ".join(filter(None, (format_date_long(time.day), times_text(time), place)))


def short_event_text(time: EventTime, place: str) -> str:
    """As `event_text`, where there is little room."""
    return " · ".join(filter(None, (format_date(time.day), times_text(time), place)))


def part_text(part: Part) -> str:
    """What an event is to a position."""
    translate = QCoreApplication.translate
    return {
        Part.NONE: translate("Events", "Bukan acara jabatan ini"),
        Part.OPEN: translate("Events", "Belum diputuskan"),
        Part.COMES: translate("Events", "Hadir sendiri"),
        Part.REPRESENTS: translate("Events", "Mewakili"),
        Part.DELEGATED: translate("Events", "Diwakilkan"),
        Part.ABSENT: translate("Events", "Tidak hadir"),
    }[part]


def part_look(part: Part) -> tuple[Tone, str]:
    """The colour and the icon of it."""
    return {
        Part.NONE: (Tone.NEUTRAL, ""),
        Part.OPEN: (Tone.WARNING, "hourglass"),
        Part.COMES: (Tone.SUCCESS, "circle-check"),
        Part.REPRESENTS: (Tone.SUCCESS, "users"),
        Part.DELEGATED: (Tone.INFO, "arrow-ramp-right"),
        Part.ABSENT: (Tone.NEUTRAL, "circle-x"),
    }[part]
