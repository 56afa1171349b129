"""Driving a scanner through a program that the office has: `scanimage` (SANE) or the console of NAPS2 (Windows).

One small port, so that another way can be put behind it. Both write files into a folder of the program's own, from
where they are taken in like any other; what a crash leaves there is taken in at the next start.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from desktop.system.faults import EnvironmentFault, FaultOf

SECONDS: Final = 300
DPI: Final = 300
NAPS2_PLACES: Final = (
    Path("C:/Program Files/NAPS2/NAPS2.Console.exe"),
    Path("C:/Program Files (x86)/NAPS2/NAPS2.Console.exe"),
)
_NO_WINDOW: Final = 0x08000000


class Scanner(Protocol):
    """Something that scans what lies on it."""

    def scan(self, folder: Path) -> list[Path]:
        """Scan all sheets into files of the folder, in their order. EnvironmentFault when nothing came."""


class SaneScanner:
    """The default scanner of SANE: the feeder where sheets lie in it, else the glass."""

    def __init__(self, *command: str) -> None:
        """`command` starts scanimage: its path, or an interpreter and a path."""
        self._command = command

    def scan(self, folder: Path) -> list[Path]:
        """Scan."""
        base = [*self._command, "--format=jpeg", f"--resolution={DPI}", "--mode=Color"]
        names = f"--batch={folder / 'halaman-%04d.jpg'}"
        # Of the feeder the last call ends with an error, for it is empty then: only the files tell.
        said = _run([*base, "--source=Automatic Document Feeder", names])
        found = sorted(folder.glob("halaman-*.jpg"))
        if not found:
            said = _run([*base, names, "--batch-count=1"])
            found = sorted(folder.glob("halaman-*.jpg"))
        return _required(found, said)


class Naps2Scanner:
    """NAPS2 with its default profile, which knows the scanner, the feeder and the resolution."""

    def __init__(self, program: str) -> None:
        """`program` is the path of NAPS2.Console.exe."""
        self._program = program

    def scan(self, folder: Path) -> list[Path]:
        """Scan."""
        made = folder / "halaman-0001.pdf"
        said = _run([self._program, "-o", str(made), "--force"])
        return _required([made] if made.is_file() and made.stat().st_size else [], said)


def find_scanner() -> Scanner | None:
    """The way to a scanner that this PC has."""
    if sys.platform == "win32":
        found = next((str(place) for place in NAPS2_PLACES if place.is_file()), shutil.which("NAPS2.Console"))
        return Naps2Scanner(found) if found else None
    program = shutil.which("scanimage")
    return SaneScanner(program) if program else None


def _run(command: Sequence[str]) -> str:
    """Run the program; what it said, for the log of support."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of the PC with fixed words and a folder of our own
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
        )
    except subprocess.TimeoutExpired as err:
        raise EnvironmentFault(FaultOf.SCANNER_FAILED, "timeout") from err
    except OSError as err:
        raise EnvironmentFault(FaultOf.SCANNER_FAILED, type(err).__name__) from err
    return done.stderr.decode("utf-8", "replace")[-200:]


def _required(found: list[Path], said: str) -> list[Path]:
    if not found:
        raise EnvironmentFault(FaultOf.SCANNER_FAILED, said)
    return found
