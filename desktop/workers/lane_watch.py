"""Tells a lane that is stuck from one that is slow: a rule without a clock, asked at every look of the watchdog."""

from typing import Literal

# Longer than any timer of the lane's own work: 30 s without a byte, 50 s of a held request, 65 s of silence.
WATCH_S = 30.0
LOOKS = 6

Verdict = Literal["fine", "interrupt", "restart"]


class LaneWatch:
    """Watches one lane. What hangs is interrupted first, and given up if that does not help."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        self._seen: int | None = None
        self._still = 0

    def look(self, beats: int | None) -> Verdict:
        """What to do about a lane whose work has these beats now; None when it has no work."""
        if beats is None or beats != self._seen:
            self._seen, self._still = beats, 0
            return "fine"
        self._still += 1
        if self._still == LOOKS:
            return "interrupt"
        if self._still >= 2 * LOOKS:
            self._seen, self._still = None, 0
            return "restart"
        return "fine"
