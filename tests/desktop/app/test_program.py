"""The program from its first start to its end, as one person after the other uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from core.domain.offices import ActingKind, Position, Role
from desktop.app.opening import open_profile
from desktop.app.workspace import Desk
from desktop.services.clock import system_clock
from desktop.system.credentials import FILE
from desktop.views.first_start import FirstStartView
from desktop.views.letter_reader import LetterReaderPane
from desktop.views.letters_screen import LettersScreen
from desktop.views.register_panes import READER_WIDTH
from desktop.views.sign_in import SignInView
from desktop.views.trouble_page import TroublePage
from desktop.widgets.nav_bar import NavBlock
from desktop.widgets.person_list import PersonList
from tests.desktop.app.conftest import ProgramInTest, StartProgram, child_processes
from tests.order_factory import right
from tests.support.stores import put

ROOT = Path(__file__).parents[3]
CLERK, HEAD = "Petugas Tata Usaha", "Camat"


def desk_of(program: ProgramInTest) -> Desk:
    """What the signed-in person works in."""
    desk = program.program.desk
    assert desk is not None
    return desk


def somebody_works(program: ProgramInTest) -> bool:
    return program.program.desk is not None


def let_the_head_act(program: ProgramInTest) -> Position:
    """The head is to act as archivist, too, from yesterday on."""
    opened = program.program.opened
    assert opened is not None
    with opened.store.read() as uow:
        people = [uow.directory.person(user) for user in uow.accounts.users()]
        head = next(one for one in people if one is not None and one.username == "camat")
        place = uow.directory.position(head.positions[0])
        assert place is not None
        archivist = next(one for one in uow.directory.positions_of(place.office) if one.role is Role.ARCHIVIST)
    now = system_clock()
    order = right(
        position=archivist.number,
        kind=ActingKind.PLT,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=1),
    )
    put(opened.store, [msgspec.structs.replace(head, acting=(order,))])
    return archivist


def fill(program: ProgramInTest) -> None:
    """Wait until the register shows its letters."""
    program.until(lambda: program.program.desk is not None and program.program.desk.register_filled)
    program.settle()


def test_a_person_practises_and_the_next_one_takes_over(start_program: StartProgram) -> None:
    program = start_program()
    program.page(FirstStartView)
    program.practise()
    assert "LATIHAN" in program.pills()

    program.sign_in(CLERK)
    fill(program)
    assert program.window.windowTitle().endswith("— LATIHAN")
    assert program.window.windowTitle().startswith("Pesagi — Surat Masuk — ")
    assert desk_of(program).parts.session.position.title == CLERK
    assert program.page(LetterReaderPane).width() <= READER_WIDTH, "the list keeps its room beside the letter"

    program.window.switch_wanted.emit()
    program.until(lambda: program.shows(SignInView))
    program.settle()
    assert not somebody_works(program)
    assert program.window.windowTitle() == "Pesagi"
    archivist = let_the_head_act(program)
    program.sign_in(HEAD)
    fill(program)
    assert desk_of(program).parts.session.position.title.startswith(HEAD)

    before = desk_of(program)
    program.window.chair_wanted.emit(archivist.number)
    program.until(lambda: program.program.desk not in (None, before))
    fill(program)
    assert desk_of(program).parts.session.title == f"Plt. {archivist.title}"
    names = [one.accessibleName() for one in program.window.findChildren(NavBlock)]
    assert any(f"Plt. {archivist.title}" in name for name in names)


def test_closing_leaves_no_process_and_the_profile_can_be_opened_again(start_program: StartProgram) -> None:
    before = child_processes()
    program = start_program()
    program.practise()
    program.sign_in(CLERK)
    fill(program)
    parts = desk_of(program).parts
    query = parts.register.query()
    newest = parts.register.letter(parts.register.page(query, parts.register.outline(query).starts[0])[0].id)
    assert newest is not None
    assert parts.attachments.page(newest.letter.scans[0], page=0, width=200).width == 200
    if sys.platform == "linux":
        assert child_processes() - before, "the page process runs"

    program.close()

    assert child_processes() <= before
    assert not program.program.runner.busy
    open_profile(program.folder).close()


def test_the_sign_in_page_works_by_keyboard_alone(start_program: StartProgram) -> None:
    program = start_program()
    program.practise()
    people = program.page(SignInView).findChild(PersonList)
    assert people is not None

    QTest.keyClick(people, Qt.Key.Key_Return)
    fill(program)

    assert somebody_works(program)


@pytest.mark.parametrize("practice", [False, True])
def test_a_first_start_that_was_broken_off_begins_again(
    start_program: StartProgram, tmp_path: Path, *, practice: bool
) -> None:
    """The power went while the practice office was made, or before an office had answered."""
    folder = tmp_path / "profil"
    open_profile(folder, create=True, practice=practice, vault=FILE).close()

    program = start_program()
    program.page(FirstStartView)
    program.practise()
    program.sign_in(CLERK)
    fill(program)

    assert program.program.opened is not None
    assert program.program.opened.facts.practice
    assert program.window.windowTitle().endswith("— LATIHAN")


def test_a_practice_profile_opens_at_once_the_next_time(start_program: StartProgram) -> None:
    first = start_program()
    first.practise()
    first.close()

    again = start_program()

    assert again.shows(SignInView)
    assert not again.shows(FirstStartView)
    assert not again.shows(TroublePage)


class StrayWindows(QObject):
    """Notices what is shown as a window of its own: it would take the keyboard from whoever is typing."""

    def __init__(self, allowed: QWidget) -> None:
        super().__init__()
        self._allowed = allowed
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if shown and watched is not self._allowed:
            self.seen.append(type(watched).__name__)
        return False


def test_no_screen_flashes_up_as_a_window_while_somebody_works(start_program: StartProgram, qapp: QApplication) -> None:
    program = start_program()
    program.practise()
    watch = StrayWindows(program.window)
    qapp.installEventFilter(watch)

    program.sign_in(CLERK)
    fill(program)
    for place in ("home", "dispositions", "archive", "sync", "letters"):
        program.window.show_place(place)
        program.settle()
    program.page(LettersScreen).open_new()
    program.settle()
    qapp.removeEventFilter(watch)

    assert watch.seen == []


def test_the_program_checks_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--self-check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert set(json.loads(done.stdout)["self_check"].values()) == {"ok"}
