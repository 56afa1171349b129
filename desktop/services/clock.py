"""The clock that services use: replaced in tests, never read twice in one act."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], datetime]

# Waktu Indonesia Barat, Tengah and Timur have no daylight saving, so fixed offsets are exact.
WIB = timezone(timedelta(hours=7), "WIB")


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime, zone: timezone = WIB) -> date:
    """The calendar day of a moment where the office is."""
    return moment.astimezone(zone).date()


def millis(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.timestamp() * 1000)
