"""The bytes of segments: `<tenant>/<hash>`, each written once and never changed."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from core.domain.ids import TenantId
from server.storage.blob_files import sync_folder

READ_BYTES = 64 * 1024


class SegmentFiles:
    """The folder with the segments of a server. It may be deleted while the server stands: they are made again."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, tenant: TenantId, data: bytes) -> bytes:
        """Keep a segment; its hash. On the disk when this returns."""
        sha256 = hashlib.sha256(data).digest()
        path = self._path(tenant, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
        return sha256

    def size(self, tenant: TenantId, sha256: bytes) -> int | None:
        """The size of a segment, or None if it is not here."""
        with contextlib.suppress(FileNotFoundError):
            return self._path(tenant, sha256).stat().st_size
        return None

    def read(self, tenant: TenantId, sha256: bytes, *, start: int) -> Iterator[bytes]:
        """The bytes of a segment from `start` on, in pieces."""
        with self._path(tenant, sha256).open("rb") as file:
            file.seek(start)
            while piece := file.read(READ_BYTES):
                yield piece

    def keep_only(self, tenant: TenantId, hashes: set[bytes]) -> int:
        """Remove every other file of a tenant, as far as nobody reads it; how many went."""
        names = {sha256.hex() for sha256 in hashes}
        folder = self._root / str(tenant)
        removed = 0
        for path in sorted(folder.iterdir()) if folder.exists() else ():
            if path.name not in names:
                # Windows does not remove a file that is being read: it goes the next time.
                with contextlib.suppress(OSError):
                    path.unlink()
                    removed += 1
        return removed

    def _path(self, tenant: TenantId, sha256: bytes) -> Path:
        return self._root / str(tenant) / sha256.hex()
