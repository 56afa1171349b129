"""Two carriers, one store: what may travel at a time, and which frames come too late.

A live connection and a request may bring the same stream. Each tells it in order, from where the PC stood when it was
asked; between the two there is no order. Applied as it stands, a frame that was read on the server before another one
would put a row back into a stream that it has left meanwhile.
"""

import threading
from collections.abc import Callable, Iterable

from core.domain.ids import StreamId
from core.protocol.messages import Control, Data, StreamGrant
from desktop.storage.meta import SyncFacts

_PATIENCE_S = 0.1


class OutboxGate:
    """Lets one carrier at a time have ops under way; from any thread."""

    def __init__(self) -> None:
        """Open."""
        self._lock = threading.Lock()

    def take(self, cancelled: Callable[[], bool]) -> bool:
        """Wait for the turn; False if it was cancelled first."""
        while not self._lock.acquire(timeout=_PATIENCE_S):
            if cancelled():
                return False
        return True

    def try_take(self) -> bool:
        """Take the turn if nobody has it."""
        return self._lock.acquire(blocking=False)

    def give_back(self) -> None:
        """Let the next one."""
        self._lock.release()


def is_overtaken(data: Data, stored: int | None, told: dict[StreamId, int] | None) -> bool:
    """Whether a frame must be left out, because the stored cursor is no longer where its sender started from.

    A stored cursor beyond the start means that another carrier brought some of it: all of it, if the cursor has reached
    the frame's; otherwise the frame says everything once more and more. One before the start means that the stream was
    taken away and given again: the frame would leave a gap. `told` moves with the frame in any case, but not with a
    glance at a stream, which carries 0.
    """
    if told is None:
        return False
    stream = StreamId(data.stream)
    start = told.get(stream, 0)
    told[stream] = data.cursor or start
    if stored is None or stored == start:
        return False
    return stored < start or stored >= data.cursor > 0


def what_holds(control: Control, facts: SyncFacts) -> Control:
    """An answer, or nothing of it where it was given before the server was put back and comes after that was heard.

    What it says was taken is lost since and waits here again: to believe it would be to lose it on this side too.
    """
    if facts.next_feed_epoch and control.feed_epoch == facts.feed_epoch:
        return Control(feed_epoch=control.feed_epoch, now_ms=control.now_ms, grants=facts.grants)
    return control


def forget_others(told: dict[StreamId, int] | None, granted: Iterable[StreamGrant]) -> None:
    """The sender begins anew with streams that it takes away."""
    if told is not None:
        held = {grant.stream for grant in granted}
        for stream in told.keys() - held:
            del told[stream]
