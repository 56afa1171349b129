"""The event of an invitation, who goes there, and which events meet at the same time.

An invitation (surat undangan) names a day, the times, and a place. Each position that it concerns decides for itself:
hadir sendiri, diwakilkan, tidak hadir. Who represents somebody may come, pass it on or stay away like anybody else.
"""

import re
from datetime import date, datetime
from enum import Enum, IntEnum

import msgspec

from core.domain.ids import PositionId, RowId, UserId
from core.domain.offices import NO_DELEGATION

MAX_PLACE = 300
# An event without an end is taken to last so long, where somebody asks what it meets with.
USUAL_MINUTES = 120
DAY_MINUTES = 24 * 60
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


class Attending(IntEnum):
    """What somebody decided on an invitation."""

    COMES = 1  # hadir sendiri
    DELEGATED = 2  # diwakilkan
    ABSENT = 3  # tidak hadir


class Attendance(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What one position decided, and who said so; `delegates` go in its place.

    `under` names the delegation, if not its holder decided. `entered_as`: the position in which `by` entered what the
    leader said; 0 where he decided himself.
    """

    position: PositionId
    how: Attending
    delegates: tuple[PositionId, ...]
    by: UserId
    at: datetime
    under: RowId = NO_DELEGATION
    entered_as: PositionId = PositionId(0)


class Part(Enum):
    """What an event is to one position."""

    NONE = "none"  # it is somebody else's
    OPEN = "open"  # belum diputuskan
    COMES = "comes"  # hadir sendiri
    REPRESENTS = "represents"  # mewakili
    DELEGATED = "delegated"  # diwakilkan
    ABSENT = "absent"  # tidak hadir


BUSY = frozenset({Part.OPEN, Part.COMES, Part.REPRESENTS})


def part_of(
    position: PositionId,
    attendance: tuple[Attendance, ...],
    *,
    addressee: PositionId | None,
    involved: tuple[PositionId, ...],
) -> Part:
    """What the event of a letter is to a position.

    Once somebody has decided, it is no longer a question to everybody who was shown the letter, but to whom it was
    addressed.
    """
    own = decision_of(position, attendance)
    if own is not None and own.how != Attending.COMES:
        return Part.DELEGATED if own.how == Attending.DELEGATED else Part.ABSENT
    if represented_by(position, attendance):
        return Part.REPRESENTS
    if own is not None:
        return Part.COMES
    if position == addressee or (not attendance and position in involved):
        return Part.OPEN
    return Part.NONE


def decision_of(position: PositionId, attendance: tuple[Attendance, ...]) -> Attendance | None:
    """What a position decided, or None."""
    return next((one for one in attendance if one.position == position), None)


def represented_by(position: PositionId, attendance: tuple[Attendance, ...]) -> tuple[PositionId, ...]:
    """The positions in whose place a position goes."""
    return tuple(one.position for one in attendance if one.how == Attending.DELEGATED and position in one.delegates)


def with_attendance(attendance: tuple[Attendance, ...], decided: Attendance) -> tuple[Attendance, ...]:
    """`attendance` with what one position decided in the place of what it had decided before."""
    return (*(one for one in attendance if one.position != decided.position), decided)


def is_clock(text: str) -> bool:
    """Whether a text is a time of day as it is kept: `09:30`, or empty where none is known."""
    return not text or _CLOCK.fullmatch(text) is not None


def clock_of(typed: str) -> str | None:
    """A time of day as people type it (`9`, `9.30`, `0930`, `09:30 WIB`), as it is kept; None if it is none."""
    text = re.sub(r"\s*(wib|wita|wit)\.?$", "", typed.strip().lower())
    if not text:
        return ""
    found = re.fullmatch(r"(\d{1,2})(?:[.:](\d{2}))?|(\d{2})(\d{2})", text, re.ASCII)
    if found is None:
        return None
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None  # noqa: PLR2004  # a day


class EventTime(msgspec.Struct, frozen=True):
    """When an event is; times as they are kept, empty where they are not known."""

    day: date
    start: str = ""
    end: str = ""

    @property
    def minutes(self) -> tuple[int, int] | None:
        """From when to when of its day; None where it is not known when it begins.

        An end that is missing, or before the beginning, is put where such events usually end.
        """
        start, end = _minutes(self.start), _minutes(self.end)
        if start is None:
            return None
        return (start, end) if end is not None and end > start else (start, min(start + USUAL_MINUTES, DAY_MINUTES))


def meet(one: EventTime, other: EventTime) -> bool:
    """Whether two events are at the same time; of one whose beginning nobody knows that cannot be said."""
    here, there = one.minutes, other.minutes
    if one.day != other.day or here is None or there is None:
        return False
    return here[0] < there[1] and there[0] < here[1]


def _minutes(text: str) -> int | None:
    found = _CLOCK.fullmatch(text)
    return None if found is None else int(found[1]) * 60 + int(found[2])
