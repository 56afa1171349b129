"""Drives: where the disks of a world lie, under databases whose connections outlive a restart.

A program that starts opens its database, reads the schema and prepares every statement anew: in a world that kills a
PC at every thirteenth step that took a seventh of all time, and is the same each time. So a connection that a program
closes waits for its next start, and what lies on the disk is changed beneath it as by another program. What SQLite
makes of a log that was torn it still says itself: on a copy, through a connection that knows nothing.
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.simulation.disk import Image

LOG = "-wal"
INDEX = "-shm"
# Of the header of a file of SQLite.
_WRITTEN_BY, _A_JOURNAL = 18, 1
_PAGE = 4096
_MOST = 0xFFFFFFFF
# Of the index of a log: version, unused, changes, what kind of header (flags and page size), frames, pages, the sums
# of the last frame, salts, and the sums of all this.
_HEADER = struct.Struct("=3I4s2I2I2I2I")


class Waiting:
    """The connections to one database that no program uses just now."""

    def __init__(self, path: Path, fresh: Callable[[Path], Any]) -> None:
        """`fresh` opens a connection that knows nothing of the database yet."""
        self.path = path
        self.fresh = fresh
        self._idle: list[Any] = []
        self._lent: dict[int, Any] = {}

    def __bool__(self) -> bool:
        """Whether what they know can be kept: there are some, and none is with a program that hangs on its way out."""
        return bool(self._idle) and not self._lent

    def take(self, make: Callable[[], Any]) -> Any:
        """One that waits, or a new one."""
        connection = self._idle.pop() if self._idle else make()
        self._lent[id(connection)] = connection
        return connection

    def put(self, connection: Any) -> None:
        """A program is done with a connection. With the last one the log is folded into the file, as by closing it."""
        if self._lent.pop(id(connection), None) is None:
            connection.close()
            return
        if connection.in_transaction:
            connection.rollback()
        self._idle.append(connection)
        if not self._lent:
            ((busy, _, _),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            assert not busy, f"somebody still reads {self.path}"

    def close(self) -> None:
        """Close all of them, and each that is still with a program as soon as it comes back."""
        self._lent.clear()
        while self._idle:
            self._idle.pop().close()

    def rewrite(self, image: Image, scratch: Path) -> None:
        """Let the database be what it is in an image."""
        whole = self._mended(image, scratch)
        with self.path.open("r+b", buffering=0) as file:
            file.write(whole)
            file.truncate()
        _tell_of_a_commit(self.path.with_name(self.path.name + INDEX), len(whole))

    def _mended(self, image: Image, scratch: Path) -> bytes:
        name = self.path.name
        content, log = image.files[name], image.files.get(name + LOG, b"")
        if not (log or _without_log(content)):
            return content
        if name not in image.mended:
            copy = scratch / name
            copy.write_bytes(content)
            copy.with_name(name + LOG).write_bytes(log)
            connection = self.fresh(copy)
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            connection.execute("PRAGMA user_version").fetchall()
            connection.close()  # the last one folds the log into the file
            image.mended[name] = copy.read_bytes()
            copy.unlink()
        return image.mended[name]


def _tell_of_a_commit(index: Path, size: int) -> None:
    """Say in the index of an empty log that somebody has committed: whoever knew pages of the file forgets them.

    The header of the index as https://sqlite.org/walformat.html has it; it stands there twice.
    """
    with index.open("r+b", buffering=0) as file:
        first, second = file.read(_HEADER.size), file.read(_HEADER.size)
        assert first == second, f"somebody is writing {index}"
        version, unused, changes, kind, frames, _pages, *salts = _HEADER.unpack(first)[:-2]
        assert not frames, f"the log beside {index} is not empty"
        fresh = (version, unused, changes + 1 & _MOST, kind, frames, size // _PAGE, *salts)
        ones = twos = 0
        words = struct.unpack("=10I", _HEADER.pack(*fresh, 0, 0)[:40])
        for one, two in zip(words[::2], words[1::2], strict=True):
            ones = ones + one + twos & _MOST
            twos = twos + two + ones & _MOST
        file.seek(0)
        file.write(2 * _HEADER.pack(*fresh, ones, twos))


def _without_log(content: bytes) -> bool:
    """Whether a database keeps no log, as the backups that SQLite writes; a sealed one never tells, and is none."""
    return content.startswith(b"SQLite format 3") and content[_WRITTEN_BY] == _A_JOURNAL


class Drives:
    """Every database of a process, and the folders around them."""

    def __init__(self) -> None:
        self._waiting: dict[str, Waiting] = {}
        self._scratch = TemporaryDirectory(dir=_memory())

    def of(self, path: Path, fresh: Callable[[Path], Any]) -> Waiting:
        """The connections to the database at a path."""
        return self._waiting.setdefault(str(path), Waiting(path, fresh))

    def put_back(self, image: Image, folder: Path) -> None:
        """Make a folder what it was."""
        folder.mkdir(parents=True, exist_ok=True)
        base = f"{folder}/"
        kept = {name for name in image.files if self._waiting.get(base + name)}
        self._clear(str(folder), kept)
        for name, content in image.files.items():
            if name in kept:
                self._waiting[base + name].rewrite(image, Path(self._scratch.name))
            elif name.removesuffix(LOG) not in kept:
                path = base + name
                if "/" in name:
                    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103,PTH120  # as in `disk`
                with open(path, "wb", buffering=0) as file:  # noqa: PTH123  # as in `disk`
                    file.write(content)

    def forget(self, path: Path) -> None:
        """The database at a path goes for good."""
        if str(path) in self._waiting:
            self._waiting[str(path)].close()

    def clear(self, folder: Path) -> None:
        """Leave nothing in a folder of many but databases that somebody may use again."""
        if folder.is_dir():
            for entry in os.scandir(folder):
                kept = {Path(name).name for name, one in self._waiting.items() if one and _lies_in(name, entry.path)}
                self._clear(entry.path, kept)
                if not kept:
                    os.rmdir(entry.path)  # noqa: PTH106  # as in `disk`

    def close(self) -> None:
        """Close every connection."""
        for one in self._waiting.values():
            one.close()
        self._scratch.cleanup()

    def _clear(self, folder: str, kept: set[str]) -> None:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.removesuffix(LOG).removesuffix(INDEX) in kept:
                    continue
                if entry.path in self._waiting:
                    self._waiting[entry.path].close()
                if entry.is_dir():
                    shutil.rmtree(entry.path)
                else:
                    os.unlink(entry.path)  # noqa: PTH108  # as in `disk`


def _lies_in(name: str, folder: str) -> bool:
    return os.path.dirname(name) == folder  # noqa: PTH120  # as in `disk`


def _memory() -> Path | None:
    memory = Path("/dev/shm")  # noqa: S108  # the folder made there is private; without it the disk serves as well
    return memory if memory.is_dir() else None
