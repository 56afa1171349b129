"""Where scans come from by themselves: the folder that this PC watches, and its scanner."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from desktop.services.scan_inbox import ScanInboxService
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.page_renderer import ScanRefused
from desktop.system.scan_folder import ScanFolder
from desktop.system.scan_item import Origin
from desktop.system.scanner import Scanner, find_scanner
from desktop.system.settings import read_settings, write_settings

SCANNED = "pemindai"


class Arrivals(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at the folder brought: items that came, and (name, code) of each file that cannot be taken."""

    came: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    away: bool = False


class ScanSources:
    """The sources of one PC; used by one thread."""

    def __init__(
        self, inbox: ScanInboxService, profile: Path, *, scanner: Callable[[], Scanner | None] = find_scanner
    ) -> None:
        """Over the folder of the profile, which knows what is watched."""
        self._inbox = inbox
        self._profile = profile
        self._find = scanner
        self._watched: ScanFolder | None = None

    @property
    def folder(self) -> str:
        """The watched folder, or nothing."""
        return read_settings(self._profile).scan_folder

    def watch(self, folder: str) -> None:
        """Watch another folder from now on."""
        write_settings(self._profile, replace(read_settings(self._profile), scan_folder=folder))

    def look(self) -> Arrivals:
        """Take in what lies whole in the folder, and what a scan that was cut left."""
        came = self._left_over()
        folder = self.folder
        if not folder:
            return Arrivals(came=came)
        if self._watched is None or self._watched.folder != Path(folder):
            self._watched = ScanFolder(Path(folder))
        try:
            whole = self._watched.look()
        except EnvironmentFault:
            return Arrivals(came=came, away=True)
        refused = []
        for path in whole:
            try:
                item = self._inbox.take([path], Origin.FOLDER)
            except ScanRefused as refusal:
                self._watched.settle(path, taken=False)
                refused.append((path.name, refusal.code.value))
                continue
            except EnvironmentFault as fault:
                if fault.code is FaultOf.DISK_FULL:
                    raise
                continue  # the drive went away in the middle: it is looked at again
            self._watched.settle(path, taken=True)
            came += item is not None
        return Arrivals(came=came, refused=tuple(refused))

    def scan(self) -> None:
        """Scan what lies on the scanner into one item. EnvironmentFault: NO_SCANNER, SCANNER_FAILED, or the disk."""
        scanner = self._find()
        if scanner is None:
            raise EnvironmentFault(FaultOf.NO_SCANNER)
        folder = self._profile / SCANNED
        folder.mkdir(exist_ok=True)
        self._take(scanner.scan(folder))

    def _left_over(self) -> int:
        left = sorted((self._profile / SCANNED).glob("halaman-*"))
        if not left:
            return 0
        try:
            self._take(left)
        except ScanRefused:  # the end of it was cut: what is whole of it
            for path in left:
                self._take_if_whole(path)
        return 1

    def _take_if_whole(self, path: Path) -> None:
        try:
            self._take([path])
        except ScanRefused:
            path.unlink(missing_ok=True)

    def _take(self, paths: list[Path]) -> None:
        self._inbox.take(paths, Origin.SCANNER)
        for path in paths:
            path.unlink(missing_ok=True)
