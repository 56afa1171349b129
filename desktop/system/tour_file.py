"""Who has been led round the window on this PC; kept in `tur.json`, by the numbers of the people."""

from pathlib import Path

from desktop.system.kept_json import keep, read_kept

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
        keep(self._path, sorted({*self._all(), user}))

    def _all(self) -> list[int]:
        return read_kept(self._path, list[int])
