"""Lets no copy of what was overwritten stay in the file of the database."""

import time
from collections.abc import Callable

from server.storage.database import Database

# Whoever writes waits for as long as the whole file takes: a second for some hundred megabytes.
EVERY_S = 24 * 3600.0


class Rewriting:
    """Belongs to one thread."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._next = float("-inf")

    def do_due(self) -> bool:
        """Write the file anew if something was overwritten, once a day at most; whether it was done. StoreFault."""
        if self._clock() < self._next or not self._database.write_anew():
            return False
        self._next = self._clock() + EVERY_S
        return True
