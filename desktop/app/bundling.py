"""Builds what exchange by stick needs from an open profile."""

from collections.abc import Sequence
from pathlib import Path

from core.protocol.bundle import PART_BYTES
from core.protocol.bundle_files import Progress, Stopped
from desktop.app.opening import OpenProfile
from desktop.app.syncing import settle_join, today, wall_ms
from desktop.app.wire import shipped_wire
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.sync.bundle_in import BundleIn
from desktop.sync.bundle_out import BundleOut
from desktop.sync.bundle_reports import InReport, OutReport
from desktop.sync.engine import SyncEngine
from desktop.sync.enrolment import device_keys
from desktop.sync.signing import DeviceKeys
from desktop.system.durability import OfficeDisk


class StickPost:
    """Writes bundles for the server and takes those that come back, for one open profile."""

    def __init__(self, opened: OpenProfile) -> None:
        """Keys are asked of the vault when something is written or taken."""
        self._opened = opened

    def write(self, folder: Path, *, progress: Progress, stopped: Stopped, part_bytes: int = PART_BYTES) -> OutReport:
        """Write everything that waits into `folder`; see `BundleOut.write`."""
        out = BundleOut(*self._parts(), wire=shipped_wire())
        return out.write(
            folder, disk=OfficeDisk(), wall_ms=wall_ms, part_bytes=part_bytes, progress=progress, stopped=stopped
        )

    def take(self, places: Sequence[Path], *, progress: Progress, stopped: Stopped) -> InReport:
        """Take the bundles in files or folders; see `BundleIn.take`. It may be what ends a join that was cut."""
        report = BundleIn(*self._parts(), wire=shipped_wire(), wall_ms=wall_ms).take(
            places, progress=progress, stopped=stopped
        )
        settle_join(self._opened)
        return report

    def _parts(self) -> tuple[Store, BlobFiles, DeviceKeys, SyncEngine]:
        opened, keys = self._opened, device_keys(self._opened.vault)
        return opened.store, opened.files, keys, SyncEngine(opened.store, opened.files, keys, wall_ms, today=today)
