"""An office whose PCs have joined, made once and copied for each test: nobody has to enrol again to fail again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.registering import RegisterLetter
from core.protocol.codec import decode_record
from core.protocol.messages import OpResult, Outcome
from core.protocol.ops import read_op
from core.protocol.records import KIND_OF
from desktop.services.register import agenda_text
from server.storage.database import UnitOfWork
from server.storage.op_log import LoggedOp, Writer
from tests.faults.victim import Case
from tests.journey.cheap_passwords import cheap_passwords
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.scan_files import left_half, pdf_bytes
from tests.support.server import OfficeInTest, RunningServer, make_office, running_server

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).parent / "power" / "shim.c"
CLERK, SECOND = "pc-tata-usaha", "pc-sekretaris"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Folders to be copied: a server that stands still, and two PCs that are closed."""

    folder: Path
    office: OfficeInTest


@pytest.fixture(scope="session")
def prepared_office(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """The clerk's PC has numbers to give out; two letters with scans for the clerk wait on the server."""
    folder = tmp_path_factory.mktemp("kantor")
    # What is made for all tests is made before `hashes_cost_little` of the first, and its passwords are tried in each.
    with cheap_passwords(), running_server(folder) as server:
        office = make_office(server)
        with OfficePc(folder / CLERK) as clerk, OfficePc(folder / SECOND) as second:
            clerk.join(server.url, office.codes["tu"])
            second.join(server.url, office.codes["sekcam"])
            clerk.sync()
            levels = (SecurityLevel.OPEN, SecurityLevel.RESTRICTED)
            for colour, level in zip(("1 0 0", "0 0 1"), levels, strict=True):
                path = folder / "pindaian.pdf"
                path.write_bytes(pdf_bytes([left_half(colour)]))
                scan = second.take_scan(path)
                addressee = office.positions["tu"]
                write_letter(second, "sekcam", "Untuk tata usaha", scans=(scan,), addressee=addressee, security=level)
            second.sync()
    return Prepared(folder=folder, office=office)


@dataclass
class Scene:
    """A running server, the clerk's PC and the secretary's PC."""

    server: RunningServer
    office: OfficeInTest
    clerk: OfficePc
    second: OfficePc
    folder: Path

    def own_letters(self) -> dict[bytes, str]:
        """The agenda numbers of the letters that the clerk has registered, by letter, as the clerk's PC has them."""
        user = self.clerk.seat("tu").actor.user
        letters = [stored.record for stored in self.clerk.rows(IncomingLetter)]
        return {one.id: agenda_text(one.agenda_no) for one in letters if one.registered_by == user}

    def server_letters(self) -> dict[bytes, IncomingLetter]:
        """Every letter on the server."""
        kind = KIND_OF[IncomingLetter].code

        def read(unit: UnitOfWork) -> list[bytes]:
            return unit.of(self.office.tenant).records.of_kind(kind)

        found = [decode_record(kind, payload) for payload in self.server.handle.database.read(read)]
        return {letter.id: letter for letter in found}

    def server_ops(self, pc: OfficePc) -> dict[int, LoggedOp]:
        """Every op of a PC in the log of the server, by its number."""
        with pc.opened.store.read() as uow:
            identity = uow.meta.identity()
        assert identity is not None
        writer = Writer(device=identity.device, epoch=identity.epoch)

        def read(unit: UnitOfWork) -> dict[int, LoggedOp]:
            return unit.of(self.office.tenant).ops.between(writer, first=1, last=10_000)

        return self.server.handle.database.read(read)

    def has_whole_file(self, sha256: bytes) -> bool:
        """Whether the server holds all of a file."""

        def read(unit: UnitOfWork) -> bool:
            row = unit.of(self.office.tenant).blobs.get(sha256)
            return row is not None and row.completed_ms is not None and row.have == row.size

        return self.server.handle.database.read(read)

    def check_whole(self, victim: OfficePc | None = None) -> None:
        """What has to be true after everything went wrong and the PCs synced in the end; lets them sync first."""
        victim = victim or self.clerk
        pcs = [victim, *(pc for pc in (self.clerk, self.second) if pc is not victim)]
        for pc in (*pcs, victim):
            pc.sync()
        facts = victim.overview()
        assert (facts.waiting, facts.refused, facts.files_waiting, facts.files_wanted) == (0, 0, 0, 0)
        here, there = victim.settled(IncomingLetter), self.server_letters()
        assert {row_id: record for row_id, (record, _) in here.items()} == there
        for pc in pcs:
            assert pc.settled(IncomingLetter) == here
        numbers = [(letter.agenda_year, letter.agenda_no) for letter in there.values()]
        assert len(numbers) == len(set(numbers))
        assert all(number for _, number in numbers)
        self._check_ops(victim)
        assert all(self.has_whole_file(scan.sha256) for letter in there.values() for scan in letter.scans)
        for pc in pcs:
            report = pc.verify()
            assert report.whole, report

    def ops_made(self, pc: OfficePc) -> int:
        """How many ops a PC has made."""
        with pc.opened.store.read() as uow:
            return uow.meta.chain().next_seq - 1

    def _check_ops(self, pc: OfficePc) -> None:
        """The server took each op once, in order, and refused none."""
        ops = self.server_ops(pc)
        assert sorted(ops) == list(range(1, self.ops_made(pc) + 1))
        results = [msgspec.msgpack.decode(op.result, type=OpResult) for op in ops.values()]
        assert {result.outcome for result in results} <= {Outcome.ACCEPTED}
        acts = [read_op(op.op).read_act() for op in ops.values()]
        registered = [act.letter_id for act in acts if isinstance(act, RegisterLetter)]
        assert len(registered) == len(set(registered))


@pytest.fixture
def scene(prepared_office: Prepared, tmp_path: Path) -> Iterator[Scene]:
    """A copy of the prepared office, with its server running."""
    for name in ("server", CLERK, SECOND):
        shutil.copytree(prepared_office.folder / name, tmp_path / name)
    with running_server(tmp_path) as server:
        clerk, second = OfficePc(tmp_path / CLERK), OfficePc(tmp_path / SECOND)
        try:
            clerk.move_server(server.url)
            second.move_server(server.url)
            yield Scene(server=server, office=prepared_office.office, clerk=clerk, second=second, folder=tmp_path)
        finally:
            clerk.close()
            second.close()


@dataclass
class Death:
    """What is known of a victim: letters and other acts that were confirmed, what ended it, and its moments."""

    confirmed: dict[bytes, str] = field(default_factory=dict)
    acts: int = 0
    ended: int = -1
    moments: dict[str, int] = field(default_factory=dict)


class Victims:
    """The process that plays cases; see `tests.faults.victim`."""

    def __init__(self, shim: Path | None = None) -> None:
        """`shim` is loaded into the process before everything else."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.victim"],
            cwd=ROOT,
            env=os.environ | ({"LD_PRELOAD": str(shim)} if shim else {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def play(self, pc: OfficePc, moment: str = "", hit: int = 1) -> Death:
        """Let a PC work and die; the PC is open again afterwards."""
        pc.opened.close()
        death = self.run(Case(profile=str(pc.folder), moment=moment, hit=hit))
        pc.restart()
        return death

    def run(self, case: Case) -> Death:
        """Play a case in a profile that is closed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(case).decode() + "\n")
        self._process.stdin.flush()
        death = Death()
        for line in self._process.stdout:
            facts: dict[str, Any] = json.loads(line)
            if "confirmed" in facts:
                death.confirmed[bytes.fromhex(facts["confirmed"])] = facts["agenda"]
            death.acts += facts.get("acts", 0)
            death.moments.update(facts.get("moments", {}))
            if "ended" in facts:
                death.ended = facts["ended"]
                break
        return death

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@pytest.fixture(scope="session")
def victims() -> Iterator[Victims]:
    """PCs to be killed; skips where processes cannot be forked and killed as here."""
    if sys.platform == "win32" or not hasattr(os, "fork"):
        pytest.skip("processes are forked and killed with SIGKILL, which Windows has not")
    made = Victims()
    yield made
    made.close()


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victims]:
    """PCs whose writes are seen; skips loudly where that cannot be built."""
    compiler = shutil.which("gcc")
    if sys.platform != "linux" or compiler is None:
        warnings.warn("power loss is NOT tested: that needs Linux and gcc", stacklevel=1)
        pytest.skip("power loss is NOT tested: that needs Linux and gcc")
    shim = tmp_path_factory.mktemp("shim") / "shim.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(shim), str(SOURCE), "-ldl", "-lpthread"], check=True)
    made = Victims(shim)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def tables_are_prepared(prepared: None) -> None:
    """Begin with prepared tables."""


@pytest.fixture(autouse=True)
def hashes_cost_little() -> Iterator[None]:
    """Hash passwords quickly."""
    with cheap_passwords():
        yield
