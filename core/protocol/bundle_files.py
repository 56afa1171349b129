"""Bundles as files in a folder, most often on a stick that somebody is about to pull out.

A part is written under another name, brought to the disk, renamed, and then read again from the disk: only when every
part was read back as it was written may a person be told that the stick can be removed. Nothing on the stick is
believed when it is read: every part is verified whole before the first byte of it is used.
"""

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from core.domain.ids import DeviceId, TenantId
from core.protocol.bundle import SUFFIX, BundleFault, BundleTrouble, Manifest, PartHead
from core.protocol.bundle_parts import Content, OpenPart, SenderKey, part_bytes, read_head
from core.protocol.sealing import PartyKeys

READ_BYTES = 1024 * 1024
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
# Windows: the disk is full; the medium is write-protected.
_FULL_ON_WINDOWS, _PROTECTED_ON_WINDOWS = 112, 19
# What seals, heads and the manifests add, and what the file system keeps for itself.
_ROOM_BYTES = 1024 * 1024

Progress = Callable[[int, int], None]
Stopped = Callable[[], bool]


class Disk(Protocol):
    """What the system does for a file that must not be lost."""

    def put_in_place(self, begun: Path, place: Path) -> None:
        """Give a synced file its name in the same folder, over what had it, and bring that name to the disk."""

    def forget(self, file: BinaryIO) -> None:
        """Let what the system remembers of a file go, so that the next reading asks the disk itself."""


class FoundPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part that was verified whole."""

    path: Path
    head: PartHead
    manifest: Manifest


class Reader:
    """Who reads: the keys it opens with, who it is, and whose signatures it knows."""

    def __init__(self, keys: PartyKeys, *, me: DeviceId, tenant: TenantId | None, sender_key: SenderKey) -> None:
        """`tenant` None takes those of every tenant; then `sender_key` has to look at it."""
        self._keys = keys
        self._me = me
        self._tenant = tenant
        self._sender_key = sender_key

    def verify(self, path: Path) -> FoundPart:
        """The part in a file, verified from its first byte to its last; BundleFault."""
        with self.open(path) as part:
            part.verify()
            return FoundPart(path=path, head=part.head, manifest=part.manifest)

    @contextmanager
    def open(self, path: Path) -> Iterator[OpenPart]:
        """The part in a file, its sections not read yet; BundleFault."""
        with reading_stick():
            file = path.open("rb")
        with file:
            head = read_head(file)
            if head.recipient != self._me:
                raise BundleFault(BundleTrouble.OTHER_RECIPIENT)
            if self._tenant not in (None, head.tenant):
                raise BundleFault(BundleTrouble.OTHER_TENANT)
            yield OpenPart(file, head, keys=self._keys, sender_key=self._sender_key)


@contextmanager
def already_verified() -> Iterator[None]:
    """While verified parts are read again: what is wrong now is the stick's doing, and some may be taken already."""
    try:
        yield
    except BundleFault as err:
        if err.code in (BundleTrouble.STOPPED, BundleTrouble.OTHER_VERSION):
            raise
        raise BundleFault(BundleTrouble.STICK_FAILED, err.code.value) from err


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: parts to take in their order, and what is wrong with other files."""

    parts: tuple[FoundPart, ...]
    troubles: tuple[tuple[Path, BundleTrouble], ...]


def find_parts(places: Sequence[Path], reader: Reader, progress: Progress, stopped: Stopped) -> Search:
    """Verify the files that are named, and those in the folders that are named; the oldest bundles come first.

    In a folder, bundles for others are passed over. NONE_FOUND if there is nothing at all to look at.
    """
    named = [(path, path not in places) for path in bundle_files(places)]
    if not named:
        raise BundleFault(BundleTrouble.NONE_FOUND)
    parts: list[FoundPart] = []
    troubles: list[tuple[Path, BundleTrouble]] = []
    for place, (path, in_folder) in enumerate(named):
        if stopped():
            raise BundleFault(BundleTrouble.STOPPED)
        progress(place, len(named))
        try:
            parts.append(reader.verify(path))
        except BundleFault as fault:
            foreign = (BundleTrouble.OTHER_RECIPIENT, BundleTrouble.OTHER_TENANT)
            if not (in_folder and fault.code in foreign):
                troubles.append((path, fault.code))
    if not parts and not troubles:
        raise BundleFault(BundleTrouble.NONE_FOUND)
    parts.sort(key=lambda part: (part.manifest.made_ms, part.manifest.bundle, part.head.part))
    return Search(parts=tuple(parts), troubles=tuple(troubles))


def bundle_files(places: Iterable[Path]) -> list[Path]:
    """The files that are named, and the bundles in the folders that are named; STICK_FAILED if one is not there."""
    found: list[Path] = []
    with reading_stick():
        for place in places:
            if place.is_dir():
                found += sorted(path for path in place.iterdir() if path.suffix == SUFFIX and path.is_file())
            elif place.is_file():
                found.append(place)
            else:
                raise BundleFault(BundleTrouble.STICK_FAILED, "not there")
    return found


def missing_parts(parts: Iterable[FoundPart]) -> int:
    """How many parts of these bundles were not found."""
    here = {(part.head.bundle, part.head.parts) for part in parts}
    found = {(part.head.bundle, part.head.part) for part in parts}
    return sum(count for _, count in here) - len(found)


class StickWriter:
    """Writes bundles into a folder."""

    def __init__(self, folder: Path, disk: Disk, *, progress: Progress, stopped: Stopped) -> None:
        """`progress` is told (bytes done, all bytes) while parts are written and read back."""
        self._folder = folder
        self._disk = disk
        self._progress = progress
        self._stopped = stopped
        self._done = self._all = 0

    def write(self, manifest: Manifest, keys: PartyKeys, *, stem: str, content: Content) -> tuple[Path, ...]:
        """The files of the parts; each is on the disk and was read back. BundleFault: finished parts stay usable."""
        sizes = [sum(section.size for section in part) for part in manifest.parts]
        self._all = 2 * sum(sizes)
        with writing_stick():
            if shutil.disk_usage(self._folder).free < sum(sizes) + _ROOM_BYTES:
                raise BundleFault(BundleTrouble.STICK_FULL)
        count = len(manifest.parts)
        paths = tuple(
            self._write_part(
                self._folder / f"{stem}-{number}-dari-{count}{SUFFIX}",
                pieces=part_bytes(manifest, number, keys, content),
            )
            for number in range(1, count + 1)
        )
        self._drop_older(manifest)
        return paths

    def _drop_older(self, manifest: Manifest) -> None:
        """Remove earlier bundles of the same sender for the same recipient: this one says all that they did.

        Whatever of them was not answered yet waits still, and so is in this one again.
        """
        wanted = (manifest.tenant, manifest.sender, manifest.recipient)
        for path in bundle_files([self._folder]):
            with contextlib.suppress(BundleFault, OSError):
                with path.open("rb") as file:
                    head = read_head(file)
                if (head.tenant, head.sender, head.recipient) == wanted and head.bundle != manifest.bundle:
                    path.unlink()

    def _write_part(self, path: Path, *, pieces: Iterator[bytes]) -> Path:
        beside = path.with_suffix(".tmp")
        digest = hashlib.sha256()
        try:
            with writing_stick():
                with beside.open("wb") as file:
                    for piece in pieces:
                        digest.update(piece)
                        file.write(piece)
                        self._step(len(piece))
                    file.flush()
                    os.fsync(file.fileno())
                    self._disk.forget(file)
                self._disk.put_in_place(beside, path)
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
        self._read_back(path, digest.digest())
        return path

    def _read_back(self, path: Path, wanted: bytes) -> None:
        digest = hashlib.sha256()
        with writing_stick(), path.open("rb") as file:
            while piece := file.read(READ_BYTES):
                digest.update(piece)
                self._step(len(piece))
        if digest.digest() != wanted:
            raise BundleFault(BundleTrouble.STICK_ALTERED)

    def _step(self, size: int) -> None:
        self._done = min(self._done + size, self._all)
        self._progress(self._done, self._all)
        if self._stopped():
            raise BundleFault(BundleTrouble.STOPPED)


@contextmanager
def writing_stick() -> Iterator[None]:
    """Turn what the system says while a stick is written into a trouble."""
    try:
        yield
    except OSError as err:
        windows = getattr(err, "winerror", 0)
        code = BundleTrouble.STICK_FAILED
        if err.errno in _FULL or windows == _FULL_ON_WINDOWS:
            code = BundleTrouble.STICK_FULL
        elif err.errno in _READ_ONLY or windows == _PROTECTED_ON_WINDOWS:
            code = BundleTrouble.STICK_READ_ONLY
        raise BundleFault(code, type(err).__name__) from err


@contextmanager
def reading_stick() -> Iterator[None]:
    """Turn what the system says while a stick is read into a trouble."""
    try:
        yield
    except OSError as err:
        raise BundleFault(BundleTrouble.STICK_FAILED, type(err).__name__) from err
