"""A hub is killed at each of its commits in turn: every letter arrives at the server, once, with its number."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.domain.letters import IncomingLetter
from desktop.storage.outbox import OpState
from desktop.system.settings import Settings, write_settings
from tests.journey.office_pc import OfficePc, write_letter
from tests.server.test_power_cut import free_port
from tests.support.server import make_office, running_server

# Each commit of a life in which a letter comes, goes on and is answered, with numbers: before it, after it.
QUICK, ALL = 6, 16
LIFE_S = 30
FEW = 5


@contextmanager
def hub_that_dies(folder: Path, upstream: str, port: int, *, code: str, number: int) -> Iterator[subprocess.Popen[str]]:
    words = ["-m", "tests.faults.hub_victim", str(folder), upstream, str(port), code, str(number)]
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        process.stdout.readline()  # ready, or dead before that
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def seq_at_hub(desk: OfficePc) -> int:
    """The last op of the PC that the hub holds."""
    with desk.opened.store.read() as uow:
        return uow.meta.hub().seq


@pytest.mark.timeout(300)
@pytest.mark.parametrize("deaths", [QUICK, pytest.param(ALL, marks=pytest.mark.long)])
def test_a_hub_killed_at_each_of_its_commits_loses_and_doubles_nothing(tmp_path: Path, deaths: int) -> None:
    with running_server(tmp_path) as server, OfficePc(tmp_path / "pc-tu") as desk:
        office = make_office(server)
        code = server.handle.hubs.new_code(office.tenant, office.office)
        port, folder = free_port(), tmp_path / "hub"
        desk.join(server.url, office.codes["tu"])
        write_settings(desk.folder, Settings(hub=f"http://127.0.0.1:{port}"))
        died = 0
        for number in range(1, deaths + 1):
            with hub_that_dies(folder, server.url, port, code=code, number=number) as hub:
                write_letter(desk, "tu", f"Surat {number}")
                desk.visit()
                try:
                    hub.wait(LIFE_S)
                    died += 1
                except subprocess.TimeoutExpired:
                    break
        assert died >= deaths // 2, "the hub died often enough for this to mean something"
        with hub_that_dies(folder, server.url, port, code=code, number=0):
            desk.sync()
            last: list[str] = []
            # On a slow machine a PC gives a meeting up and goes the long way; one of a few letters goes by the hub.
            while len(last) < FEW and not seq_at_hub(desk):
                last.append(f"Yang terakhir {len(last)}")
                write_letter(desk, "tu", last[-1])
                desk.sync()
            with desk.opened.store.read() as uow:
                assert uow.outbox.count(OpState.WAITING) == 0
            assert seq_at_hub(desk), "one of the last went by the hub"
        letters = [letter for letter, _ in desk.settled(IncomingLetter).values()]
        assert desk.tray() == ()
        assert sorted(letter.subject for letter in letters) == sorted(
            [*(f"Surat {number}" for number in range(1, len(letters) - len(last) + 1)), *last]
        )
        numbers = [letter.agenda_no for letter in letters]
        assert len(set(numbers)) == len(numbers)
        assert 0 not in numbers
