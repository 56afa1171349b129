"""How often a wrong password was given, and how long the next try has to wait.

Five tries are free; from then on the wait doubles from half a minute to a quarter of an hour, which leaves about a
hundred tries a day and never locks a person out for good. A try counts before it is looked at, so that ending the
program in between wins nothing; the right password forgets the wrong ones.

The clock of a PC is anybody's to set. So a wait has passed only when it has by the clock and by the ticks of the PC,
which count since it was started and cannot be set; after a start of the PC they count from there.
"""

import math
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from desktop.system.kept_json import read_kept
from desktop.system.profile import write_whole

FREE_TRIES = 5
FIRST_WAIT_S = 30
LONGEST_WAIT_S = 15 * 60


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """The tries of one person since the last right password."""

    count: int = 0
    last_s: float = 0.0
    ticks_s: float = 0.0


def wait_after(count: int) -> int:
    """Seconds to wait after that many wrong tries."""
    if count < FREE_TRIES:
        return 0
    return int(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(count - FREE_TRIES, 16)))


class Tries:
    """The wrong tries on this PC, kept in a file so that a new start does not forget them."""

    def __init__(self, path: Path, *, ticks: Callable[[], float] = time.monotonic) -> None:
        """The file is made with the first try; `ticks` are seconds since some moment that a start of the PC renews."""
        self._path = path
        self._ticks = ticks

    def wait_s(self, user: int, *, now_s: float) -> int:
        """Whole seconds until this person may try again; 0 for now."""
        known = self._read()
        wrong = known.get(str(user), Wrong())
        ticks_s = self._ticks()
        if now_s < wrong.last_s or ticks_s < wrong.ticks_s:
            # The clock was set back: the wait begins anew, or it could last as long as the clock was wrong. The PC was
            # started: so long it has waited at least.
            begun = wrong.ticks_s if ticks_s >= wrong.ticks_s else 0.0
            wrong = Wrong(count=wrong.count, last_s=min(now_s, wrong.last_s), ticks_s=begun)
            self._write({**known, str(user): wrong})
        waited = min(now_s - wrong.last_s, ticks_s - wrong.ticks_s)
        return max(0, math.ceil(wait_after(wrong.count) - waited))

    def begin(self, user: int, *, now_s: float) -> None:
        """A try is about to be looked at."""
        known = self._read()
        before = known.get(str(user), Wrong())
        self._write({**known, str(user): Wrong(count=before.count + 1, last_s=now_s, ticks_s=self._ticks())})

    def succeeded(self, user: int) -> None:
        """It was right."""
        known = self._read()
        if known.pop(str(user), None) is not None:
            self._write(known)

    def _read(self) -> dict[str, Wrong]:
        return read_kept(self._path, dict[str, Wrong])

    def _write(self, known: dict[str, Wrong]) -> None:
        write_whole(self._path, msgspec.json.encode(known), private=True)
