"""How each person of this PC arranged a list: kept in `daftar.json`, by the number of the person."""

from pathlib import Path

import msgspec

from desktop.system.kept_json import keep, read_kept

FILE = "daftar.json"


class TableChoice(msgspec.Struct, frozen=True, kw_only=True):
    """The columns by their numbers: their order, which are hidden, and widths in pixels at 100 %; sorting and filter.

    `sort` -1 and an empty `only`: as at first.
    """

    order: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    widths: dict[int, int] = {}
    sort: int = -1
    descending: bool = True
    only: str = ""


class TableChoices:
    """What cannot be read is as if nobody had arranged anything."""

    def __init__(self, folder: Path) -> None:
        """Of the profile in `folder`."""
        self._path = folder / FILE

    def of(self, user: int, table: str) -> TableChoice:
        """How a person arranged a list."""
        return self._all().get(str(user), {}).get(table, TableChoice())

    def keep(self, user: int, table: str, choice: TableChoice) -> None:
        """Remember it; where the disk refuses, it lasts until the program ends."""
        known = self._all()
        known.setdefault(str(user), {})[table] = choice
        keep(self._path, known)

    def _all(self) -> dict[str, dict[str, TableChoice]]:
        return read_kept(self._path, dict[str, dict[str, TableChoice]])
