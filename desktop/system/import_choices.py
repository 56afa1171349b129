"""What the columns of books that were imported on this PC mean; kept in `impor.json`."""

from collections.abc import Mapping
from pathlib import Path

from desktop.system.kept_json import keep, read_kept

FILE = "impor.json"
# More names of columns than any office has; what was learnt first is forgotten first.
MOST = 200


class ImportChoices:
    """The field for each header that a person explained. What cannot be read is as if nothing had been explained."""

    def __init__(self, folder: Path) -> None:
        """Of the profile in `folder`."""
        self._path = folder / FILE

    def known(self) -> dict[str, str]:
        """The fields by the headers; the empty text for a column that is left out."""
        return read_kept(self._path, dict[str, str])

    def keep(self, chosen: Mapping[str, str]) -> None:
        """Remember them; where the disk refuses, they are forgotten."""
        kept = {**self.known(), **chosen}
        keep(self._path, dict(list(kept.items())[-MOST:]))
