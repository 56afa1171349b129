"""On what paper and by which printer a form was last printed on this PC; kept in `cetak.json`."""

from pathlib import Path

import msgspec

from desktop.system.kept_json import keep, read_kept

FILE = "cetak.json"


class PrintChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A size of paper and the name of a printer, both empty until somebody chose."""

    size: str = ""
    printer: str = ""


class PrintChoices:
    """The choices of each form. What cannot be read is as if nothing had been chosen."""

    def __init__(self, folder: Path) -> None:
        """Of the profile in `folder`."""
        self._path = folder / FILE

    def of(self, form: str) -> PrintChoice:
        """What was chosen for a form."""
        return self._read().get(form, PrintChoice())

    def keep(self, form: str, choice: PrintChoice) -> None:
        """Remember it; where the disk refuses, it is forgotten."""
        keep(self._path, {**self._read(), form: choice})

    def _read(self) -> dict[str, PrintChoice]:
        return read_kept(self._path, dict[str, PrintChoice])
