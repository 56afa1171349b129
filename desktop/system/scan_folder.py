"""The folder into which a scanner writes: which files in it are whole, and putting away those that were taken in.

Looked at again and again, for network drives tell nobody what changes on them. A file is whole when neither its size
nor its time of writing changed for a while and it can be opened; whether it is a
scan is for the page process.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from desktop.system.faults import EnvironmentFault, FaultOf

SUFFIXES: Final = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".heic", ".heif"})
# In the folder itself: moving within one drive is one step, and a person finds the file where it was.
TAKEN: Final = "Sudah diambil Pesagi"
STILL_SECONDS: Final = 2.0
MOST_AT_ONCE: Final = 50
_Facts = tuple[int, int]


class ScanFolder:
    """Watches one folder."""

    def __init__(self, folder: Path, *, now: Callable[[], float] = time.monotonic) -> None:
        """`now` in seconds, of a clock that only goes on."""
        self.folder = folder
        self._now = now
        self._seen: dict[str, tuple[_Facts, float]] = {}
        self._done: dict[str, _Facts] = {}

    def look(self) -> list[Path]:
        """The files that are whole and were not dealt with, the oldest first. EnvironmentFault: it is not there now.

        A folder that is gone is no sign that its files are: what was seen in it is seen again when it comes back.
        """
        found: dict[Path, _Facts] = {}
        try:
            for path in self.folder.iterdir():
                facts = _facts_of(path)
                if facts is not None:
                    found[path] = facts
        except OSError as err:
            raise EnvironmentFault(FaultOf.FILE_MISSING, type(err).__name__) from err
        now = self._now()
        before, self._seen = self._seen, {}
        whole = []
        for path, facts in found.items():
            known = before.get(path.name)
            since = known[1] if known is not None and known[0] == facts else now
            self._seen[path.name] = (facts, since)
            if now - since >= STILL_SECONDS and facts != self._done.get(path.name) and _opens(path):
                whole.append(path)
        whole.sort(key=lambda path: found[path][1])
        return whole[:MOST_AT_ONCE]

    def settle(self, path: Path, *, taken: bool) -> None:
        """Deal with a file no more until it changes; one that was taken in is moved aside, where that can be done."""
        facts = _facts_of(path)
        if facts is None:
            return
        self._done[path.name] = facts
        if not taken:
            return
        try:
            aside = self.folder / TAKEN
            aside.mkdir(exist_ok=True)
            path.replace(_free(aside, path))
        except OSError:  # the scanner still holds it, or the folder may only be read: it is taken in all the same
            return


def _facts_of(path: Path) -> _Facts | None:
    """Size and time of writing of what may be a scan; never a link, which may lead anywhere."""
    if path.suffix.lower() not in SUFFIXES or path.name.startswith((".", "~")):
        return None
    try:
        facts = path.lstat()
    except OSError:
        return None
    if not path.is_file() or path.is_symlink() or facts.st_size == 0:
        return None
    return facts.st_size, facts.st_mtime_ns


def _opens(path: Path) -> bool:
    """Whether the file can be read: on Windows it cannot while the scanner writes it."""
    try:
        with path.open("rb") as file:
            return bool(file.read(1))
    except OSError:
        return False


def _free(aside: Path, path: Path) -> Path:
    """A name in the folder that nothing has yet."""
    place, number = aside / path.name, 1
    while place.exists():
        number += 1
        place = aside / f"{path.stem} ({number}){path.suffix}"
    return place
