"""The clock of the machine, for a scripted device among real PCs."""

from __future__ import annotations

import time


class WallClock:
    """Milliseconds since 1970."""

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000
