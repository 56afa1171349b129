"""Where a request may end between the ops that wait, and how much of them goes at once.

A request counts when it is there as a whole. On a line that drops each 64 kB one of 200 kB never is, however often it
is sent; so after a cut less is sent, down to what any line lets through, and more again when much was answered.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter

from core.protocol.ops import read_op
from desktop.storage.outbox import OutboxEntry
from desktop.system.faults import EnvironmentFault, FaultOf

PUSH_BYTES = 256 * 1024
LEAST_BYTES = 8 * 1024
# So many requests are answered before more is tried.
PATIENCE = 8


class PushSize:
    """How many bytes of ops go in one request; belongs to whoever holds the turn to send."""

    def __init__(self) -> None:
        """As much as on a good line."""
        self.most = PUSH_BYTES
        self._answered = 0

    def fitting(self, entries: Iterable[OutboxEntry], *, most_ops: int) -> list[bytes]:
        """The first of the ops that wait, so many at the most; at least those that go together."""
        batch: list[bytes] = []
        size = 0
        for run in runs_of(entries):
            size += sum(len(op) for op in run)
            if batch and (size > self.most or len(batch) + len(run) > most_ops):
                break
            batch.extend(run)
        return batch

    @contextmanager
    def watched(self, ops: Sequence[bytes]) -> Iterator[None]:
        """The block sends these ops: learn from how that goes."""
        size = sum(map(len, ops))
        try:
            yield
        except EnvironmentFault as fault:
            if fault.code is FaultOf.NO_NETWORK and size > LEAST_BYTES:
                self.most = max(LEAST_BYTES, min(self.most, size) // 2)
                self._answered = 0
            raise
        # A line that dropped does so again: what is tried too early is lost as a whole.
        self._answered += bool(ops)
        if self._answered >= PATIENCE:
            self._answered = 0
            self.most = min(PUSH_BYTES, 2 * self.most)


def runs_of(entries: Iterable[OutboxEntry]) -> Iterator[list[bytes]]:
    """The ops, parted where a request may end: ops of one group stand or fall together, so they go together."""
    numbered = ((read_op(entry.op).group, entry.op) for entry in entries)
    for group, run in groupby(numbered, key=itemgetter(0)):
        ops = [op for _, op in run]
        if group:
            yield ops
        else:
            yield from ([op] for op in ops)
