"""How much one device that is let in may ask and bring: far more than work needs, far less than hurts the others.

Kept in the memory of one process: a restart forgives, several processes count each for itself. Who has used up his
allowance is told when to come again (TOO_MANY); nothing of what he did is refused, it waits on his PC and comes later.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable

import msgspec

from core.domain.ids import DeviceId, TenantId
from core.protocol.faults import FaultCode
from server.services.faults import RequestFault

REMEMBERED = 20_000
MINUTE_S, DAY_S = 60.0, 86_400.0


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a device may do; 0: without a limit."""

    requests_a_minute: int = 3000
    upload_bytes_a_day: int = 20 * 1024**3


class _Bucket:
    """So much at once, and as much again in `seconds`; what is used comes back steadily."""

    def __init__(self, room: int, seconds: float) -> None:
        self._room = room
        self._pace = room / seconds
        self._used: OrderedDict[tuple[TenantId, DeviceId], tuple[float, float]] = OrderedDict()

    def wait(self, who: tuple[TenantId, DeviceId], now: float) -> int:
        """The seconds until there is room again; 0 where there is."""
        if self._room <= 0:
            return 0
        over = self._left(who, now) + 1 - self._room
        return max(1, math.ceil(over / self._pace)) if over > 0 else 0

    def use(self, who: tuple[TenantId, DeviceId], amount: float, now: float) -> None:
        """Note that so much was used."""
        if self._room > 0:
            # Never more than twice the room: one great file shall not shut a PC out for a week.
            self._used[who] = min(self._left(who, now) + amount, 2.0 * self._room), now
            self._used.move_to_end(who)
            while len(self._used) > REMEMBERED:
                self._used.popitem(last=False)

    def _left(self, who: tuple[TenantId, DeviceId], now: float) -> float:
        used, then = self._used.get(who, (0.0, now))
        return max(0.0, used - (now - then) * self._pace)


class Allowances:
    """The allowances of all devices; from any thread. `seconds` is a clock that never goes back."""

    def __init__(self, limits: Limits, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._guard = threading.Lock()
        self._requests = _Bucket(limits.requests_a_minute, MINUTE_S)
        self._bytes = _Bucket(limits.upload_bytes_a_day, DAY_S)

    def ask(self, tenant: TenantId, device: DeviceId) -> None:
        """One request more; TOO_MANY with the seconds to wait."""
        with self._guard:
            now = self._seconds()
            wait = self._requests.wait((tenant, device), now)
            if not wait:
                self._requests.use((tenant, device), 1, now)
        if wait:
            raise RequestFault(FaultCode.TOO_MANY, wait)

    def bring(self, tenant: TenantId, device: DeviceId) -> None:
        """Before a file is taken: TOO_MANY with the seconds to wait, if the device has brought its share today."""
        with self._guard:
            wait = self._bytes.wait((tenant, device), self._seconds())
        if wait:
            raise RequestFault(FaultCode.TOO_MANY, wait)

    def brought(self, tenant: TenantId, device: DeviceId, count: int) -> None:
        """So many bytes of files came from the device."""
        with self._guard:
            self._bytes.use((tenant, device), count, self._seconds())
