"""The share of the line that files may take: a token bucket that lets bursts through and rests between them.

In bursts, because only a line that is kept full tells its rate: a file that drips at 0.6 of the rate would be measured
at 0.6, and the next one would get 0.6 of that. Pure: moments are given, in seconds of a clock that never goes back.
"""

SMALLEST_BURST = 128 * 1024
BURST_S = 2.0


class FileBudget:
    """Over any stretch of t seconds no more than `burst + rate x t` bytes go."""

    def __init__(self, rate: float, now: float) -> None:
        """Begin with a full bucket; `rate` in bytes a second, more than 0."""
        self._rate = rate
        self.burst = max(SMALLEST_BURST, int(rate * BURST_S))
        self._tokens = float(self.burst)
        self._at = now
        self._resting = False

    def wait_for(self, count: int, now: float) -> float:
        """Seconds until `count` bytes (at most `burst`) may go; 0: now, and they are spent."""
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        # An empty bucket fills up before anything goes on.
        needed = self.burst if self._resting else count
        if self._tokens + 1e-6 < needed:
            self._resting = True
            return max(1e-3, (self.burst - self._tokens) / self._rate)
        self._resting = False
        self._tokens = max(0.0, self._tokens - count)
        return 0.0
