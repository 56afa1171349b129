"""A PC that is shut out seals what it has not sent, erases itself, and nothing that was typed is lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain.held_acts import HeldAct, WhyHeld
from core.domain.ids import DeviceId, PositionId, RowId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.offices import Role
from core.domain.revoking import OpenSealed, RevokeDevice
from core.protocol.letter_sealing import PEOPLE_MAGIC
from core.protocol.messages import Outcome
from desktop.app.farewell import finish, hand_in_sealed, obey, what_was_left
from desktop.app.opening import open_profile
from desktop.app.syncing import sync_parts
from desktop.app.wire import shipped_wire
from desktop.services.held_acts import HeldActService
from desktop.storage.letter_drafts import keep_draft
from desktop.storage.scan_items import add_item
from desktop.sync.rounds import OK, REVOKED
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import Profile
from desktop.system.profile_wiping import LeftBehind
from desktop.system.scan_item import ItemPage, Origin
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, write_letter
from tests.journey.test_late_sealing import SCAN, a_file, begins, read_by, rounds
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

    def open_now(self, device: DeviceId) -> None:
        self.open_sealed(device)
        self.kantor.server.handle.sealed.open_due()

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
    bundles = {path: path.read_bytes() for path in Profile(folder=clerk.folder).sealed_path.iterdir()}
    for _twice in range(2):
        for path, content in bundles.items():
            path.write_bytes(content)
        assert hand_in_sealed(clerk.folder, lambda: False) == 0
        admin.open_now(device)

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
    admin.open_now(device)

    with kantor.pc("sekcam") as secretary:
        secretary.sync()
        waiting, letters = secretary.rows(HeldAct), secretary.rows(IncomingLetter)
    assert (len(waiting), len(letters)) == (held_there, LETTERS - held_there)


def test_a_scan_that_was_held_back_for_sealing_reaches_its_readers_and_nobody_else(
    kantor: Kantor, admin: Admin, clerk: OfficePc
) -> None:
    """Nobody is signed in there who could seal it: it goes sealed to the readers, unsigned, before a superior."""
    deputy, head = kantor.pc("sekcam"), kantor.pc("camat")
    scan = a_file(clerk, SCAN, "kanari-nama.pdf")
    addressee = kantor.office.positions["camat"]
    letter = write_letter(clerk, "tu", "Pemeriksaan", scans=(scan,), addressee=addressee).letter_id
    for pc in (clerk, deputy):
        rounds(pc)
    deputy.seat("sekcam").letters.reclassify(letter, SecurityLevel.SECRET)
    rounds(deputy)
    rounds(clerk)
    clerk.restart()
    device = identity_of(clerk)
    admin.revoke(clerk)

    clerk.visit()
    assert obey(clerk.opened)
    clerk.opened.close()
    finish(clerk.folder)
    assert hand_in_sealed(clerk.folder, lambda: False) == 0
    admin.open_now(device)
    rounds(head)
    (held,) = (one.record for one in head.rows(HeldAct))
    HeldActService(head.opened.store, head.seat("camat").actor, head.clock).accept(held.id)
    for _each in range(2):
        rounds(head)

    assert what_was_left(clerk.folder) == LeftBehind()
    (sealed,) = (one.record.scans[0] for one in head.rows(IncomingLetter) if one.record.id == letter)
    assert (read_by(head, letter, sealed), begins(head, sealed), sealed.name) == (SCAN, PEOPLE_MAGIC, "")
    files = [path for path in kantor.server.config.data.rglob("*") if path.is_file() and path.suffix != ".psgb"]
    assert not any(SCAN[40:400] in path.read_bytes() for path in files)


def test_what_is_no_act_is_counted_for_whoever_reads_the_page(admin: Admin, clerk: OfficePc) -> None:
    scan = a_file(clerk, SCAN, "surat.pdf")
    page = ItemPage(sha256=scan.sha256, size=scan.size, media=scan.media, page=0, pages=1)
    with clerk.opened.store.begin() as uow:
        keep_draft(uow.connection, clerk.seat("tu").actor.user, PositionId(1), b"")
        for _each in range(2):
            add_item(uow.connection, (page,), name="surat.pdf", origin=Origin.FILE, now_ms=1)
    admin.revoke(clerk)
    clerk.visit()

    assert obey(clerk.opened)

    assert what_was_left(clerk.folder) == LeftBehind(drafts=1, scans=2)


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
    admin.open_now(device)
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
