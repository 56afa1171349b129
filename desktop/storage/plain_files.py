"""Seals the files that an older program left in the clear, one at a time, while both forms can be read.

A file is sealed beside its place, brought to the disk and renamed before the plain one goes; whatever ends the program
on the way leaves the plain one, the sealed one or both, and it goes on from there. Damaged bytes are sealed as they
are, and still count as damaged. The blocks that a plain file leaves on the disk are the system's.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from desktop.storage.file_places import DAMAGED, PARTIAL, FilePlaces
from desktop.storage.sealed_file import SealedWriter
from desktop.system.durability import put_in_place, sync_folder

_PLAIN = re.compile(r"[0-9a-f]{64}")
# What a crash left of a file that an older program was writing in its place.
_HALF = re.compile(r"[0-9a-f]{64}\.[0-9a-f]{12}")
_PIECE = 1024 * 1024


def plain_files(folder: Path) -> Iterator[Path]:
    """The files in the clear, even such as are gone meanwhile; half-written ones are removed on the way."""
    for place in sorted(folder.glob("*")):
        if place.is_dir():
            for file in sorted(place.iterdir()):
                if _PLAIN.fullmatch(file.name):
                    yield file
                elif _HALF.fullmatch(file.name):
                    file.unlink(missing_ok=True)


def seal_plain(plain: Path, places: FilePlaces, key: bytes, *, guard: threading.Lock) -> None:
    """Seal one of them; OSError leaves it as it was. One that somebody reads may have to stay until another time."""
    sha256 = bytes.fromhex(plain.name)
    if plain.parent.name == PARTIAL:
        seal_partial(sha256, places, key)
        return
    target = places.damaged(sha256) if plain.parent.name == DAMAGED else places.whole(sha256)
    _seal(plain, target, places, key, end=sha256, guard=guard)


def seal_partial(sha256: bytes, places: FilePlaces, key: bytes) -> None:
    """Seal the beginning of a file that is being fetched, if there is one in the clear; the caller has claimed it."""
    plain = places.plain_partial(sha256)
    if plain.exists():
        _seal(plain, places.partial(sha256), places, key, end=None, guard=threading.Lock())


def _seal(
    plain: Path, target: Path, places: FilePlaces, key: bytes, *, end: bytes | None, guard: threading.Lock
) -> None:
    with places.temporary() as temporary:
        if not target.exists():
            with plain.open("rb") as reader, temporary.open("wb") as file:
                writer = SealedWriter(file, key)
                while piece := reader.read(_PIECE):
                    writer.write(piece)
                writer.finish(end)
                file.flush()
                os.fsync(file.fileno())
        with guard:
            # Under the lock: what was erased meanwhile must not come back.
            if not plain.exists():
                return
            if temporary.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                put_in_place(temporary, target)
            with suppress(PermissionError):  # Windows keeps a file that is open; the next start finds it
                plain.unlink()
                sync_folder(plain.parent)
