"""A thief has a copy of a PC's whole folder, its vault in a file too: what it opens, and what it brings to the server.

With the password of a person besides, he is that person at that PC until it is shut out (`docs/security.md`).
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from core.domain.ids import UserId
from core.domain.letters import IncomingLetter
from desktop.app.opening import locksmith_of, open_profile
from desktop.app.passes import Passes
from desktop.app.syncing import join_office
from desktop.app.wire import shipped_wire
from desktop.services.clock import millis, system_clock
from desktop.services.locksmith import SignInRefused
from desktop.storage.blobs import BlobFiles
from desktop.storage.opening import open_store
from desktop.sync.rounds import OK, SIGNED_OUT
from desktop.system.credentials import FILE
from desktop.system.faults import EnvironmentFault
from desktop.system.profile import Profile
from tests.journey.cheap_passwords import cheap_passwords
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.logs import ExpectLog
from tests.support.server import PASSWORD, OfficeInTest, RunningServer, make_office, running_server

DAY_MS = 24 * 3600 * 1000
SECRET = "Perihal yang tidak untuk pencuri"
SCAN = b"%PDF-1.7 " + bytes(range(256)) * 40


class Place:
    """An office, and PCs of it that only a password opens."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._copies = folder, 0
        self.server: RunningServer = stack.enter_context(running_server(folder / "server"))
        self.office: OfficeInTest = make_office(self.server)
        self.clerk, self.deputy = self.pc("tu"), self.pc("sekcam")

    def pc(self, handle: str) -> Path:
        """The folder of a PC that is at rest, with a letter and a scan on it."""
        folder = self._folder / f"pc-{handle}"
        opened = open_profile(folder, create=True, vault=FILE)
        code = self.office.codes[handle]
        join_office(opened, shipped_wire(), address=self.server.url, code=code, password=PASSWORD, device_name=handle)
        opened.close()
        with OfficePc(folder, key=key_of(folder)) as pc:
            pc.visit()
            pc.opened.files.add_bytes(SCAN)
            write_letter(pc, handle, SECRET)
        return folder

    def stolen(self, folder: Path) -> Path:
        self._copies += 1
        return Path(shutil.copytree(folder, self._folder / f"copy-{self._copies}"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as stack:
        stack.enter_context(cheap_passwords())
        yield Place(tmp_path_factory.mktemp("stolen"), stack)


def key_of(folder: Path, password: str = PASSWORD) -> bytes:
    """The store's key, as a password gives it."""
    locksmith = locksmith_of(folder)
    assert locksmith is not None
    return locksmith.open(UserId(locksmith.wraps().people[0].user), password)


def all_that_lies_there(folder: Path) -> Iterator[bytes]:
    """Every text of every small file as bytes, in each way in which it may stand for them."""

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for one in value.values():
                yield from texts(one)
        elif isinstance(value, list):
            for one in value:
                yield from texts(one)
        else:
            yield str(value)

    for path in folder.glob("*.json"):
        for text in texts(json.loads(path.read_text(encoding="utf-8"))):
            yield text.encode()
            for read in (base64.b64decode, base64.urlsafe_b64decode, bytes.fromhex):
                try:
                    yield read(text)
                except ValueError:
                    continue


def test_nothing_that_lies_in_the_copy_opens_it_nor_reads_a_word_of_it(place: Place) -> None:
    copy = place.stolen(place.clerk)
    found = [lying[at : at + 32] for lying in all_that_lies_there(copy) for at in (0, max(0, len(lying) - 32))]
    keys = {one for one in found if len(one) == 32}

    assert len(keys) >= 4, "the keys of the device are among them"
    for key in keys:
        with pytest.raises(EnvironmentFault):
            open_store(copy / "pesagi.db", key, system_clock())
    with pytest.raises(EnvironmentFault, match="locked"):
        open_profile(copy)
    with pytest.raises(SignInRefused):
        key_of(copy, "kata sandi pencuri")
    for path in copy.rglob("*"):
        if path.is_file():
            assert not any(word in path.read_bytes() for word in (SECRET.encode(), SCAN[:200]))


@pytest.mark.parametrize("names", [["pembungkus.json"], ["kunci.json"], ["pembungkus.json", "kunci.json"]])
def test_who_has_a_pc_and_a_password_of_his_own_opens_no_others_with_them(place: Place, names: list[str]) -> None:
    """His wraps, his vault, or both, in the place of those of the stolen PC."""
    own, copy = place.deputy, place.stolen(place.clerk)
    for name in names:
        shutil.copyfile(own / name, copy / name)

    with pytest.raises((EnvironmentFault, SignInRefused)):
        open_profile(copy, key=key_of(copy)).close()


def test_anothers_store_and_scans_in_ones_own_folder_stay_shut(place: Place) -> None:
    own, copy = place.stolen(place.deputy), place.stolen(place.clerk)
    scans = {path.name for path in (copy / "berkas").rglob("*") if path.is_file()}
    shutil.copyfile(copy / "pesagi.db", own / "pesagi.db")
    shutil.rmtree(own / "berkas")
    shutil.copytree(copy / "berkas", own / "berkas")

    with pytest.raises(EnvironmentFault):
        open_profile(own, key=key_of(own))
    files, theirs = BlobFiles(Profile(folder=own).files_path, key_of(own)), key_of(copy)
    with closing(open_store(copy / "pesagi.db", theirs, system_clock())):
        sha256, _ = BlobFiles(Profile(folder=copy).files_path, theirs).add_bytes(SCAN)
    assert scans
    assert not files.verify(sha256)


def test_an_old_copy_brings_nothing_to_the_server_once_the_pc_has_turned_its_token(
    place: Place, expect_log: ExpectLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the password as well: two that hold one disk are found, neither goes on, and the administrator is told."""
    monkeypatch.setattr("server.services.tokens.GRACE_MS", -1)  # in which a lost answer is asked for again: over
    original, copy = place.stolen(place.clerk), place.stolen(place.clerk)
    now = [millis(system_clock())]
    with OfficePc(original, key=key_of(original)) as pc:
        with closing(pc.client()) as client:
            passes = Passes(pc.opened, wall_ms=lambda: now[0])
            for _day in range(2):
                passes.turn(client, shipped_wire())
                now[0] += DAY_MS
        assert pc.visit().outcome == OK
    expect_log("server.services.tokens", containing="was shown again")

    with OfficePc(copy, key=key_of(copy)) as thief:
        write_letter(thief, "tu", "Disisipkan pencuri")
        assert thief.visit().outcome == SIGNED_OUT

    reader = place.stolen(place.deputy)
    with OfficePc(reader, key=key_of(reader)) as deputy:
        assert deputy.visit().outcome == OK
        assert "Disisipkan pencuri" not in [one.record.subject for one in deputy.rows(IncomingLetter)]
    alarms = place.server.handle.database.read(lambda unit: unit.of(place.office.tenant).sessions.alarms())
    assert [one.user for one in alarms] == [place.office.users["tu"]]
