"""Finds the ops that made what a device is to be told, so that it can be told them in place of the rows."""

from collections.abc import Sequence
from itertools import accumulate

from core.protocol.brevity import TOLD_AS_ACTS, ToldOp, tell
from core.protocol.codec import decode
from core.protocol.messages import Data, OpResult, Outcome
from core.protocol.ops import read_op
from server.services.covered_ops import is_covered
from server.storage.database import TenantStore

# More news than a few acts make goes as rows: many of them are packed better together.
MOST_ROWS = 8


def ops_of(store: TenantStore, frames: Sequence[Data]) -> tuple[ToldOp, ...]:
    """The ops whose records are all that the frames bring, in order; () if other things are to be told.

    Of every op each record must be there, as the op left it: then whoever stood where the frames begin arrives at the
    very records by performing the ops, and is told of none that it may not have. All of them are in one stream: an op
    does not say in which of several a record belongs.
    """
    if sum(bool(frame.blocks) for frame in frames) != 1:
        return ()
    blocks = [block for frame in frames for block in frame.blocks]
    revisions = sorted(rev for block in blocks for rev in accumulate(block.revs))
    if not 0 < len(revisions) <= MOST_ROWS or any(block.gone for block in blocks):
        return ()
    told: list[ToldOp] = []
    while revisions:
        logged = store.ops.that_made(revisions[0])
        if logged is None or not logged.op or is_covered(logged.op):
            return ()
        op, result = read_op(logged.op), decode(logged.result, OpResult)
        made = range(result.first_rev, logged.seq)
        # Of what came late, or from a clock that was wrong, only the rows tell when it came.
        plain = not result.late_s and op.corrected_ms <= logged.received_ms
        everyday = plain and result.outcome == Outcome.ACCEPTED and result.same and op.act in TOLD_AS_ACTS
        if not everyday or revisions[: len(made)] != list(made):
            return ()
        told.append(tell(op, first_rev=result.first_rev, received_ms=logged.received_ms))
        revisions = revisions[len(made) :]
    return tuple(told)
