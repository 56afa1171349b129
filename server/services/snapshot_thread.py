"""Runs the makers of snapshots and of daily heads beside the server, as the least urgent of its work."""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from server.services.daily_heads import DailyHeadService
from server.services.leavings import Leavings
from server.services.rewriting import Rewriting
from server.services.snapshots import SnapshotMaker
from server.storage.faults import StoreFault

FIRST_S = 60.0
EVERY_S = 300.0
NICE = 15
STOP_S = 60.0

logger = logging.getLogger(__name__)


@contextmanager
def made_in_background(
    maker: SnapshotMaker,
    heads: DailyHeadService | None = None,
    leavings: Leavings | None = None,
    rewriting: Rewriting | None = None,
) -> Iterator[None]:
    """Snapshots are kept as they should be, and the log is signed daily, for the length of the block.

    Files that are known no more are removed, and so are copies of what was overwritten.
    """
    stop = threading.Event()
    works: list[Callable[[], object]] = [lambda: maker.make_all(stop.is_set)]
    if heads is not None:
        works.insert(0, heads.make_due)
    if leavings is not None:
        works.append(leavings.clear)
    if rewriting is not None:
        works.append(rewriting.do_due)
    thread = threading.Thread(target=_run, args=(works, stop), name="snapshots", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(STOP_S)


def _run(works: Sequence[Callable[[], object]], stop: threading.Event) -> None:
    if sys.platform == "linux":
        # Linux takes the number of a thread here; elsewhere it would slow down the whole server.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
    wait = FIRST_S
    while not stop.wait(wait):
        wait = EVERY_S
        try:
            for work in works:
                work()
        except (StoreFault, OSError) as err:
            logger.warning("heads and snapshots could not be made now: %s", err)
