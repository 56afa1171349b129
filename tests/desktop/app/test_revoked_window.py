"""A window that is open when its PC is shut out: what was typed is sealed, the rest is gone, and the page says so."""

from __future__ import annotations

from contextlib import closing

import pytest

from desktop.storage.letter_drafts import keep_draft
from desktop.system.profile import Profile
from desktop.views.sign_in import SignInView
from desktop.views.trouble_page import TroublePage
from server.app import ServerHandle
from server.storage.devices import DeviceRow
from tests.desktop.app.conftest import ProgramInTest, StartProgram
from tests.support.desks import entry
from tests.support.server import PASSWORD, OfficeInTest, RunningServer

SAID = "Komputer ini sudah dicabut"
KEPT = {"dicabut.json", "disegel", "profile.json", "otoritas.pem", "alamat.json", ".terpakai", "tampilan.json"}


@pytest.fixture
def program(start_program: StartProgram, server: RunningServer, office: OfficeInTest) -> ProgramInTest:
    """The clerk at work, in front of the window."""
    made = start_program()
    made.join(server.url, office.codes["tu"], PASSWORD)
    made.until(lambda: made.shows(SignInView))
    made.settle()
    made.sign_in("Petugas Tata Usaha", PASSWORD)
    made.until(lambda: made.program.desk is not None)
    made.settle()
    return made


def pc_of(handle: ServerHandle, office: OfficeInTest) -> DeviceRow:
    (row,) = handle.admin.listing(office.tenant).devices
    return row


def test_what_was_typed_without_a_line_is_sealed_handed_in_and_the_pc_is_empty(
    program: ProgramInTest, server: RunningServer, office: OfficeInTest
) -> None:
    server.stop()
    desk = program.program.desk
    assert desk is not None
    filled = entry(subject="Undangan yang belum terkirim", addressee=office.positions["camat"])
    desk.parts.letters.register(filled)
    with desk.parts.ground.opened.store.begin() as uow:
        keep_draft(uow.connection, desk.parts.session.actor.user, office.positions["tu"], b"")
    with closing(ServerHandle(server.config)) as handle:
        assert handle.admin.revoke_device(office.tenant, pc_of(handle, office).id, reason="Hilang")
    server.start()

    program.window.sync_wanted.emit()
    program.until(lambda: program.shows(TroublePage))

    assert SAID in program.labels()
    assert any("1 surat yang belum selesai diisi" in said for said in program.labels())
    assert program.program.desk is None
    program.until(lambda: not any(Profile(folder=program.folder).sealed_path.glob("*.psgb")))
    assert pc_of(server.handle, office).sealed > 0
    assert {path.name for path in program.folder.iterdir()} <= KEPT
    assert not any(b"Undangan yang belum" in path.read_bytes() for path in program.folder.rglob("*") if path.is_file())


def test_an_open_window_in_touch_with_the_server_is_told_at_once_and_stays_shut(
    start_program: StartProgram, program: ProgramInTest, server: RunningServer, office: OfficeInTest
) -> None:
    assert server.admin.revoke_device(office.tenant, pc_of(server.handle, office).id)

    program.until(lambda: program.shows(TroublePage))

    assert SAID in program.labels()
    assert not (program.folder / "pesagi.db").exists()
    program.close()
    again = start_program(program.folder)
    assert SAID in again.labels()
    assert Profile(folder=program.folder).farewell_path.exists()
