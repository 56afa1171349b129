"""Disks: what lies on one at a moment, and what is left of it when the power goes."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512


@dataclass(frozen=True)
class Image:
    """All files of a folder at one moment, by their path in it."""

    files: dict[str, bytes]
    # What SQLite made of a database and its log, by the name of the database (`drives`).
    mended: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def of(folder: Path) -> Image:
        """The files as another program would find them now; the index of a write-ahead log is made anew anyway."""
        return Image({name: _content(place) for name, place in sorted(_files(str(folder), ""))})

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


# A kill takes an image, and a world has hundreds of kills: pathlib would take longer than the disk.
def _files(folder: str, below: str) -> list[tuple[str, str]]:
    """(path in the folder, path) of every file in it."""
    found: list[tuple[str, str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                found += _files(entry.path, f"{below}{entry.name}/")
            elif not entry.name.endswith("-shm"):
                found.append((below + entry.name, entry.path))
    return found


def _content(place: str) -> bytes:
    with open(place, "rb", buffering=0) as file:  # noqa: PTH123  # as above
        return file.read()


def _some_sectors(grown: bytes, chance: random.Random) -> bytes:
    written = grown[: chance.randrange(len(grown) + 1)]
    sectors = [written[start : start + SECTOR] for start in range(0, len(written), SECTOR)]
    return b"".join(sector if chance.random() < 0.8 else bytes(len(sector)) for sector in sectors)
