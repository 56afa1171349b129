"""Files named by their hash: `<tenant>/<aa>/<hash>`, and those that are still arriving: `<tenant>/incoming/<hash>`.

A file gets its name only when all of it is on the disk and its hash was found right.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

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

    def read(self, tenant: TenantId, sha256: bytes, *, start: int, count: int) -> Iterator[bytes]:
        """`count` bytes of a complete file from `start`, in pieces."""
        with self._final(tenant, sha256).open("rb") as file:
            file.seek(start)
            left = count
            while left and (piece := file.read(min(left, READ_BYTES))):
                left -= len(piece)
                yield piece

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


def _size(path: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_size
    return None
