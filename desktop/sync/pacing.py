"""When to talk to the server: a pure rule with the clock and the dice handed in.

Between two visits lie 2 to 15 minutes, the longer the quieter it is, and never less than the server asks for; the
moment is drawn from the whole span, so that the PCs of a village do not come all at once when its power returns.
Failures wait 2 s, 4 s, ... 15 minutes at the most, drawn from the whole span (full jitter), and are forgotten at the
first success or when the network comes up. A live line is kept while a window is in front and a while after.
"""

from collections.abc import Callable

SHORTEST_S = 120.0
LONGEST_S = 900.0
# What a server in trouble may ask for at the most.
SERVER_LONGEST_S = 3600.0
FIRST_BACKOFF_S = 2.0
LEAST_BACKOFF_S = 0.5
# An act goes at once; those that follow it closely go together.
FIRST_ACT_S = 0.02
NEXT_ACT_S = 0.3
# How much of the quiet time until now may pass until the next visit.
QUIET_SHARE = 0.5
LINGER_S = 300.0
# So often in a row may a live connection fail before it ever answered, while visits succeed.
LIVE_TRIES = 2
HOLD_INSTEAD_S = 3600.0

Clock = Callable[[], float]
Uniform = Callable[[float, float], float]


class Pacing:
    """The state of the rule; all times are seconds of `clock`, all answers seconds from now."""

    def __init__(self, clock: Clock, uniform: Uniform) -> None:
        """`clock` never runs backwards; `uniform(low, high)` draws from the span."""
        self._clock = clock
        self._uniform = uniform
        self._known = False
        self._failures = 0
        self._asked_s = 0.0
        self._next_s = 0.0
        self._moved_at = clock()
        self._sent_at = clock() - NEXT_ACT_S
        self._active = False
        self._left_at = clock() - LINGER_S
        self._live_failures = 0
        self._live_silent = 0
        self._hold_until = clock()

    @property
    def in_trouble(self) -> bool:
        """Whether the last attempt to reach the server failed."""
        return self._failures > 0

    def reached(self, next_s: float = 0.0) -> None:
        """The server was reached; it asks not to be visited again before `next_s`."""
        self._known = True
        self._failures = 0
        self._asked_s = 0.0
        self._next_s = next_s

    def failed(self, wait_s: float = 0.0) -> None:
        """A visit failed; a server that was reached may ask to be left alone for `wait_s`."""
        self._failures += 1
        self._asked_s = wait_s

    def network_up(self) -> None:
        """The network is there again: whatever failed before tells nothing."""
        self._failures = self._live_failures = self._live_silent = 0
        self._asked_s = 0.0
        self._hold_until = self._clock()

    def moved(self) -> None:
        """Something was sent or came: people are at work."""
        self._moved_at = self._clock()

    def next_visit_s(self, *, live: bool = False) -> float:
        """How long to wait for the next visit; with a `live` connection it only looks after what was left over."""
        if self._failures:
            asked = min(self._asked_s, SERVER_LONGEST_S)
            return asked + self._backoff_s(self._failures)
        if live:
            return self._uniform(LONGEST_S / 2, LONGEST_S)
        low = min(SERVER_LONGEST_S, max(SHORTEST_S, self._next_s))
        quiet = self._clock() - self._moved_at
        return self._uniform(low, max(1.5 * low, min(LONGEST_S, quiet * QUIET_SHARE)))

    def act_s(self) -> float:
        """How long an act that was just done waits for others to travel with; counts as sent then."""
        now = self._clock()
        moment = max(now + FIRST_ACT_S, self._sent_at + NEXT_ACT_S)
        self._sent_at = moment
        return moment - now

    def set_active(self, *, active: bool) -> None:
        """A window came to the front, or left it."""
        if self._active and not active:
            self._left_at = self._clock()
        self._active = active

    @property
    def wants_live(self) -> bool:
        """Whether news are worth a held connection now; a visit comes first, and brings what has piled up."""
        return self._known and (self._active or self.linger_s > 0)

    @property
    def linger_s(self) -> float:
        """How much longer the connection is kept without a window in front."""
        return max(0.0, self._left_at + LINGER_S - self._clock())

    @property
    def holds_instead(self) -> bool:
        """Whether news have to be waited for with requests, because nothing else gets through."""
        return self._clock() < self._hold_until

    def live_up(self) -> None:
        """The live connection was answered."""
        self._live_failures = self._live_silent = 0
        self.reached(self._next_s)

    def live_refused(self) -> None:
        """Something on the way does not carry it."""
        self._hold_until = self._clock() + HOLD_INSTEAD_S

    def live_lost(self, *, was_up: bool) -> None:
        """The connection, or a held request, ended by a fault."""
        self._live_failures += 1
        if not was_up and not self._failures:
            self._live_silent += 1
            if self._live_silent >= LIVE_TRIES:
                self._live_silent = 0
                self.live_refused()

    def live_s(self) -> float:
        """How long to wait for the next attempt at a live connection."""
        return self._backoff_s(self._live_failures) if self._live_failures else 0.0

    def _backoff_s(self, failures: int) -> float:
        longest = min(LONGEST_S, FIRST_BACKOFF_S * 2.0 ** min(failures - 1, 10))
        return self._uniform(LEAST_BACKOFF_S, longest)
