"""Moments as the clock on the office's wall shows them."""

from datetime import datetime

from desktop.services.clock import WIB


def local(moment: datetime) -> datetime:
    """An aware moment in local time."""
    return moment.astimezone(WIB)
