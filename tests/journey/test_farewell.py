"""A PC that is shut out seals what it has not sent, erases itself, and nothing that was typed is lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain.held_acts import HeldAct, WhyHeld
from core.domain.ids import DeviceId, PositionId, RowId
from core.domain.letters import IncomingLetter
from core.domain.offices import Role
from core.domain.revoking import OpenSealed, RevokeDevice
from core.protocol.messages import Outcome
from desktop.app.farewell import finish, hand_in_sealed, obey
from desktop.app.opening import open_profile
from desktop.app.syncing import sync_parts
from desktop.app.wire import shipped_wire
from desktop.sync.rounds import OK, REVOKED
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.device import ScriptedDevice
from tests.support.server import PASSWORD
from tests.support.wall import WallClock

LETTERS, MANY = 4, 50


class PowerCut(Exception):
    """Nothing that comes after is done."""


@pytest.fixture
def database_url() -> str:
    """The sealing is the PC's; what the server does of it is shown on both databases in `tests/server`."""
    return ""


@dataclass
class Admin:
    """The administrator of the office at a PC of his own."""

    device: ScriptedDevice
    place: PositionId
    kantor: Kantor

    def revoke(self, pc: OfficePc) -> None:
        act = RevokeDevice(device=RowId(self._id(pc)), office=self.kantor.office.office, name="PC-TU", reason="Hilang")
        self._do(act)

    def open_sealed(self, device: DeviceId) -> None:
        self._do(OpenSealed(revocation_id=RowId(device)))

    @staticmethod
    def _id(pc: OfficePc) -> DeviceId:
        return identity_of(pc)

    def _do(self, act: object) -> None:
        self.device.act(act, position=self.place)
        (result,) = self.device.sync().results
        assert result.outcome == Outcome.ACCEPTED, result


def identity_of(pc: OfficePc) -> DeviceId:
    with pc.opened.store.read() as uow:
        identity = uow.meta.identity()
    assert identity is not None
    return identity.device


@pytest.fixture
def admin(kantor: Kantor) -> Admin:
    server, office = kantor.server, kantor.office
    place = server.admin.add_position(office.tenant, office.office, title="Admin Kantor", role=Role.OFFICE_ADMIN)
    issued = server.admin.add_person(office.tenant, username="admin.sukau", name="Admin", positions=[place])
    device = ScriptedDevice(server.url, server.wire, clock=WallClock())
    device.enrol(issued.code, password=PASSWORD)
    device.sync()
    return Admin(device, place, kantor)


@pytest.fixture
def clerk(kantor: Kantor) -> OfficePc:
    """A PC at the registry with letters that nobody has yet."""
    pc = kantor.pc("tu")
    pc.sync()
    for number in range(LETTERS):
        write_letter(pc, "tu", f"Perihal nomor {number}")
    return pc


def held(kantor: Kantor) -> list[HeldAct]:
    with kantor.pc("sekcam") as secretary:
        secretary.sync()
        return [one.record for one in secretary.rows(HeldAct)]


def test_fifty_letters_of_a_pc_that_was_shut_out_come_before_its_superiors(
    kantor: Kantor, admin: Admin, clerk: OfficePc
) -> None:
    device = identity_of(clerk)
    for number in range(LETTERS, MANY):
        write_letter(clerk, "tu", f"Perihal nomor {number}")
    admin.revoke(clerk)

    assert clerk.visit().outcome == REVOKED
    assert obey(clerk.opened)
    with pytest.raises(EnvironmentFault) as late:
        write_letter(clerk, "tu", "Terlambat")
    clerk.opened.close()
    assert finish(clerk.folder)
    assert hand_in_sealed(clerk.folder, lambda: False) == 0
    admin.open_sealed(device)
    kantor.server.handle.sealed.open_due()

    waiting = held(kantor)
    assert late.value.code == FaultOf.PC_REVOKED
    assert len(waiting) == MANY
    assert {one.why for one in waiting} == {WhyHeld.DEVICE_REVOKED}
    subjects = {data.decode("utf-8", "replace") for one in waiting for data in one.ops}
    assert all(any(f"Perihal nomor {number}" in text for text in subjects) for number in range(MANY))


