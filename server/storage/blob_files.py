"""Files named by their hash: `<tenant>/<aa>/<hash>`, and those that are still arriving: `<tenant>/incoming/<hash>`.

A file gets its name only when all of it is on the disk and its hash was found right.
"""

import contextlib
import errno
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.domain.ids import TenantId

READ_BYTES = 64 * 1024


class BlobFiles:
    """The folder with all files of a server."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def complete_size(self, tenant: TenantId, sha256: bytes) -> int | None:
        """The size of a complete file, or None if there is none."""
        return _size(self._final(tenant, sha256))

    def partial_size(self, tenant: TenantId, sha256: bytes) -> int:
        """How many bytes of an arriving file lie here."""
        return _size(self._part(tenant, sha256)) or 0

    def append(self, tenant: TenantId, sha256: bytes, *, offset: int, data: bytes) -> None:
        """Put bytes at `offset` of an arriving file, and nothing behind them; on the disk when this returns."""
        path = self._part(tenant, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        with path.open("wb" if fresh else "r+b") as file:
            file.truncate(offset)
            file.seek(offset)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if fresh:
            sync_folder(path.parent)

    def read_partial(self, tenant: TenantId, sha256: bytes, *, start: int = 0, count: int = -1) -> bytes:
        """What lies here of an arriving file from `start` on: `count` bytes at most, or all."""
        try:
            with self._part(tenant, sha256).open("rb") as file:
                file.seek(start)
                return file.read(count)
        except FileNotFoundError:
            return b""

    def keep(self, tenant: TenantId, sha256: bytes) -> bool:
        """Give an arrived file its name if its content is what the name says; else drop it and answer False."""
        part, final = self._part(tenant, sha256), self._final(tenant, sha256)
        with part.open("rb") as file:
            if hashlib.file_digest(file, "sha256").digest() != sha256:
                file.close()
                self.drop(tenant, sha256)
                return False
        final.parent.mkdir(parents=True, exist_ok=True)
        part.replace(final)
        sync_folder(final.parent)
        sync_folder(final.parent.parent)
        return True

    def drop(self, tenant: TenantId, sha256: bytes) -> None:
        """Forget what arrived of a file that is not complete."""
        self._part(tenant, sha256).unlink(missing_ok=True)

    def names(self, tenant: TenantId) -> set[str]:
        """The names of all files of a tenant, also of what is arriving: their hashes in hexadecimal."""
        return {path.name for path in (self._root / str(tenant)).glob("*/*")}

    def remove(self, tenant: TenantId, name: str) -> bool:
        """Remove a file, whole or arriving, as far as nobody reads it; whether it is gone."""
        place = self._root / str(tenant)
        for path in (place / name[:2] / name, place / "incoming" / name):
            # Windows does not remove a file that is being read: it goes the next time.
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        return not any(path.exists() for path in (place / name[:2] / name, place / "incoming" / name))

    def read(self, tenant: TenantId, sha256: bytes, *, start: int, count: int) -> Iterator[bytes]:
        """`count` bytes of a complete file from `start`, in pieces."""
        with self._final(tenant, sha256).open("rb") as file:
            file.seek(start)
            left = count
            while left and (piece := file.read(min(left, READ_BYTES))):
                left -= len(piece)
                yield piece

    def is_whole(self, tenant: TenantId, sha256: bytes) -> bool:
        """Whether a complete file is here and is what its name says."""
        try:
            with self._final(tenant, sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").digest() == sha256
        except FileNotFoundError:
            return False

    def complete(self) -> Iterator[tuple[Path, str]]:
        """Every complete file, with its place below the folder."""
        for path in self._root.glob("*/??/*"):
            if path.is_file():
                yield path, path.relative_to(self._root).as_posix()

    def _final(self, tenant: TenantId, sha256: bytes) -> Path:
        name = sha256.hex()
        return self._root / str(tenant) / name[:2] / name

    def _part(self, tenant: TenantId, sha256: bytes) -> Path:
        return self._root / str(tenant) / "incoming" / sha256.hex()


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk. Windows does so by itself and opens no folders."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class ServerDisk:
    """The disk as bundles need it (`core.protocol.bundle_files.Disk`)."""

    def put_in_place(self, begun: Path, place: Path) -> None:
        """Give a file its name; a file system without synced folders (FAT under FUSE) is let be."""
        begun.replace(place)
        try:
            sync_folder(place.parent)
        except OSError as err:
            if err.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise

    def forget(self, file: BinaryIO) -> None:
        """Let the system forget the bytes of a synced file, so that reading it again asks the disk; where it can."""
        if sys.platform == "linux":
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _size(path: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_size
    return None
