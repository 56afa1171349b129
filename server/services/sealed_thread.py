"""Opens sealed work beside the server, since there may be much of it and nobody waits for it on a line."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from server.services.sealed_work import SealedWorkService
from server.storage.faults import StoreFault

# What could not be opened is tried again after so long, and what an earlier run of the server left.
EVERY_S = 300.0
STOP_S = 60.0

logger = logging.getLogger(__name__)


@contextmanager
def opened_in_background(sealed: SealedWorkService) -> Iterator[None]:
    """Sealed work is opened as soon as it may be, for the length of the block."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(sealed, stop), name="sealed work", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        sealed.due.set()
        thread.join(STOP_S)


def _run(sealed: SealedWorkService, stop: threading.Event) -> None:
    while True:
        sealed.due.wait(EVERY_S)
        sealed.due.clear()
        if stop.is_set():
            return
        try:
            sealed.open_due()
        except StoreFault as err:
            logger.warning("sealed work could not be opened now: %s", err)
