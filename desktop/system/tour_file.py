"""Who has been led round the window on this PC; kept in `tur.json`, by the numbers of the people."""

from pathlib import Path

import msgspec

from desktop.system.profile import write_whole

FILE = "tur.json"


class TourFile:
    """Of one profile. What cannot be read is as if nobody had been led round."""

    def __init__(self, folder: Path) -> None:
        """In `folder`."""
        self._path = folder / FILE

    def knows(self, user: int) -> bool:
        """Whether a person was led round."""
        return user in self._all()

    def keep(self, user: int) -> None:
        """Remember it; where the disk refuses, the person is led round again at the next sign-in."""
        try:
            write_whole(self._path, msgspec.json.encode(sorted({*self._all(), user})))
        except OSError:
            return

    def _all(self) -> frozenset[int]:
        try:
            return frozenset(msgspec.json.decode(self._path.read_bytes(), type=list[int]))
        except (OSError, msgspec.MsgspecError):
            return frozenset()
