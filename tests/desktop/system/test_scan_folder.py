"""Which files of the watched folder are whole."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.scan_folder import STILL_SECONDS, TAKEN, ScanFolder
from desktop.system.scanner import SaneScanner


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watched(tmp_path: Path, clock: Clock) -> ScanFolder:
    return ScanFolder(tmp_path, now=clock)


def later(watched: ScanFolder, clock: Clock) -> list[str]:
    clock.seconds += STILL_SECONDS
    return [path.name for path in watched.look()]


def test_a_file_is_whole_when_it_stood_still_for_a_while(watched: ScanFolder, clock: Clock) -> None:
    (watched.folder / "a.pdf").write_bytes(b"%PDF")

    assert watched.look() == []
    assert later(watched, clock) == ["a.pdf"]


def test_a_file_that_still_grows_is_waited_for(watched: ScanFolder, clock: Clock) -> None:
    path = watched.folder / "a.pdf"
    path.write_bytes(b"%PDF")
    watched.look()
    path.write_bytes(b"%PDF-1.7 more")

    assert later(watched, clock) == []
    assert later(watched, clock) == ["a.pdf"]


@pytest.mark.parametrize("name", ["a.docx", ".a.pdf", "~a.pdf", "a.pdf.part"])
def test_what_no_scanner_writes_is_let_lie(watched: ScanFolder, clock: Clock, name: str) -> None:
    (watched.folder / name).write_bytes(b"x")
    watched.look()

    assert later(watched, clock) == []


def test_empty_files_and_links_are_let_lie(
    watched: ScanFolder, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (watched.folder / "kosong.pdf").touch()
    elsewhere = tmp_path_factory.mktemp("lain") / "b.pdf"
    elsewhere.write_bytes(b"%PDF")
    if sys.platform != "win32":
        (watched.folder / "b.pdf").symlink_to(elsewhere)
    watched.look()

    assert later(watched, clock) == []


def test_what_was_taken_is_moved_aside_under_a_free_name(watched: ScanFolder) -> None:
    for content in (b"one", b"two"):
        path = watched.folder / "a.pdf"
        path.write_bytes(content)
        watched.settle(path, taken=True)

    aside = watched.folder / TAKEN
    assert sorted(path.name for path in aside.iterdir()) == ["a (2).pdf", "a.pdf"]
    assert (aside / "a.pdf").read_bytes() == b"one"


def test_what_cannot_be_read_is_tried_again_only_when_it_changes(watched: ScanFolder, clock: Clock) -> None:
    path = watched.folder / "a.pdf"
    path.write_bytes(b"bad")
    watched.look()
    later(watched, clock)
    watched.settle(path, taken=False)

    assert later(watched, clock) == []
    path.write_bytes(b"better")
    watched.look()
    assert later(watched, clock) == ["a.pdf"]


def test_a_folder_that_goes_away_is_a_fault_and_its_files_come_back(watched: ScanFolder, clock: Clock) -> None:
    path = watched.folder / "a.pdf"
    path.write_bytes(b"%PDF")
    watched.look()
    hidden = watched.folder.with_name("hilang")
    shutil.move(watched.folder, hidden)

    with pytest.raises(EnvironmentFault) as raised:
        watched.look()
    shutil.move(hidden, watched.folder)

    assert raised.value.code is FaultOf.FILE_MISSING
    assert later(watched, clock) == ["a.pdf"]


FEEDER_IS_EMPTY = """
import sys
names = ""
for word in sys.argv[1:]:
    if word.startswith("--source="):
        sys.exit(7)
    if word.startswith("--batch="):
        names = word.removeprefix("--batch=")
with open(names % 1, "w", encoding="ascii") as page:
    page.write("scanned")
"""


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, str]:
    """What starts a program in the place of scanimage, with an empty feeder: for hardware that no test has."""
    path = tmp_path / "scanimage.py"
    path.write_text(FEEDER_IS_EMPTY, encoding="ascii")
    return sys.executable, str(path)


def test_the_glass_is_scanned_when_the_feeder_is_empty(command: tuple[str, str], tmp_path: Path) -> None:
    found = SaneScanner(*command).scan(tmp_path)

    assert [path.name for path in found] == ["halaman-0001.jpg"]


def test_a_scanner_that_gives_nothing_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as raised:
        SaneScanner(sys.executable).scan(tmp_path)

    assert raised.value.code is FaultOf.SCANNER_FAILED
