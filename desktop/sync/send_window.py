"""How much of a file may be on its way at a time, so that the line stays full and nothing waits behind it.

A line with a queue delivers no faster for being given more than rate x round trip: the rest stands in the queue, and
every other request stands behind it (an operation then waits 0.5 to 2.4 s on an office line). So the window follows the
round trip of the counts: it steers for a queue of `QUEUE_S`, by the rule of FAST TCP (Wei, Jin, Low, Hegde 2006), and
empties the line from time to time to learn the bare round trip anew, as LEDBAT++ does.

Pure: every moment is given, in seconds of a clock that never goes back.
"""

from collections import deque

FLOOR = 16 * 1024
CEILING = 4 * 1024 * 1024
FIRST = 40 * 1024
# A try behind a cut does not begin by growing: it may begin with what an office line holds and the queue steered for.
AFTER_CUT = 48 * 1024
QUEUE_S = 0.08
REFRESH_S = 30.0
# Until a queue shows, the window may grow by so much a round trip: one overshoot of it stays within two round trips.
GROWTH = 1.5
# A rate is told from as many bytes as make the grain of the line and of the clock small beside it.
SAMPLE_BYTES = 48 * 1024
SMOOTHING = 0.3


class SendWindow:
    """The window of one upload. `sent` and `counted` are places in the file, in bytes."""

    def __init__(
        self, offset: int, *, size: int = FIRST, rate: float = 0.0, ahead: int = 0, starting: bool = True
    ) -> None:
        """Begin at `offset` with what an earlier window of this line came to: its size, its rate (0: not known).

        So many bytes went `ahead` of the first answer. Their moment says nothing: the line was made meanwhile.
        Unless it is `starting`, it grows no more than a queue of `QUEUE_S` asks for.
        """
        self._sent, self._counted = offset + ahead, offset
        self._size = self._met = float(max(FLOOR, size))
        self._pieces: deque[tuple[int, float]] = deque()
        self._shortest = float("inf")
        self._refreshed = 0.0
        self._draining = False
        self._starting = starting
        self._adapted = offset
        self._rate = rate
        self._full = False
        self._sample: tuple[int, float] | None = None

    @property
    def size(self) -> int:
        """Bytes that may be on the way."""
        return int(self._size)

    @property
    def after_cut(self) -> int:
        """The size for the next try of a line that was cut.

        No piece came back yet that tells what the last growth did: each try would send more than the one before.
        """
        return int(min(self._size, max(self._met, AFTER_CUT)))

    @property
    def room(self) -> int:
        """Bytes that may be sent now."""
        return max(0, int(self._size) - (self._sent - self._counted))

    @property
    def on_the_way(self) -> int:
        """Bytes that were sent and not counted yet."""
        return self._sent - self._counted

    @property
    def rate(self) -> float:
        """What the line carries, in bytes a second; 0 while that is not known.

        Only stretches in which the line was kept full tell it: what a budget held back says nothing of the line.
        """
        return self._rate

    def send(self, count: int, now: float) -> None:
        """Note that `count` more bytes were sent."""
        if not self._pieces and not self._refreshed:
            self._refreshed = now
        self._sent += count
        self._pieces.append((self._sent, now))

    def hold(self) -> None:
        """Note that the sender waits for the window, and not for anything else."""
        self._full = True

    def count(self, offset: int, now: float) -> None:
        """Note that the server has everything before `offset`."""
        offset = min(offset, self._sent)
        if offset <= self._counted:
            return
        self._counted = offset
        sent_at = None
        while self._pieces and self._pieces[0][0] <= offset:
            sent_at = self._pieces.popleft()[1]
        self._measure(offset, now)
        if sent_at is not None:
            self._adapt(offset, round_trip=now - sent_at, now=now)
        self._full = False

    def _measure(self, offset: int, now: float) -> None:
        if not self._full:
            self._sample = None
        elif self._sample is None:
            self._sample = (offset, now)
        elif offset - self._sample[0] >= SAMPLE_BYTES and now > self._sample[1]:
            rate = (offset - self._sample[0]) / (now - self._sample[1])
            self._rate = rate if not self._rate else self._rate + SMOOTHING * (rate - self._rate)
            self._sample = (offset, now)

    def _adapt(self, offset: int, *, round_trip: float, now: float) -> None:
        self._shortest = min(self._shortest, round_trip)
        if self._draining:
            if offset >= self._adapted:
                # What comes back from here on was sent with the smaller window, and has met no queue.
                self._draining, self._adapted, self._shortest = False, self._sent, round_trip
            return
        if now - self._refreshed >= REFRESH_S:
            self._draining, self._refreshed, self._adapted = True, now, self._sent
            self._size = max(FLOOR, self._size * self._shortest / (self._shortest + 2 * QUEUE_S))
            return
        if offset < self._adapted or not self._full:
            return
        self._met = self._size
        self._starting = self._starting and round_trip - self._shortest < QUEUE_S / 4
        if self._starting:
            wanted = self._size * GROWTH
        else:
            wanted = self._size * (self._shortest + QUEUE_S) / max(round_trip, QUEUE_S / 10)
            if wanted > self._size / GROWTH:
                wanted = (self._size + wanted) / 2
        before, self._size = self._size, min(CEILING, max(FLOOR, min(wanted, GROWTH * self._size)))
        # Once a round trip, and not before a piece came back that met what this step adds to the queue.
        self._adapted = self._sent + max(0, int(self._size - before))
