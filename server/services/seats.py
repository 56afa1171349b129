"""Who sat where on each device when it pushed last, so that all that a group of pushes needs can be asked at once.

Which years, numbers and streams are to be read follows from the positions of whoever acts, which would have to be read
before. They are seldom others than the last time; where they are, what is missing is read as it always was.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable

import msgspec

from core.domain.ids import DeviceId, OfficeId, PositionId, TenantId
from core.domain.offices import Position

REMEMBERED = 10_000


class Seat(msgspec.Struct, frozen=True):
    """A position, and its office."""

    position: PositionId
    office: OfficeId


class Seats:
    """The seats of the devices; from any thread."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._known: OrderedDict[tuple[TenantId, DeviceId], tuple[Position, ...]] = OrderedDict()

    def of(self, tenant: TenantId, devices: Iterable[DeviceId]) -> set[Seat]:
        """The seats of all these devices together, as far as they are known."""
        with self._guard:
            known = [self._known.get((tenant, device), ()) for device in devices]
        return {Seat(position.number, position.office) for positions in known for position in positions}

    def remember(self, tenant: TenantId, device: DeviceId, positions: tuple[Position, ...]) -> None:
        """Whoever works on the device may act in these positions."""
        key = tenant, device
        with self._guard:
            if self._known.get(key) != positions:
                self._known[key] = positions
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
