"""One process's part of a long run, in rounds; a module of its own, so that a new process finds it."""

from __future__ import annotations

import faulthandler
import resource

from tests.fuzzing.decoders import decoders
from tests.fuzzing.running import Fed, feed

A_ROUND = 100_000
HANGS_S = 600


def one_round(task: tuple[int, int]) -> tuple[Fed, int]:
    """(what became of `(inputs, seed)`, the most memory that this process had so far in KiB).

    A process whose round takes ten minutes says where it stands and ends: that would be a hang.
    """
    inputs, seed = task
    faulthandler.dump_traceback_later(HANGS_S, exit=True)
    fed = feed(decoders(), inputs=inputs, seed=seed)
    faulthandler.cancel_dump_traceback_later()
    return fed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
