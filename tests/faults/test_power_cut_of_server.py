"""kill -9 of the server at each transaction: PCs go on with the server that starts after it, and nothing is lost."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.services.attachments import AttachmentService
from desktop.system.faults import EnvironmentFault
from tests.faults.conftest import CLERK, ROOT, SECOND, Prepared, Scene
from tests.faults.victim import OnePage
from tests.journey.office_pc import OfficePc, order, write_letter
from tests.support.server import PASSWORD, running_server

# Whose transactions are written on the way, by module and function.
OF_A_JOIN = (
    "accounts.enrol",
    "accounts.open_session",
    "guesses.use",
    "guesses.begin",
    "guesses.right",
    "tokens._extend",
)
NAMES = ("sync._take", "blobs._begin", "blobs.append", "blobs._keep", *OF_A_JOIN)
MOMENTS = tuple(f"{when} {name}" for name in NAMES for when in ("before", "after"))
ONCE = {f"{when} {name}" for name in OF_A_JOIN for when in ("before", "after")}
CASES = [(moment, hit) for moment in MOMENTS for hit in ((1,) if moment in ONCE else (1, 2))]
QUICK = {(moment, 1 if moment in ONCE else 1 + place % 2) for place, moment in enumerate(MOMENTS)}


class Server:
    """A server in a process of its own, over the folder of the scene."""

    def __init__(self, folder: Path, moment: str, hit: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.server_victim", str(folder), moment or "-", str(hit)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def end(self) -> tuple[int, dict[str, int]]:
        """How the process ended, and if it came to its end by itself how often each moment came."""
        told, _ = self._process.communicate(timeout=30)
        return self._process.returncode, json.loads(told) if told else {}


@pytest.fixture
def pcs(prepared_office: Prepared, tmp_path: Path) -> Iterator[tuple[OfficePc, OfficePc]]:
    """The clerk's and the secretary's PC, and the folder of their server, which does not run."""
    for name in ("server", CLERK, SECOND):
        shutil.copytree(prepared_office.folder / name, tmp_path / name)
    with OfficePc(tmp_path / CLERK) as clerk, OfficePc(tmp_path / SECOND) as second:
        yield clerk, second


@contextmanager
def living_server(prepared_office: Prepared, folder: Path, clerk: OfficePc, second: OfficePc) -> Iterator[Scene]:
    """The server that is started after the dead one."""
    with running_server(folder) as server:
        clerk.move_server(server.url)
        second.move_server(server.url)
        yield Scene(server=server, office=prepared_office.office, clerk=clerk, second=second, folder=folder)


def work(prepared_office: Prepared, folder: Path, pcs: tuple[OfficePc, OfficePc], server: Server) -> dict[bytes, str]:
    """What offices let a server do, whether it answers or not; the letters that were confirmed, with their numbers."""
    clerk, second = pcs
    clerk.move_server(server.url)
    second.move_server(server.url)
    confirmed: dict[bytes, str] = {}
    for number in range(2):
        path = folder / f"pindaian-{number}.pdf"
        path.write_bytes(b"%PDF-1.7 " + bytes([number]) * 100_000)
        scan = AttachmentService(clerk.opened.store, clerk.opened.files, OnePage(), clerk.clock).take(path)
        letter = write_letter(clerk, "tu", f"Surat {number}", scans=(scan,))
        confirmed[letter.letter_id] = letter.agenda
        clerk.visit()
        second.visit()
        mine = write_letter(
            second, "sekcam", f"Dari sekretaris {number}", addressee=prepared_office.office.positions["tu"]
        )
        second.seat("sekcam").dispositions.issue(order(mine.letter_id, prepared_office.office.positions["tu"]))
        second.visit()
        clerk.visit()
    with OfficePc(folder / "pc-camat") as head:
        try_to_join(head, server.url, prepared_office.office.codes["camat"])
    return confirmed


def try_to_join(pc: OfficePc, url: str, code: str) -> None:
    """Join an office whose server may be gone."""
    try:
        pc.join(url, code, password=PASSWORD)
    except EnvironmentFault:
        return


def test_every_transaction_of_a_server_is_named(
    prepared_office: Prepared, pcs: tuple[OfficePc, OfficePc], tmp_path: Path
) -> None:
    server = Server(tmp_path, "", 1)
    work(prepared_office, tmp_path, pcs, server)

    ended, moments = server.end()

    assert ended == 0
    assert set(moments) == set(MOMENTS)
    assert {moment for moment, count in moments.items() if count < 2} == ONCE


@pytest.mark.parametrize(
    "death_at",
    [case if case in QUICK else pytest.param(case, marks=pytest.mark.long) for case in CASES],
    ids=lambda at: "-".join(map(str, at)),
)
def test_a_server_that_dies_loses_nothing_that_a_pc_relies_on(
    prepared_office: Prepared, pcs: tuple[OfficePc, OfficePc], tmp_path: Path, death_at: tuple[str, int]
) -> None:
    clerk, second = pcs
    moment, hit = death_at
    server = Server(tmp_path, moment, hit)
    confirmed = work(prepared_office, tmp_path, pcs, server)
    assert server.end()[0] == -signal.SIGKILL

    with living_server(prepared_office, tmp_path, clerk, second) as scene:
        scene.check_whole()
        own = scene.own_letters()
        assert {letter_id: own.get(letter_id) for letter_id in confirmed} == confirmed
        scene.check_whole(second)
        with OfficePc(tmp_path / "pc-camat") as head:
            head.join(scene.server.url, prepared_office.office.codes["camat"])
            head.move_server(scene.server.url)  # who was let in by the dead one goes on knowing its address
            scene.check_whole(head)
