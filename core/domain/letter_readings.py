"""Who opened or printed a secret letter, and on which days.

The readings lie in the letter, as its changes do: so they are wherever the letter is, are as secret as it, move and are
erased with it. One is enough for a person, a day and a way of reading; whoever opens a letter ten times on one day, at
two PCs, opened it on that day.
"""

from datetime import date, datetime
from enum import IntEnum

import msgspec

from core.domain.ids import PositionId, UserId

# A letter keeps so many; the log of the server has all of them.
KEPT_READINGS = 80


class ReadingWay(IntEnum):
    """What somebody did with what is secret."""

    OPENED = 1  # read its text or its scans on the screen
    PRINTED = 2  # put it on paper, or into a file


class LetterReading(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """That a person read a secret letter on a day: `at` is the first time, by the server's clock."""

    user: UserId
    position: PositionId
    day: date
    way: ReadingWay
    at: datetime


def is_noted(readings: tuple[LetterReading, ...], user: UserId, day: date, *, way: ReadingWay) -> bool:
    """Whether it is on record that the person read the letter on this day in this way."""
    return any((one.user, one.day, one.way) == (user, day, way) for one in reversed(readings))


def with_reading(readings: tuple[LetterReading, ...], fresh: LetterReading) -> tuple[LetterReading, ...]:
    """`readings` and behind them one more.

    Where they are too many, the oldest goes that is not the first of its person: nobody who ever read the letter can
    be pushed out by the many days of somebody else.
    """
    kept = (*readings, fresh)
    while len(kept) > KEPT_READINGS:
        firsts: set[UserId] = set()
        repeated = None
        for place, one in enumerate(kept[:-1]):
            if one.user in firsts:
                repeated = place
                break
            firsts.add(one.user)
        gone = 0 if repeated is None else repeated
        kept = kept[:gone] + kept[gone + 1 :]
    return kept