@pytest.mark.parametrize(("at", "held_there"), [("send", LETTERS), ("control-received", 0)])
def test_a_pc_that_is_shut_out_in_the_middle_of_a_sync_loses_nothing_and_doubles_nothing(
    admin: Admin, clerk: OfficePc, at: str, held_there: int
) -> None:
    device, kantor = identity_of(clerk), admin.kantor

    def meanwhile(name: str) -> None:
        if name == at:
            admin.revoke(clerk)
            raise PowerCut

    parts = sync_parts(clerk.opened, shipped_wire(), step=meanwhile)
    client = parts.make_client()
    with pytest.raises(PowerCut):
        parts.visits.visit(client, lambda: False)
    client.close()
    clerk.restart()
    assert clerk.visit().outcome == REVOKED
    assert obey(clerk.opened)
    clerk.opened.close()
    finish(clerk.folder)
    hand_in_sealed(clerk.folder, lambda: False)
    admin.open_sealed(device)
    kantor.server.handle.sealed.open_due()

    with kantor.pc("sekcam") as secretary:
        secretary.sync()
        waiting, letters = secretary.rows(HeldAct), secretary.rows(IncomingLetter)
    assert (len(waiting), len(letters)) == (held_there, LETTERS - held_there)


def test_nothing_is_left_of_the_office_and_no_way_in(admin: Admin, clerk: OfficePc) -> None:
    admin.revoke(clerk)
    clerk.visit()
    assert obey(clerk.opened)
    clerk.opened.close()

    finish(clerk.folder)

    left = {path.name for path in clerk.folder.iterdir()}
    assert left <= {"dicabut.json", "disegel", "profile.json", "otoritas.pem", "alamat.json", ".terpakai"}
    assert not any(b"Perihal nomor" in path.read_bytes() for path in clerk.folder.rglob("*") if path.is_file())
    with pytest.raises(EnvironmentFault) as closed:
        open_profile(clerk.folder)
    assert closed.value.code == FaultOf.PC_REVOKED


@pytest.mark.parametrize("at", ["shut", "sealed"])
def test_power_that_fails_before_the_note_is_written_changes_nothing(admin: Admin, clerk: OfficePc, at: str) -> None:
    admin.revoke(clerk)

    def cut(name: str) -> None:
        if name == at:
            raise PowerCut

    with pytest.raises(PowerCut):
        obey(clerk.opened, step=cut)
    clerk.restart()

    assert clerk.overview().waiting == LETTERS
    assert clerk.verify().whole
    assert obey(clerk.opened)
    assert len(list(clerk.opened.profile.sealed_path.iterdir())) == 1


def test_power_that_fails_between_sealing_and_erasing_is_made_up_for_at_the_next_start(
    kantor: Kantor, admin: Admin, clerk: OfficePc, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = identity_of(clerk)
    admin.revoke(clerk)
    assert obey(clerk.opened)
    clerk.opened.close()

    unlink = Path.unlink

    def cut(path: Path, *, missing_ok: bool = False) -> None:
        if path.name == "pesagi.db":
            raise PowerCut
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", cut)
        with pytest.raises(PowerCut):
            finish(clerk.folder)
    assert (clerk.folder / "pesagi.db").exists()
    with pytest.raises(EnvironmentFault):
        open_profile(clerk.folder)

    assert finish(clerk.folder)
    assert not (clerk.folder / "pesagi.db").exists()
    assert hand_in_sealed(clerk.folder, lambda: False) == 0
    admin.open_sealed(device)
    kantor.server.handle.sealed.open_due()
    assert len(held(kantor)) == LETTERS


def test_a_server_that_nobody_can_believe_makes_no_pc_erase_anything(
    admin: Admin, clerk: OfficePc, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.revoke(clerk)
    monkeypatch.setattr("desktop.sync.revocation.is_signed", lambda *_args, **_more: False)

    assert clerk.visit().outcome == REVOKED
    assert not obey(clerk.opened)

    write_letter(clerk, "tu", "Tetap tersimpan")
    assert clerk.overview().waiting == LETTERS + 1


def test_who_was_not_shut_out_goes_on(clerk: OfficePc) -> None:
    assert not obey(clerk.opened)
    assert clerk.visit().outcome == OK


def test_what_a_full_disk_cannot_seal_stays_in_the_store(
    admin: Admin, clerk: OfficePc, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.revoke(clerk)

    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("desktop.app.farewell.sync_folder", full)
        assert not obey(clerk.opened)

    write_letter(clerk, "tu", "Masih dapat bekerja")
    assert not clerk.opened.profile.farewell_path.exists()
    assert obey(clerk.opened)
