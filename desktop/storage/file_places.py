"""Where the files of letters lie in their folder, and under which names.

    a3/a3f1…        whole files, by a keyed hash of their content's hash
    partial/        files that are still coming
    rusak/          what was found damaged, for whoever may save pages of it yet
    incoming/       files that are being taken in, by the process that does

The names are keyed because the hash of a known letter would tell whether an office holds it. Files of older programs,
plain ones, lie under the hash itself until they are sealed (`plain_files`).
"""

import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.storage.sealed_file import derived_key

INCOMING = "incoming"
PARTIAL = "partial"
DAMAGED = "rusak"
_NAME_BYTES = 20
_NAMES = b"pesagi-file-names-1"


class FilePlaces:
    """The names in one folder."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        """`secret` is the key of the store."""
        self.folder = folder
        self._key = derived_key(secret, _NAMES)

    def whole(self, sha256: bytes) -> Path:
        """The place of a whole file."""
        return _in_its_folder(self.folder, self._name(sha256))

    def partial(self, sha256: bytes) -> Path:
        """Where a file grows while it is fetched."""
        return self.folder / PARTIAL / self._name(sha256)

    def damaged(self, sha256: bytes) -> Path:
        """Where a damaged file is kept."""
        return self.folder / DAMAGED / self._name(sha256)

    def plain(self, sha256: bytes) -> Path:
        """Where an older program kept the file."""
        return _in_its_folder(self.folder, sha256.hex())

    def plain_partial(self, sha256: bytes) -> Path:
        """Where an older program kept the beginning of the file."""
        return self.folder / PARTIAL / sha256.hex()

    def every(self, sha256: bytes) -> tuple[Path, ...]:
        """All places where something of a file may lie."""
        plain_damaged = self.folder / DAMAGED / sha256.hex()
        sealed = (self.whole(sha256), self.partial(sha256), self.damaged(sha256))
        return (*sealed, self.plain(sha256), self.plain_partial(sha256), plain_damaged)

    @contextmanager
    def temporary(self) -> Iterator[Path]:
        """A new name among the files that are being taken in; what is still there in the end is removed."""
        incoming = self.folder / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        path = incoming / f"{os.getpid()}-{os.urandom(6).hex()}"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _name(self, sha256: bytes) -> str:
        return hmac.digest(self._key, sha256, "sha256")[:_NAME_BYTES].hex()


def _in_its_folder(folder: Path, name: str) -> Path:
    return folder / name[:2] / name
