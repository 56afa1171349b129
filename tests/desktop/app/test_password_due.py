"""Where the policy wants another password, the question opens by itself with the sign-in, until it is heeded."""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.domain.ids import UserId
from desktop.app.password_state import password_due
from desktop.system.key_wraps import read_wraps, write_wraps
from desktop.system.profile import Profile
from desktop.system.settings import Settings, write_settings
from desktop.views.password_dialog import PasswordDialog
from desktop.widgets.fields import Field
from tests.desktop.app.conftest import ProgramInTest, StartProgram
from tests.journey.office_pc import OfficePc
from tests.support.server import PASSWORD, OfficeInTest, RunningServer

CLERK = "Petugas Tata Usaha"
MIXED = "Kopi-Robusta Liwa 27"


def sign_in(program: ProgramInTest, password: str) -> None:
    program.sign_in(CLERK, password)
    program.until(lambda: program.program.desk is not None)
    program.settle()


def test_who_has_an_old_password_is_asked_for_one_of_the_mix_and_may_put_it_off(
    start_program: StartProgram, server: RunningServer, office: OfficeInTest, tmp_path: Path
) -> None:
    folder = tmp_path / "profil"
    with OfficePc(folder) as pc:
        pc.join(server.url, office.codes["tu"])
    write_settings(folder, Settings(password_policy="bssn"))
    wraps = read_wraps(Profile(folder=folder))
    old = tuple(msgspec.structs.replace(one, made_ms=1) for one in wraps.people)
    write_wraps(Profile(folder=folder), msgspec.structs.replace(wraps, people=old))
    program = start_program(folder)
    sign_in(program, PASSWORD)

    program.until(lambda: program.shows(PasswordDialog))
    dialog, user = program.page(PasswordDialog), UserId(wraps.people[0].user)
    assert "huruf besar" in " ".join(program.labels())
    dialog.reject()
    assert program.program.desk is not None
    assert program.program.desk.workspace.isVisible(), "nobody is kept from letters"

    opened = program.program.desk.parts.ground.opened
    assert password_due(opened, user) is not None, "it asks again with the next sign-in"
    program.window.password_wanted.emit()
    for chosen in ("hujan turun di ladang", MIXED):
        for edit, text in ((dialog.old, PASSWORD), (dialog.new, chosen), (dialog.repeated, chosen)):
            edit.setText(text)
        dialog.confirm()
        program.settle()
        assert dialog.isVisible() == (chosen != MIXED)
        if dialog.isVisible():
            assert ["huruf besar" in one.error() for one in dialog.findChildren(Field) if one.error()] == [True]
    assert password_due(opened, user) is None
