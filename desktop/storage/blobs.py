"""Files of letters on disk, known by the SHA-256 of their content, and sealed with a key of the store (`sealed_file`).

A file is written beside its place, synced, renamed, and its folder synced, before any row speaks of it: after a power
cut there is the whole file or none. Content-addressing makes a second copy of the same scan cost nothing. What an
older program left in the clear is read as it is until it is sealed (`plain_files`).
"""

import hashlib
import io
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from desktop.storage.file_places import INCOMING, FilePlaces
from desktop.storage.plain_files import plain_files, seal_partial, seal_plain
from desktop.storage.sealed_file import CHUNK as SEALED_CHUNK
from desktop.storage.sealed_file import GrowingFile, SealedReader, SealedWriter, derived_key, sealed_size
from desktop.system.durability import free_bytes, put_in_place, sync_folder
from desktop.system.faults import EnvironmentFault, FaultOf

CHUNK = 256 * 1024
RESERVE_BYTES = 200 * 1024 * 1024
BEGUN = ".belum"
_PURPOSE = b"pesagi-files-1"


class BlobFiles:
    """The folder of files; safe to share between threads."""

    def __init__(self, folder: Path, key: bytes, *, reserve: int = RESERVE_BYTES) -> None:
        """Use `folder` with the store's `key`; refuse new files that would leave less than `reserve` bytes free."""
        self._folder = folder
        self._places = FilePlaces(folder, key)
        self._key = derived_key(key, _PURPOSE)
        self._reserve = reserve
        self._claimed: set[bytes] = set()
        self._taken_in: set[bytes] = set()
        self._begun: set[bytes] = set()
        self._plain: Iterator[Path] | None = None
        self._guard = threading.Lock()

    def path(self, sha256: bytes) -> Path:
        """Where a file is, or would be. What stands there is sealed, but for files of older programs."""
        sealed, plain = self._places.whole(sha256), self._places.plain(sha256)
        return plain if not sealed.is_file() and plain.is_file() else sealed

    def partial(self, sha256: bytes) -> Path:
        """Where a file grows while it is fetched."""
        return self._places.partial(sha256)

    def content(self, sha256: bytes) -> io.BufferedReader:
        """The content of a file, open for reading. FileNotFoundError, OSError; FILE_DAMAGED, also while it is read."""
        with suppress(FileNotFoundError):
            return _unsealed(self._places.whole(sha256), self._key, sha256)
        with suppress(FileNotFoundError):
            return self._places.plain(sha256).open("rb")
        return _unsealed(self._places.whole(sha256), self._key, sha256)  # sealed in this moment

    def copy_out(self, sha256: bytes, target: Path) -> None:
        """A synced copy of the content in the clear, for a person who asked for it."""
        try:
            with self.content(sha256) as reader, target.open("wb") as writer:
                _copy(reader, writer)
        except OSError as err:
            raise disk_fault(err) from err

    def grown(self, sha256: bytes) -> int:
        """How many bytes of a file were fetched before; the rest as `grow`."""
        if not (self.partial(sha256).exists() or self._places.plain_partial(sha256).exists()):
            return 0
        with self.grow(sha256) as grown:
            return grown.have

    def grow(self, sha256: bytes) -> GrowingFile:
        """The file as far as it was fetched, to go on with. OSError. Whoever does this has claimed it."""
        partial = self.partial(sha256)
        partial.parent.mkdir(parents=True, exist_ok=True)
        seal_partial(sha256, self._places, self._key)
        grown = GrowingFile(partial, self._key, doubted=sha256 not in self._begun)
        self._begun.add(sha256)
        return grown

    def seal_one(self) -> bool:
        """Seal one file that an older program left in the clear; False when there is none."""
        try:
            if self._plain is None:
                self._plain = plain_files(self._folder)
            plain = next(self._plain, None)
            if plain is None:
                self._plain = None
                return False
            with self.claimed(bytes.fromhex(plain.name)) as mine:
                if mine:
                    seal_plain(plain, self._places, self._key, guard=self._guard)
        except OSError as err:
            self._plain = None
            raise disk_fault(err) from err
        return True

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
        return self._places.whole(sha256).is_file() or self._places.plain(sha256).is_file()

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
                self._placing(sha256, (data,))
        except OSError as err:
            raise disk_fault(err) from err
        return sha256, len(data)

    def receive(self, sha256: bytes, size: int, pieces: Iterable[bytes]) -> None:
        """Store a file that comes in pieces; whoever gives them raises at their end unless its hash is right."""
        try:
            self._require_room(size)
            if not self.has(sha256):
                self._placing(sha256, pieces)
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
            if not _is(partial, self._key, sha256):
                partial.unlink()
                raise EnvironmentFault(FaultOf.FILE_DAMAGED, sha256.hex()[:12])
            place = self._places.whole(sha256)
            place.parent.mkdir(parents=True, exist_ok=True)
            with GrowingFile(partial, self._key) as grown:
                os.fsync(grown.end(sha256))
            put_in_place(partial, place)
        except OSError as err:
            raise disk_fault(err) from err

    def delete(self, sha256: bytes) -> None:
        """Remove a file if it is here; it is as if it had never been taken in."""
        with self._guard:
            self._taken_in.discard(sha256)
            self._places.whole(sha256).unlink(missing_ok=True)
            self._places.plain(sha256).unlink(missing_ok=True)

    def set_aside(self, sha256: bytes) -> None:
        """Keep a file whose content is not what it is named for out of the way: somebody may save pages of it yet."""
        try:
            with self._guard:
                # Sealed files of both places open by the same hash; a plain one is sealed there like others.
                place = self.path(sha256)
                sealed = place == self._places.whole(sha256)
                aside = self._places.damaged(sha256)
                aside = aside if sealed else aside.with_name(place.name)
                aside.parent.mkdir(parents=True, exist_ok=True)
                place.replace(aside)
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
                for place in self._places.every(sha256):
                    if place.exists():
                        place.unlink()
                        sync_folder(place.parent)
            except OSError:
                return False
        return True

    def verify(self, sha256: bytes) -> bool:
        """Whether the file is here and has the content that it is named for."""
        try:
            with self.content(sha256) as reader:
                return hashlib.file_digest(reader, "sha256").digest() == sha256
        except FileNotFoundError:
            return False
        except EnvironmentFault as fault:
            if fault.code is not FaultOf.FILE_DAMAGED:
                raise
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
        if free_bytes(self._folder) < sealed_size(size) + self._reserve:
            raise EnvironmentFault(FaultOf.DISK_FULL)

    def _store(self, reader: BinaryIO) -> tuple[bytes, int]:
        digest = hashlib.sha256()
        size = 0
        with self._places.temporary() as temporary:
            with temporary.open("wb") as file:
                writer = SealedWriter(file, self._key)
                while chunk := reader.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    writer.write(chunk)
                sha256 = digest.digest()
                writer.finish(sha256)
                file.flush()
                os.fsync(file.fileno())
            self._keep(sha256)
            if not self.has(sha256):
                place = self._places.whole(sha256)
                place.parent.mkdir(exist_ok=True)
                put_in_place(temporary, place)
        return sha256, size

    def _placing(self, sha256: bytes, pieces: Iterable[bytes]) -> None:
        with self._places.temporary() as temporary:
            with temporary.open("wb") as file:
                writer = SealedWriter(file, self._key)
                for piece in pieces:
                    writer.write(piece)
                writer.finish(sha256)
                file.flush()
                os.fsync(file.fileno())
            place = self._places.whole(sha256)
            place.parent.mkdir(parents=True, exist_ok=True)
            put_in_place(temporary, place)


