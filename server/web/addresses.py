"""Slows down whoever tries codes from one address, without shutting out the office that sits behind the same one.

What counts are failures: codes that are none, devices that are not known, signatures that do not fit. So many are free,
then one in a few seconds; till then an address may not join. Whoever is let in already - with a pass, or by the key of
an enrolled device - is never asked for the address, so work and signing in go on for all who share it with a guesser.
Behind a proxy all have its address, and only joining can be slowed.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.requests import Request

from core.protocol.faults import FaultCode
from server.services.faults import RequestFault

FREE_FAILURES = 60
SECONDS_EACH = 5.0
REMEMBERED = 20_000
_OF_STRANGERS = frozenset({FaultCode.CODE_UNKNOWN, FaultCode.NOT_FOUND, FaultCode.MALFORMED})


class Failures:
    """How far each address has used up its failures; `seconds` is a clock that never goes back."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._guard = threading.Lock()
        # Until when its failures are paid for, of each address, the longest unseen first.
        self._paid: OrderedDict[str, float] = OrderedDict()

    def require(self, address: str) -> None:
        """TOO_MANY with the seconds to wait, if an address has used up its failures."""
        with self._guard:
            left = self._paid.get(address, 0.0) - self._seconds() - FREE_FAILURES * SECONDS_EACH
        if left > 0:
            raise RequestFault(FaultCode.TOO_MANY, math.ceil(left))

    @contextmanager
    def noted(self, address: str) -> Iterator[None]:
        """Count what fails in here as only a stranger fails."""
        try:
            yield
        except RequestFault as err:
            if err.fault.code in _OF_STRANGERS:
                self._count(address)
            raise

    def _count(self, address: str) -> None:
        with self._guard:
            now = self._seconds()
            self._paid[address] = max(now, self._paid.pop(address, now)) + SECONDS_EACH
            while len(self._paid) > REMEMBERED:
                self._paid.popitem(last=False)


def address_of(request: Request) -> str:
    """Where a request comes from, as the socket says: what headers tell can be made up."""
    return request.client.host if request.client is not None else ""
