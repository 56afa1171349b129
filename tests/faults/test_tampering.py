"""Random edits of a PC's store and files and of a server's log, rows and files, each in a copy: every one is found.

`--long` makes a thousand of them; a run prints how many each of the finders found.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.faults.tampered_pc import EDITS as EDITS_OF_PC
from tests.faults.tampered_pc import PcCopy, pc_at_rest
from tests.faults.tampered_server import EDITS as EDITS_OF_SERVER
from tests.server.audited_office import ServerCopy, resting_server

SEED = 20_261_129
SLICE = 24
LONG = 500


@pytest.fixture(scope="module")
def pc(tmp_path_factory: pytest.TempPathFactory) -> PcCopy:
    return pc_at_rest(tmp_path_factory.mktemp("pc") / "rest")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> ServerCopy:
    return resting_server(tmp_path_factory.mktemp("server"))


def tamper_with_pc(pc: PcCopy, folder: Path, *, count: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for number in range(count):
        random = Random(f"{SEED} pc {number}")
        copy = pc.again(folder)
        edit = random.choice(EDITS_OF_PC)
        told = edit(copy, random)
        by = copy.found_by()
        assert by, f"edit {number} is not found: {told}"
        found[f"{edit.__name__} found by {by}"] += 1
    return found


def tamper_with_server(server: ServerCopy, folder: Path, *, count: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for number in range(count):
        random = Random(f"{SEED} server {number}")
        copy = server.again(folder)
        edit = random.choice(EDITS_OF_SERVER)
        told = edit(copy, random)
        assert not copy.check().whole, f"edit {number} is not found: {told}"
        found[f"{edit.__name__} found by admin verify"] += 1
    return found


def test_a_pc_that_nobody_touched_is_whole(pc: PcCopy, tmp_path: Path) -> None:
    assert pc.again(tmp_path / "copy").found_by() == ""


def test_edits_of_a_pc_are_found(pc: PcCopy, tmp_path: Path) -> None:
    assert tamper_with_pc(pc, tmp_path / "copy", count=SLICE).total() == SLICE


def test_edits_of_a_server_are_found(server: ServerCopy, tmp_path: Path) -> None:
    assert server.check().whole
    assert tamper_with_server(server, tmp_path / "copy", count=SLICE).total() == SLICE


@pytest.mark.long
def test_a_thousand_edits_are_found(pc: PcCopy, server: ServerCopy, tmp_path: Path) -> None:
    found = tamper_with_pc(pc, tmp_path / "pc", count=LONG) + tamper_with_server(server, tmp_path / "s", count=LONG)

    print(*(f"{count:5} {what}" for what, count in sorted(found.items())), sep="\n")  # noqa: T201  # the figures
    assert found.total() == 2 * LONG
