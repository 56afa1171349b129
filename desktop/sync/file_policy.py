"""Which file goes next, and how much of the line it may take. Pure: the hour and the turn are given."""

from collections.abc import Sequence
from datetime import date, timedelta

from core.domain.letters import IncomingLetter
from desktop.storage.blob_table import BlobRow, BlobState, FileReason

OFFICE_SHARE = 0.6
FULL_SHARE = 1.0
# Each so many files one goes by age alone, so that nothing waits for ever behind what keeps coming.
OLDEST_EVERY = 4
NEWS_DAYS = 14


def is_night(hour: int, *, begin: int, end: int) -> bool:
    """Whether an hour (0 to 23, local) lies from `begin` on and before `end`; equal hours: never."""
    return begin <= hour < end if begin <= end else hour >= begin or hour < end


def share_of(reason: FileReason, *, night: bool) -> float:
    """The share of the measured rate that a file may take: all at night, and for whoever sits before it waiting.

    Thumbnails belong to what is said of a letter, which nothing holds back.
    """
    return FULL_SHARE if night or reason <= FileReason.THUMBNAIL else OFFICE_SHARE


def may_go(row: BlobRow, *, night: bool) -> bool:
    """Whether a file may go at this hour: what nobody asked for waits for the night."""
    return night or row.state == BlobState.TO_SEND or row.reason != FileReason.NIGHT


def wants_thumbnail(letter: IncomingLetter, today: date) -> bool:
    """Whether the thumbnails of a letter come with it: of the newest ones, which are the ones that are looked at."""
    return not letter.is_secret and letter.received_on >= today - timedelta(days=NEWS_DAYS)


def choose(waiting: Sequence[BlobRow], *, turn: int, night: bool) -> BlobRow | None:
    """The file that goes next; `turn` counts the files of before.

    What a person opened goes first, the newest wish before the older ones. Then by reason, and within a reason the
    newest first: it was just scanned, or just arrived. Every `OLDEST_EVERY`th turn belongs to the oldest of all.
    """
    allowed = [row for row in waiting if may_go(row, night=night)]
    if not allowed:
        return None
    opened = [row for row in allowed if row.reason == FileReason.OPENED and row.state == BlobState.WANTED]
    if opened:
        return max(opened, key=lambda row: row.added_ms)
    if turn % OLDEST_EVERY == OLDEST_EVERY - 1:
        return min(allowed, key=lambda row: row.added_ms)
    return min(allowed, key=lambda row: (row.reason, -row.added_ms))
