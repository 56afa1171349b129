"""kill -9 of the server at each transaction: PCs go on with the server that starts after it, and nothing is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.services.attachments import AttachmentService
from desktop.system.faults import EnvironmentFault
from tests.faults.conftest import CLERK, ROOT, SECOND, Prepared, Scene
from tests.faults.failpoints import DEATH
from tests.faults.server_victim import STOP, ServerCase
from tests.faults.victim import OnePage
from tests.journey.cheap_passwords import cheap_passwords
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
OFTEN = tuple(moment for moment in MOMENTS if moment not in ONCE)
CASES = [(moment, hit) for moment in OFTEN for hit in (1, 2)]
QUICK = {(moment, 1 + place % 2) for place, moment in enumerate(OFTEN)}

Pair = tuple[OfficePc, OfficePc]


class Servers:
    """The process whose children are servers, one after the other; see `tests.faults.server_victim`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.server_victim"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._runs = False

    def start(self, folder: Path, moment: str = "", hit: int = 1) -> str:
        """Let a server begin that dies at a moment; returns its address."""
        if self._runs:  # a test that failed has left it
            self.end()
        self._write(msgspec.json.encode(ServerCase(folder=str(folder), moment=moment, hit=hit)).decode())
        self._runs = True
        return f"http://127.0.0.1:{self._read()['port']}"

    def end(self) -> tuple[int, dict[str, int]]:
        """The signal of its death or 0, and if it came to its end by itself how often each moment came."""
        self._write(STOP)
        told: dict[str, Any] = {}
        while "ended" not in told:
            told |= self._read()
        self._runs = False
        return told["ended"], told.get("moments", {})

    def close(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        facts: dict[str, Any] = json.loads(self._process.stdout.readline())
        return facts


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Servers to be killed."""
    made = Servers()
    yield made
    made.close()


@contextmanager
def copied(origin: Path, folder: Path) -> Iterator[Pair]:
    """The clerk's and the secretary's PC, and the folder of their server, which does not run."""
    for name in ("server", CLERK, SECOND):
        shutil.copytree(origin / name, folder / name)
    with OfficePc(folder / CLERK) as clerk, OfficePc(folder / SECOND) as second:
        yield clerk, second


@pytest.fixture
def pcs(prepared_office: Prepared, tmp_path: Path) -> Iterator[Pair]:
    """The two PCs of the prepared office."""
    with copied(prepared_office.folder, tmp_path) as pair:
        yield pair


@dataclass(frozen=True, kw_only=True)
class Worked:
    """Folders to be copied after the work of `write`, and the letters that it was told of."""

    folder: Path
    confirmed: dict[bytes, str]


@pytest.fixture(scope="module")
def worked(prepared_office: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """What all offices have behind them in which a server dies while one more PC joins."""
    folder = tmp_path_factory.mktemp("bekerja")
    with cheap_passwords(), copied(prepared_office.folder, folder) as pair, running_server(folder) as server:
        confirmed = write(prepared_office, folder, pair, server.url)
    return Worked(folder=folder, confirmed=confirmed)


@contextmanager
def living_server(prepared_office: Prepared, folder: Path, clerk: OfficePc, second: OfficePc) -> Iterator[Scene]:
    """The server that is started after the dead one."""
    with running_server(folder) as server:
        clerk.move_server(server.url)
        second.move_server(server.url)
        yield Scene(server=server, office=prepared_office.office, clerk=clerk, second=second, folder=folder)


def write(prepared_office: Prepared, folder: Path, pcs: Pair, url: str) -> dict[bytes, str]:
    """What offices let a server do, whether it answers or not; the letters that were confirmed, with their numbers."""
    clerk, second = pcs
    clerk.move_server(url)
    second.move_server(url)
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
    return confirmed


def try_to_join(prepared_office: Prepared, folder: Path, url: str) -> None:
    """Let the head join, whose server may be gone."""
    with OfficePc(folder / "pc-camat") as head, suppress(EnvironmentFault):
        head.join(url, prepared_office.office.codes["camat"], password=PASSWORD)


def check(prepared_office: Prepared, folder: Path, pcs: Pair, confirmed: dict[bytes, str]) -> None:
    """A server that is started after the dead one has all that was confirmed, and everybody goes on, the head too."""
    clerk, second = pcs
    with living_server(prepared_office, folder, clerk, second) as scene:
        scene.check_whole()
        own = scene.own_letters()
        assert {letter_id: own.get(letter_id) for letter_id in confirmed} == confirmed
        scene.check_whole(second)
        with OfficePc(folder / "pc-camat") as head:
            head.join(scene.server.url, prepared_office.office.codes["camat"])
            head.move_server(scene.server.url)  # who was let in by the dead one goes on knowing its address
            scene.check_whole(head)


def test_every_transaction_of_a_server_is_named(
    prepared_office: Prepared, servers: Servers, pcs: Pair, tmp_path: Path
) -> None:
    url = servers.start(tmp_path)
    write(prepared_office, tmp_path, pcs, url)
    try_to_join(prepared_office, tmp_path, url)

    ended, moments = servers.end()

    assert ended == 0
    assert set(moments) == set(MOMENTS)
    assert {moment for moment, count in moments.items() if count < 2} == ONCE


@pytest.mark.parametrize(
    "death_at",
    [case if case in QUICK else pytest.param(case, marks=pytest.mark.long) for case in CASES],
    ids=lambda at: "-".join(map(str, at)),
)
def test_a_server_that_dies_loses_nothing_that_a_pc_relies_on(
    prepared_office: Prepared,
    servers: Servers,
    pcs: Pair,
    *,
    tmp_path: Path,
    death_at: tuple[str, int],
) -> None:
    url = servers.start(tmp_path, *death_at)
    confirmed = write(prepared_office, tmp_path, pcs, url)
    try_to_join(prepared_office, tmp_path, url)
    assert servers.end()[0] == DEATH

    check(prepared_office, tmp_path, pcs, confirmed)


@pytest.mark.parametrize("moment", sorted(ONCE))
def test_a_server_that_dies_while_a_pc_joins_lets_it_join_later(
    prepared_office: Prepared, servers: Servers, worked: Worked, *, tmp_path: Path, moment: str
) -> None:
    with copied(worked.folder, tmp_path) as pcs:
        try_to_join(prepared_office, tmp_path, servers.start(tmp_path, moment))
        assert servers.end()[0] == DEATH

        check(prepared_office, tmp_path, pcs, worked.confirmed)
