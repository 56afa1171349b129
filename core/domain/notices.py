"""What a PC tells its person without being asked, when, and what of a letter may leave the program's window.

A notice on the screen is seen by whoever passes, and what is copied for WhatsApp is out of the office's hands. So of a
letter that is terbatas or stricter neither ever names its subject, and nothing of it is copied (SKKAAD).
"""

from datetime import datetime
from enum import IntEnum

import msgspec

from core.domain.attendance import is_clock
from core.domain.letters import SecurityLevel, Urgency

SATURDAY = 5


class NoticeKind(IntEnum):
    """What there is to know."""

    TO_DECIDE = 1  # surat menunggu keputusan
    ASSIGNED = 2  # disposisi baru
    REMINDED = 3  # diingatkan
    DUE_SOON = 4  # tenggat disposisi, H-2
    OVERDUE = 5  # tenggat disposisi lewat
    REPLY_SOON = 6  # balasan, H-2
    REPLY_OVERDUE = 7  # balasan lewat
    EVENT_TODAY = 8  # acara hari ini
    EVENT_TOMORROW = 9  # acara besok
    ANSWERED = 10  # disposisi dilaporkan


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """When nothing is told but what cannot wait: from and until as times of day, over midnight too."""

    start: str = "17:00"
    end: str = "07:00"
    weekends: bool = True


def is_quiet(moment: datetime, hours: QuietHours, urgency: Urgency = Urgency.NORMAL) -> bool:
    """Whether a moment of the office's clock is to be quiet for a letter of that urgency.

    Sangat segera, which printed sheets call kilat, goes through at any time: it is for the night that it was marked so.
    Hours that cannot be read, or that begin when they end, are none.
    """
    if urgency >= Urgency.IMMEDIATE:
        return False
    if hours.weekends and moment.weekday() >= SATURDAY:
        return True
    start, end = hours.start, hours.end
    if not (start and end and is_clock(start) and is_clock(end)) or start == end:
        return False
    now = f"{moment:%H:%M}"
    return start <= now < end if start < end else now >= start or now < end


def may_be_named(security: SecurityLevel) -> bool:
    """Whether the subject of a letter may stand in a notice outside the program's window."""
    return security < SecurityLevel.RESTRICTED


def may_be_copied(security: SecurityLevel) -> bool:
    """Whether a text about a letter may be made for a messenger."""
    return security < SecurityLevel.RESTRICTED
