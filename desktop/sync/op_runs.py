"""Where a request may end between the ops that wait."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from core.protocol.ops import read_op
from desktop.storage.outbox import OutboxEntry


def runs_of(entries: Iterable[OutboxEntry]) -> Iterator[list[bytes]]:
    """The ops, parted where a request may end: ops of one group stand or fall together, so they go together."""
    numbered = ((read_op(entry.op).group, entry.op) for entry in entries)
    for group, run in groupby(numbered, key=itemgetter(0)):
        ops = [op for _, op in run]
        if group:
            yield ops
        else:
            yield from ([op] for op in ops)
