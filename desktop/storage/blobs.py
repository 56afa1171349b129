"""Files of letters on disk, named by the SHA-256 of their content.

A file is written beside its place, synced, renamed, and its folder synced, before any row speaks of it: after a power
cut there is the whole file or none. Content-addressing makes a second copy of the same scan cost nothing.
"""

import hashlib
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from desktop.system.durability import free_bytes, sync_folder
from desktop.system.faults import EnvironmentFault, FaultOf

CHUNK = 256 * 1024
INCOMING = "incoming"
DAMAGED = "rusak"
RESERVE_BYTES = 200 * 1024 * 1024


class BlobFiles:
    """The folder of files; safe to share between threads."""

    def __init__(self, folder: Path, *, reserve: int = RESERVE_BYTES) -> None:
        """Use `folder`; refuse new files that would leave less than `reserve` bytes free."""
        self._folder = folder
        self._reserve = reserve
        self._claimed: set[bytes] = set()
        self._taken_in: set[bytes] = set()
        self._guard = threading.Lock()

    def path(self, sha256: bytes) -> Path:
        """Where a file is, or would be."""
        name = sha256.hex()
        return self._folder / name[:2] / name

    def partial(self, sha256: bytes) -> Path:
        """Where a file grows while it is fetched."""
        return self._folder / "partial" / sha256.hex()

    def clear_incoming(self) -> int:
        """Remove files that another run of the program was taking in when it ended; how many there were.

        A profile is open in one process at a time, so what another process began belongs to nobody.
        """
        own, gone = f"{os.getpid()}-", 0
        try:
            for left in (self._folder / INCOMING).glob("*"):
                if not left.name.startswith(own):
                    left.unlink(missing_ok=True)
                    gone += 1
        except OSError as err:
            raise disk_fault(err) from err
        return gone

    def has(self, sha256: bytes) -> bool:
        """Whether the file is here."""
        return self.path(sha256).is_file()

    def add(self, source: Path) -> tuple[bytes, int]:
        """Copy a file in; (hash, bytes). EnvironmentFault if it cannot be read or the disk has no room."""
        try:
            size = source.stat().st_size
            self._require_room(size)
            with source.open("rb") as reader:
                return self._store(reader)
        except FileNotFoundError as err:
            raise EnvironmentFault(FaultOf.FILE_MISSING, source.name) from err
        except OSError as err:
            raise disk_fault(err) from err

    def add_bytes(self, data: bytes) -> tuple[bytes, int]:
        """Store bytes; (hash, bytes)."""
        sha256 = hashlib.sha256(data).digest()
        try:
            self._require_room(len(data))
            self._keep(sha256)
            if not self.has(sha256):
                with self._placing(sha256) as writer:
                    writer.write(data)
        except OSError as err:
            raise disk_fault(err) from err
        return sha256, len(data)

    def receive(self, sha256: bytes, size: int, pieces: Iterable[bytes]) -> None:
        """Store a file that comes in pieces; whoever gives them raises at their end unless its hash is right."""
        try:
            self._require_room(size)
            if not self.has(sha256):
                with self._placing(sha256) as writer:
                    for piece in pieces:
                        writer.write(piece)
        except OSError as err:
            raise disk_fault(err) from err

    @contextmanager
    def claimed(self, sha256: bytes) -> Iterator[bool]:
        """Be the only one who fetches a file: False while somebody else of this program does."""
        with self._guard:
            free = sha256 not in self._claimed
            self._claimed.add(sha256)
        try:
            yield free
        finally:
            if free:
                self._claimed.discard(sha256)

    def finish(self, sha256: bytes) -> None:
        """Turn a fetched partial file into the file, if its content is what it is named for."""
        partial = self.partial(sha256)
        try:
            if file_hash(partial) != sha256:
                partial.unlink()
                raise EnvironmentFault(FaultOf.FILE_DAMAGED, sha256.hex()[:12])
            place = self.path(sha256)
            place.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("rb+") as written:
                os.fsync(written.fileno())
            partial.replace(place)
            sync_folder(place.parent)
        except OSError as err:
            raise disk_fault(err) from err

    def delete(self, sha256: bytes) -> None:
        """Remove a file if it is here."""
        self.path(sha256).unlink(missing_ok=True)

    def set_aside(self, sha256: bytes) -> None:
        """Keep a file whose content is not what it is named for out of the way: somebody may save pages of it yet."""
        try:
            aside = self._folder / DAMAGED / f"{sha256.hex()}"
            aside.parent.mkdir(parents=True, exist_ok=True)
            self.path(sha256).replace(aside)
        except FileNotFoundError:
            return
        except OSError as err:
            raise disk_fault(err) from err

    def room(self) -> int:
        """How many bytes more leave the reserve untouched; less than 0 if it is touched already."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return free_bytes(self._folder) - self._reserve
        except OSError as err:
            raise disk_fault(err) from err

    def discard(self, sha256: bytes) -> bool:
        """Remove a file and what was fetched of it; False if it has to stay for now.

        What this run of the program took in may be about to be named by a letter, what is claimed is being fetched, and
        some systems keep a file that is open.
        """
        with self._guard:
            if sha256 in self._taken_in or sha256 in self._claimed:
                return False
            try:
                for place in (self.path(sha256), self.partial(sha256), self._folder / DAMAGED / sha256.hex()):
                    if place.exists():
                        place.unlink()
                        sync_folder(place.parent)
            except OSError:
                return False
        return True

    def verify(self, sha256: bytes) -> bool:
        """Whether the file is here and has the content that it is named for."""
        try:
            return file_hash(self.path(sha256)) == sha256
        except FileNotFoundError:
            return False
        except OSError as err:
            raise disk_fault(err) from err

    def require_room(self, size: int) -> None:
        """DISK_FULL unless `size` bytes more leave the reserve untouched."""
        try:
            self._require_room(size)
        except OSError as err:
            raise disk_fault(err) from err

    def _keep(self, sha256: bytes) -> None:
        with self._guard:
            self._taken_in.add(sha256)

    def _require_room(self, size: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if free_bytes(self._folder) < size + self._reserve:
            raise EnvironmentFault(FaultOf.DISK_FULL)

    def _store(self, reader: BinaryIO) -> tuple[bytes, int]:
        digest = hashlib.sha256()
        size = 0
        incoming = self._folder / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        temporary = incoming / f"{os.getpid()}-{os.urandom(6).hex()}"
        try:
            with temporary.open("wb") as writer:
                while chunk := reader.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    writer.write(chunk)
                writer.flush()
                os.fsync(writer.fileno())
            sha256 = digest.digest()
            self._keep(sha256)
            place = self.path(sha256)
            if place.is_file():
                temporary.unlink()
            else:
                place.parent.mkdir(exist_ok=True)
                temporary.replace(place)
                sync_folder(place.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return sha256, size

    @contextmanager
    def _placing(self, sha256: bytes) -> Iterator[BinaryIO]:
        place = self.path(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_name(f"{place.name}.{os.urandom(6).hex()}")
        try:
            with temporary.open("wb") as writer:
                yield writer
                writer.flush()
                os.fsync(writer.fileno())
            temporary.replace(place)
            sync_folder(place.parent)
        finally:
            temporary.unlink(missing_ok=True)


def file_hash(path: Path) -> bytes:
    """The SHA-256 of a file's content."""
    with path.open("rb") as reader:
        return hashlib.file_digest(reader, "sha256").digest()


def disk_fault(err: OSError) -> EnvironmentFault:
    """The fault behind an OSError."""
    # 28: ENOSPC, 122: EDQUOT; 112: Windows' ERROR_DISK_FULL.
    full = err.errno in (28, 122) or getattr(err, "winerror", 0) == 112  # noqa: PLR2004  # the numbers are named above
    return EnvironmentFault(FaultOf.DISK_FULL if full else FaultOf.DISK_FAILED, type(err).__name__)


def copy_file(source: Path, target: Path) -> None:
    """A synced copy of a file under a new name."""
    try:
        with source.open("rb") as reader, target.open("wb") as writer:
            shutil.copyfileobj(reader, writer, CHUNK)
            writer.flush()
            os.fsync(writer.fileno())
        sync_folder(target.parent)
    except OSError as err:
        raise disk_fault(err) from err
