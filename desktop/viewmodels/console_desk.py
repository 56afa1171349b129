"""What the pages of the admin console show beside people and positions: the PCs."""

import msgspec
from PySide6.QtCore import QObject

from core.domain.ids import DeviceId
from core.domain.offices import Office, Person, Position
from core.domain.revoking import Revocation
from desktop.services.devices import DeviceFacts, DeviceLine, DeviceService
from desktop.viewmodels.admin_desk import AdminDesk
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner

COLUMNS = 6


class ConsoleServices(msgspec.Struct, frozen=True, kw_only=True):
    """What the pages work with."""

    devices: DeviceService


class ConsoleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the pages show, read at once."""

    devices: DeviceFacts = DeviceFacts()


class ConsoleDesk(AdminDesk):
    """The desk of PCs."""

    def __init__(
        self, services: ConsoleServices, runner: TaskRunner, *, feed: ChangeFeed, parent: QObject | None = None
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(runner, feed=feed, touched=(Person, Position, Office, Revocation), parent=parent)
        self._services = services
        self.facts = ConsoleFacts()
        self.devices: RowList[DeviceLine] = RowList(_device_key, columns=COLUMNS, parent=self)

    def revoke_device(self, device: DeviceId, reason: str) -> None:
        """Shut a PC out; `done("revoke_device")` or `refused` follows."""
        self._run("revoke_device", lambda: self._services.devices.revoke(device, reason))

    def open_sealed(self, device: DeviceId) -> None:
        """Let its sealed work be opened; `done("open_sealed")` or `refused` follows."""
        self._run("open_sealed", lambda: self._services.devices.open_sealed(device))

    def _read(self) -> ConsoleFacts:
        return ConsoleFacts(devices=self._services.devices.listed())

    def _take(self, facts: ConsoleFacts) -> None:
        self.facts = facts
        self.devices.replace(facts.devices.lines)


def _device_key(line: DeviceLine) -> bytes:
    return bytes(line.device)
