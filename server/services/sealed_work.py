"""What devices that were shut out had not sent: taken sealed as it comes, and opened when an administrator says so.

A device has erased itself by then, so what is here is all there is: every file is verified whole before it counts, and
stays when it was opened. Opening it twice changes nothing, since its ops are known by their numbers.
"""

import logging
import os
import threading
from pathlib import Path

from core.domain.ids import ROW_ID_BYTES, DeviceId, TenantId
from core.domain.revoking import Revocation
from core.protocol.bundle import SUFFIX, BundleFault
from core.protocol.codec import decode_record
from core.protocol.faults import FaultCode
from core.protocol.records import KIND_OF
from core.protocol.revoking import MAX_SEALED_FILE, is_sealed_name
from server.services.bundles import BundleService
from server.services.faults import RequestFault
from server.services.revoking import RevocationService
from server.services.tokens import Clock
from server.storage.database import Database, UnitOfWork
from server.storage.devices import DeviceRow
from server.storage.faults import StoreFault

MAX_FILES = 200
_REVOCATION = KIND_OF[Revocation].code

logger = logging.getLogger(__name__)


class SealedWorkService:
    """Keeps sealed work in a folder of the server, a folder a device."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        revocations: RevocationService,
        bundles: BundleService,
        folder: Path,
    ) -> None:
        """`folder` is the server's own."""
        self._database = database
        self._clock = clock
        self._revocations = revocations
        self._bundles = bundles
        self._folder = folder
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self.due = threading.Event()

    def take(self, tenant: TenantId, device: DeviceId, name: str, *, ticket: bytes, size: int) -> "Incoming":
        """Begin to take a file, or go on; RequestFault unless the device was shut out and shows its ticket."""
        if not 0 < tenant < 1 << 31 or len(device) != ROW_ID_BYTES or not is_sealed_name(name):
            raise RequestFault(FaultCode.NOT_FOUND)
        row = self._database.read(lambda unit: unit.of(tenant).devices.get(device))
        if row is None or not self._revocations.holds_ticket(tenant, row, ticket):
            raise RequestFault(FaultCode.NOT_FOUND)
        folder = self._place(tenant, device)
        folder.mkdir(parents=True, exist_ok=True)
        if not 0 < size <= MAX_SEALED_FILE or sum(1 for _ in folder.iterdir()) > MAX_FILES:
            raise RequestFault(FaultCode.TOO_LARGE)
        return Incoming(folder / name, size)

    def append(self, tenant: TenantId, device: DeviceId, incoming: "Incoming", *, offset: int, piece: bytes) -> None:
        """Take a piece; WRONG_OFFSET says where to go on. WRONG_HASH if the whole turns out to be no sealed work."""
        with self._lock:
            if incoming.path.exists():  # handed in again: a database that was put back may not know of it
                self._note(tenant, device)
                return
            have = incoming.append(offset, piece)
            if have < incoming.size:
                return
            if not self._bundles.is_sealed_by(incoming.part, tenant, device):
                incoming.part.unlink()
                raise RequestFault(FaultCode.WRONG_HASH)
            incoming.finish()
            self._note(tenant, device, came=True)

    def _note(self, tenant: TenantId, device: DeviceId, *, came: bool = False) -> None:
        """Let the row of a device tell of all that lies here of it, if that is more, or if something `came` just now.

        All of it, and not what came besides: whoever looks in between has told of that already.
        """
        size, now_ms = self._size(tenant, device), self._clock()

        def work(unit: UnitOfWork) -> None:
            devices = unit.of(tenant).devices
            row = devices.get(device, lock=True)
            if row is not None and (came or row.sealed < size):
                devices.set_sealed(device, size=size, now_ms=now_ms)

        self._database.write(work)
        self.due.set()

    def open_due(self) -> int:
        """Lay before the superiors what administrators let be opened and was not yet; how many devices it was."""
        opened = 0
        with self._opening:  # two who open the same files take the turn from each other
            for tenant in self._database.read(lambda unit: [row.id for row in unit.tenants.all()]):
                for row in self._due(tenant):
                    opened += self._open(tenant, row)
        return opened

    def _due(self, tenant: TenantId) -> list[DeviceRow]:
        def look(rows: list[DeviceRow], payloads: list[bytes]) -> list[DeviceRow]:
            records = [decode_record(_REVOCATION, payload) for payload in payloads]
            wanted = {record.id for record in records if record.opened_at is not None}
            return [row for row in rows if row.id in wanted]

        def read() -> list[DeviceRow]:
            return self._database.read(
                lambda unit: look(unit.of(tenant).devices.all(), list(unit.of(tenant).records.of_kind(_REVOCATION)))
            )

        rows = read()
        unknown = [row for row in rows if row.sealed < self._size(tenant, row.id)]
        for row in unknown:  # the database was put back from a copy that is older than the files
            self._note(tenant, row.id)
        return [row for row in (read() if unknown else rows) if row.sealed_ms > row.opened_ms]

    def _open(self, tenant: TenantId, row: DeviceRow) -> bool:
        try:
            self._bundles.take_sealed(self._place(tenant, row.id))
        except (BundleFault, RequestFault, StoreFault, OSError) as err:
            logger.warning("the sealed work of a device could not be opened: %s", err)
            return False
        # What comes while it is opened is opened next.
        self._database.write(lambda unit: unit.of(tenant).devices.open_sealed(row.id, now_ms=row.sealed_ms))
        return True

    def _size(self, tenant: TenantId, device: DeviceId) -> int:
        return sum(path.stat().st_size for path in self._place(tenant, device).glob(f"*{SUFFIX}"))

    def _place(self, tenant: TenantId, device: DeviceId) -> Path:
        return self._folder / f"{tenant}-{device.hex()}"


class Incoming:
    """A file that is being taken."""

    def __init__(self, path: Path, size: int) -> None:
        """It lies beside its place until it is whole."""
        self.path = path
        self.part = path.with_name(path.name + ".part")
        self.size = size

    def append(self, offset: int, piece: bytes) -> int:
        """Write a piece behind the others; how much there is then."""
        have = self.part.stat().st_size if self.part.exists() else 0
        if offset != have:
            raise RequestFault(FaultCode.WRONG_OFFSET, have)
        if not piece or have + len(piece) > self.size:
            raise RequestFault(FaultCode.TOO_LARGE)
        with self.part.open("ab") as file:
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        return have + len(piece)

    def finish(self) -> None:
        """Put the whole file in its place."""
        self.part.replace(self.path)
