"""Disks: what lies on one at a moment, and what is left of it when the power goes."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

SECTOR = 512


@dataclass(frozen=True)
class Image:
    """All files of a folder at one moment, by their path in it."""

    files: dict[str, bytes]

    @staticmethod
    def of(folder: Path) -> Image:
        """The files as another program would find them now; the index of a write-ahead log is made anew anyway."""
        found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
        return Image({path.relative_to(folder).as_posix(): path.read_bytes() for path in found})

    def put_back(self, folder: Path) -> None:
        """Make the folder what it was."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def torn(self, later: Image, chance: random.Random) -> Image:
        """The disk when the power went on the way from here to `later`.

        What had been synced here is kept. Of what a log grew by only some sectors were written, in no order; the
        other files, if they were appended to, end anywhere.
        """
        files = dict(self.files)
        for name, content in later.files.items():
            before = files.get(name, b"")
            if name.endswith("-wal"):
                if content.startswith(before):
                    files[name] = before + _some_sectors(content[len(before) :], chance)
                else:  # the log was begun anew: the whole of it had been brought into the file before
                    return later
            elif "partial" in name or "incoming" in name:
                files[name] = before + content[len(before) :][: chance.randrange(len(content) - len(before) + 1)]
        return Image(files)

    def without_synced(self, name: str, length: int) -> Image:
        """The disk when everything after the first `length` bytes of a file was never synced."""
        return Image({**self.files, name: self.files.get(name, b"")[:length]})


def _some_sectors(grown: bytes, chance: random.Random) -> bytes:
    written = grown[: chance.randrange(len(grown) + 1)]
    sectors = [written[start : start + SECTOR] for start in range(0, len(written), SECTOR)]
    return b"".join(sector if chance.random() < 0.8 else bytes(len(sector)) for sector in sectors)
