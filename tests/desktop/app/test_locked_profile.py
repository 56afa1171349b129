"""A joined PC: closed, only a password opens its store; the keyring and the disk together are not enough."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.domain.ids import UserId
from core.domain.letters import IncomingLetter
from core.protocol.records import KIND_OF
from desktop.app.command_line import main
from desktop.app.opening import locksmith_of, open_profile
from desktop.app.setting_up import SetUp
from desktop.services.locksmith import STORE_KEY
from desktop.system.credentials import open_vault
from desktop.system.faults import EnvironmentFault
from desktop.system.profile import Profile
from desktop.views.code_entry import CodeEntryView
from desktop.views.first_start import FirstStartView
from desktop.views.sign_in import SignInView
from desktop.views.trouble_page import TroublePage
from desktop.widgets.fields import Field
from desktop.widgets.person_list import PersonList
from tests.desktop.app.conftest import ProgramInTest, StartProgram
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.server import PASSWORD, OfficeInTest, RunningServer

CLERK = "Petugas Tata Usaha"
OFFICE_NAME = "Kantor Kecamatan Sukau"


@pytest.fixture
def folder(server: RunningServer, office: OfficeInTest, tmp_path: Path) -> Path:
    """The profile of a PC that joined and is closed."""
    made = tmp_path / "profil"
    SetUp(made).join(server.url, office.codes["tu"], PASSWORD)
    return made


def key_of(folder: Path) -> bytes:
    """The store's key, as the clerk's password gives it."""
    locksmith = locksmith_of(folder)
    assert locksmith is not None
    return locksmith.open(UserId(locksmith.wraps().people[0].user), PASSWORD)


def is_open(program: ProgramInTest) -> bool:
    return program.program.opened is not None


def errors(program: ProgramInTest) -> list[str]:
    return [field.error() for field in program.page(SignInView).findChildren(Field) if field.error()]


def test_what_lies_on_the_disk_and_in_the_keyring_does_not_open_it(folder: Path) -> None:
    profile = Profile(folder=folder)
    facts = profile.read_facts()
    assert facts is not None

    assert open_vault(profile, facts.vault, facts.id).get(STORE_KEY) is None
    with pytest.raises(EnvironmentFault, match="locked"):
        open_profile(folder)


def test_the_next_start_asks_before_it_opens_and_shows_whom_it_knows(start_program: StartProgram, folder: Path) -> None:
    program = start_program(folder)

    page = program.page(SignInView)
    assert not is_open(program)
    assert OFFICE_NAME in program.labels()
    people = page.findChild(PersonList)
    assert people is not None
    program.until(lambda: people.current() != "")

    QTest.keyClicks(page.password, PASSWORD)
    QTest.keyClick(page.password, Qt.Key.Key_Return)
    program.until(lambda: program.program.desk is not None)
    program.settle()

    assert is_open(program)
    assert program.window.windowTitle().startswith("Pesagi — Surat Masuk — ")


def test_a_wrong_password_opens_nothing_and_the_sixth_has_to_wait(start_program: StartProgram, folder: Path) -> None:
    program = start_program(folder)

    program.sign_in(CLERK, "kata sandi salah")
    assert errors(program) == ["Kata sandi tidak cocok; coba lagi."]
    for _ in range(4):
        program.sign_in(CLERK, "kata sandi salah")
    program.sign_in(CLERK, PASSWORD)

    assert program.program.opened is None
    assert errors(program)[0].startswith("Terlalu banyak kata sandi keliru; data tetap aman. Coba lagi dalam ")


def test_switching_people_proves_by_the_same_password(start_program: StartProgram, folder: Path) -> None:
    program = start_program(folder)
    program.sign_in(CLERK, PASSWORD)
    program.until(lambda: program.program.desk is not None)

    program.window.switch_wanted.emit()
    program.until(lambda: program.shows(SignInView))
    program.settle()
    program.sign_in(CLERK, "kata sandi salah")
    assert program.program.desk is None
    program.sign_in(CLERK, PASSWORD)

    program.until(lambda: program.program.desk is not None)


def test_a_window_closed_before_anybody_came_in_gives_the_profile_back(
    start_program: StartProgram, folder: Path
) -> None:
    start_program(folder).close()

    open_profile(folder, key=key_of(folder)).close()


def test_a_damaged_file_of_wraps_is_told_and_nothing_is_begun_anew(start_program: StartProgram, folder: Path) -> None:
    Profile(folder=folder).wraps_path.write_text("{", encoding="utf-8")

    program = start_program(folder)

    assert program.shows(TroublePage)
    assert not program.shows(FirstStartView)


def test_a_profile_from_before_is_locked_when_its_people_have_signed_in(
    start_program: StartProgram, folder: Path
) -> None:
    """As it was left by a program that kept the plain key in the vault, and a hash of the password in the store."""
    locksmith = locksmith_of(folder)
    assert locksmith is not None
    user, key = UserId(locksmith.wraps().people[0].user), key_of(folder)
    profile = Profile(folder=folder)
    facts = profile.read_facts()
    assert facts is not None
    vault = open_vault(profile, facts.vault, facts.id)
    vault.put(STORE_KEY, key)
    profile.wraps_path.unlink()
    opened = open_profile(folder)
    with opened.store.begin() as uow:
        proof = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
        uow.accounts.put(user, "tu.sukau", proof)
    opened.close()

    program = start_program(folder)
    program.sign_in(CLERK, PASSWORD)
    program.until(lambda: program.program.desk is not None)
    program.close()

    assert vault.get(STORE_KEY) is None
    assert locksmith_of(folder) is not None


def enter_with_code(program: ProgramInTest, code: str, password: str) -> CodeEntryView:
    """Follow the link of the sign-in page and fill the page behind it."""
    program.page(SignInView).code_wanted.emit()
    page = program.page(CodeEntryView)
    page.code.setText(code)
    page.password.setText(password)
    page.repeated.setText(password)
    QTest.keyClick(page.repeated, Qt.Key.Key_Return)
    program.settle()
    return page


def test_who_forgot_the_password_comes_back_with_a_code_and_nothing_is_lost(
    start_program: StartProgram, folder: Path, *, server: RunningServer, office: OfficeInTest
) -> None:
    with OfficePc(folder, key=key_of(folder)) as pc:
        write_letter(pc, "tu", "Belum terkirim")
    fresh = server.handle.admin.new_code(office.tenant, office.users["tu"], reset_password=True).code
    program = start_program(folder)

    enter_with_code(program, fresh, "kata sandi yang baru")

    program.until(lambda: program.shows(SignInView))
    program.sign_in(CLERK, PASSWORD)
    assert program.program.desk is None, "the forgotten password opens nothing any more"
    program.sign_in(CLERK, "kata sandi yang baru")
    program.until(lambda: program.program.desk is not None)
    assert program.program.opened is not None
    with program.program.opened.store.read() as uow:
        subjects = [one.subject for one in uow.table(KIND_OF[IncomingLetter].code).every(uow.connection)]
    assert subjects == ["Belum terkirim"]


def test_a_wrong_code_lets_nobody_in_and_the_form_keeps_what_was_typed(
    start_program: StartProgram, folder: Path
) -> None:
    program = start_program(folder)

    page = enter_with_code(program, "AAAA-AAAA-AAAA", "kata sandi yang baru")

    assert page.fields["code"].error() == "Isian Anda tetap ada. Kode itu tidak dikenal; periksa penulisannya."
    assert (page.code.text(), page.password.text()) == ("AAAA-AAAA-AAAA", "kata sandi yang baru")
    QTest.keyClick(page.code, Qt.Key.Key_Escape)
    program.until(lambda: program.shows(SignInView))


def test_one_more_person_is_let_in_at_the_same_pc(
    start_program: StartProgram, folder: Path, office: OfficeInTest
) -> None:
    program = start_program(folder)

    enter_with_code(program, office.codes["camat"], "kopi sore dari kebun")

    program.until(lambda: program.shows(SignInView))
    program.sign_in("Camat", "kopi sore dari kebun")
    program.until(lambda: program.program.desk is not None)
    program.window.switch_wanted.emit()
    program.until(lambda: program.shows(SignInView))
    program.settle()
    program.sign_in(CLERK, PASSWORD)
    program.until(lambda: program.program.desk is not None)


def test_verbs_ask_for_the_password_on_standard_input(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def verify(typed: str, *more: str) -> tuple[int, dict[str, object]]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["verify", "--profile", str(folder), "--json", *more])
        answer: dict[str, object] = json.loads(capsys.readouterr().out)
        return code, answer

    code, answer = verify("")
    assert (code, answer["error"]) == (3, "locked")
    code, answer = verify("kata sandi salah\n")
    assert (code, answer["error"]) == (3, "sign_in_refused")
    code, answer = verify(f"{PASSWORD}\n", "--as", "tidak.dikenal")
    assert (code, answer["error"]) == (3, "sign_in_refused")
    code, answer = verify(f"{PASSWORD}\n")
    assert (code, answer["whole"]) == (0, True)
