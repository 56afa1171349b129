"""A disk that lost its power: what a folder may look like, given the log of `shim.c`.

What was synced is there. Of what was not, each page of each write is there or not, as chance has it; the names (made,
moved, removed) are in order up to some point, as a journalled file system keeps them. Folders themselves are taken
as made. Memory that was mapped is not seen: SQLite maps its `-shm` alone, and builds it anew.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from random import Random

PAGE = 4096
_HEAD = struct.Struct("<BQQI")


class Kind(IntEnum):
    """The kinds of entry; as in `shim.c`."""

    WRITE = 1
    TRUNCATE = 2
    RENAME = 3
    UNLINK = 4
    SYNC = 5
    SYNC_FOLDER = 6
    CREATE = 7


@dataclass
class File:
    """What is on the disk for certain, and what came after: (offset, bytes), or (length, None) for a new length."""

    kept: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for offset, data in self.waiting:
            self._apply(offset, data)
        self.waiting.clear()

    def lose(self, random: Random, share: float) -> int:
        """Keep a share of what waits, page by page; how many pieces are lost."""
        lost = 0
        for offset, data in self.waiting:
            for start, piece in _pages(offset, data):
                if random.random() < share:
                    self._apply(start, piece)
                else:
                    lost += 1
        self.waiting.clear()
        return lost

    def _apply(self, offset: int, data: bytes | None) -> None:
        end = offset + len(data or b"")
        if len(self.kept) < end:
            self.kept.extend(bytes(end - len(self.kept)))
        if data is None:
            del self.kept[offset:]
        else:
            self.kept[offset:end] = data


class Disk:
    """The folder `root`, as it stands when this is made, is on the disk for certain."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[str, File] = {}
        self._files: dict[int, File] = {}
        self._moves: list[tuple[Kind, str, str, File | None]] = []
        self.counts: Counter[Kind] = Counter()
        for path in root.rglob("*"):
            if path.is_file():
                file = File(kept=bytearray(path.read_bytes()))
                self._names[str(path)] = self._files[path.stat().st_ino] = file

    def replay(self, log: Path) -> None:
        """Take in what was told."""
        for kind, inode, offset, data in _entries(log.read_bytes()):
            self.counts[kind] += 1
            if kind is Kind.CREATE:
                self._files[inode] = File()
                self._moves.append((kind, data.decode(), "", self._files[inode]))
            elif kind is Kind.WRITE:
                self._files.setdefault(inode, File()).waiting.append((offset, data))
            elif kind is Kind.TRUNCATE:
                self._files.setdefault(inode, File()).waiting.append((offset, None))
            elif kind is Kind.SYNC:
                self._files.setdefault(inode, File()).sync()
            elif kind is Kind.SYNC_FOLDER:
                self._sync_names(Path(data.decode()))
            else:
                one, _, other = data.decode().partition("\0")
                self._moves.append((kind, one, other, None))

    def unsynced(self) -> set[str]:
        """The files of which something waits."""
        return {Path(name).name for name, file in self._names.items() if file.waiting}

    def lose_power(self, seed: str) -> int:
        """Make the folder what the disk may hold; how many pieces were lost."""
        random = Random(seed)
        share = random.choice((0.0, 0.5, 0.9))
        kept = random.randint(0, len(self._moves))
        lost = len(self._moves) - kept
        for move in self._moves[:kept]:
            self._move(move)
        for path in self._root.rglob("*"):
            if path.is_file():
                path.unlink()
        written = {id(file): file for file in self._names.values()}
        lost += sum(file.lose(random, share) for file in written.values())
        for name, file in self._names.items():
            Path(name).write_bytes(file.kept)
            Path(name).chmod(0o600)
        return lost

    def _sync_names(self, folder: Path) -> None:
        """A journal is written in order: with the names of a folder go all that were changed before them."""
        places = [place for place, move in enumerate(self._moves) if folder in _folders(move)]
        upto = places[-1] + 1 if places else 0
        for move in self._moves[:upto]:
            self._move(move)
        del self._moves[:upto]

    def _move(self, move: tuple[Kind, str, str, File | None]) -> None:
        kind, one, other, made = move
        if kind is Kind.CREATE and made is not None:
            self._names[one] = made
        elif kind is Kind.RENAME and one in self._names:
            self._names[other] = self._names.pop(one)
        elif kind is Kind.UNLINK:
            self._names.pop(one, None)


def _folders(move: tuple[Kind, str, str, File | None]) -> set[Path]:
    return {Path(name).parent for name in move[1:3] if name}


def _pages(offset: int, data: bytes | None) -> Iterator[tuple[int, bytes | None]]:
    if data is None:
        yield offset, None
        return
    start = 0
    while start < len(data):
        end = min(len(data), start + PAGE - (offset + start) % PAGE)
        yield offset + start, data[start:end]
        start = end


def _entries(log: bytes) -> Iterator[tuple[Kind, int, int, bytes]]:
    at = 0
    while at + _HEAD.size <= len(log):
        kind, inode, offset, size = _HEAD.unpack_from(log, at)
        at += _HEAD.size
        yield Kind(kind), inode, offset, log[at : at + size]
        at += size
