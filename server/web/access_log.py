"""Who was let in, and what was refused: one line an event on standard error, for whoever looks after the server.

A line holds what happened, the address of the socket, and ids of device and person; never a token, a code, a password,
a path with a hash, or anything that somebody typed. Whoever knocks without end fills no disk: of more than `A_MINUTE`
lines in a minute the rest is counted.
"""

import logging
import threading
import time
from collections.abc import Callable

from core.domain.ids import DeviceId, UserId
from core.protocol.faults import FaultCode

A_MINUTE = 300
# What an honest PC meets on a usual day is no event.
_USUAL = frozenset(
    {
        FaultCode.WRONG_OFFSET,
        FaultCode.WRONG_HASH,
        FaultCode.BUSY,
        FaultCode.STALE,
        FaultCode.TOO_OLD,
        FaultCode.SEALED,
        FaultCode.NOT_FOUND,
    }
)
logger = logging.getLogger("server.access")


class AccessLog:
    """Writes the lines of one server; `seconds` is a clock that never goes back."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._guard = threading.Lock()
        self._minute, self._lines = 0.0, 0

    def let_in(self, way: str, *, address: str, device: DeviceId, user: UserId) -> None:
        """Somebody was let in: `way` is enrol, session or password."""
        self._write(f"masuk way={way} address={address} device={device.hex()} user={user}")

    def refused(self, way: str, *, address: str, code: FaultCode) -> None:
        """A request was refused that no honest PC makes on a usual day; `way` is the first word of its path."""
        if code not in _USUAL:
            self._write(f"ditolak way={way} address={address} code={code.value}")

    def _write(self, line: str) -> None:
        with self._guard:
            now = self._seconds()
            left_out = 0
            if now - self._minute >= 60:  # noqa: PLR2004  # a minute
                left_out, self._minute, self._lines = max(0, self._lines - A_MINUTE), now, 0
            self._lines += 1
            told = self._lines <= A_MINUTE
        if left_out:
            logger.info("dihitung lines=%d", left_out)
        if told:
            logger.info(line)


def show_access() -> None:
    """Let the lines go where the warnings of the program go."""
    logger.setLevel(logging.INFO)
