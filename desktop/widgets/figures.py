"""Counts, sizes and short spans of time with Indonesian separators; pure Python, no Qt."""

import math

KILOBYTE = 1000
MEGABYTE = 1000 * KILOBYTE
GIGABYTE = 1000 * MEGABYTE
MINUTE = 60
HOUR = 60 * MINUTE
WHOLE_FROM = 10


def format_count(value: int) -> str:
    """Write `1.234`: a point every three digits."""
    return f"{value:,}".replace(",", ".")


def format_size(size: int) -> str:
    """Write a size in bytes as people say it: `138 KB`, `1,2 MB`. Sizes are decimal, as drives are sold."""
    if size < KILOBYTE:
        return f"{size} B"
    for unit, name in ((KILOBYTE, "KB"), (MEGABYTE, "MB"), (GIGABYTE, "GB")):
        amount = size / unit
        # 999.6 KB would round to 1000 KB; the next unit says it better.
        if round(amount) < KILOBYTE or unit == GIGABYTE:
            return f"{_short(amount, whole=unit == KILOBYTE)} {name}"
    raise AssertionError(size)


def format_span(seconds: float) -> str:
    """Write an estimate as `± 6 detik`, `± 3 menit` or `± 2 jam`; never less than one second."""
    if seconds < MINUTE:
        return f"± {max(1, math.ceil(seconds))} detik"
    if seconds < HOUR:
        return f"± {math.ceil(seconds / MINUTE)} menit"
    return f"± {math.ceil(seconds / HOUR)} jam"


def _short(amount: float, *, whole: bool) -> str:
    if whole or amount >= WHOLE_FROM:
        return format_count(round(amount))
    return f"{amount:.1f}".replace(".", ",")