def _unsealed(place: Path, key: bytes, sha256: bytes | None) -> io.BufferedReader:
    return io.BufferedReader(SealedReader(place.open("rb"), key, sha256), SEALED_CHUNK)


def _is(partial: Path, key: bytes, sha256: bytes) -> bool:
    """Whether what was fetched is what it is named for."""
    try:
        with _unsealed(partial, key, None) as reader:
            return hashlib.file_digest(reader, "sha256").digest() == sha256
    except EnvironmentFault:
        return False


def disk_fault(err: OSError) -> EnvironmentFault:
    """The fault behind an OSError."""
    # 28: ENOSPC, 122: EDQUOT; 112: Windows' ERROR_DISK_FULL.
    full = err.errno in (28, 122) or getattr(err, "winerror", 0) == 112  # noqa: PLR2004  # the numbers are named above
    return EnvironmentFault(FaultOf.DISK_FULL if full else FaultOf.DISK_FAILED, type(err).__name__)


def copy_file(source: Path, target: Path) -> None:
    """A synced copy of a file under a new name, which stands there whole or not at all; EnvironmentFault."""
    begun = target.with_name(target.name + BEGUN)
    try:
        with source.open("rb") as reader, begun.open("wb") as writer:
            _copy(reader, writer)
        put_in_place(begun, target)
    except OSError as err:
        with suppress(OSError):
            begun.unlink(missing_ok=True)
        raise disk_fault(err) from err


def _copy(reader: BinaryIO, writer: BinaryIO) -> None:
    shutil.copyfileobj(reader, writer, CHUNK)
    writer.flush()
    os.fsync(writer.fileno())
