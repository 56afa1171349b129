"""A PC that somebody has left: locked by itself, and opened again with everything as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QClipboard
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.idle_watch import IdleWatch
from desktop.views.letter_form import LetterForm
from desktop.views.sign_in import SignInView
from desktop.widgets.labels import Label
from tests.desktop.app.conftest import ProgramInTest, StartProgram
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.server import PASSWORD, OfficeInTest, RunningServer

CLERK = "Petugas Tata Usaha"
SUBJECT = "Surat yang sedang dibaca"


@pytest.fixture
def program(start_program: StartProgram, server: RunningServer, office: OfficeInTest, tmp_path: Path) -> ProgramInTest:
    """The clerk sits before the register with one letter in it."""
    folder = tmp_path / "profil"
    with OfficePc(folder) as pc:
        pc.join(server.url, office.codes["tu"])
        write_letter(pc, "tu", SUBJECT)
    program = start_program(folder)
    program.sign_in(CLERK, PASSWORD)
    program.until(lambda: program.program.desk is not None and program.program.desk.register_filled)
    program.settle()
    return program


def shown(program: ProgramInTest) -> str:
    """Every text of labels that can be seen."""
    return "\n".join(one.text() for one in program.window.findChildren(Label) if one.isVisible())


def test_a_locked_window_shows_nothing_of_a_letter_and_opens_where_it_was(program: ProgramInTest) -> None:
    form_key = "Isian yang belum disimpan"
    program.window.show_place("letters")
    new = program.window.findChild(QAction, "letter_new")
    assert new is not None
    new.trigger()
    program.until(lambda: program.shows(LetterForm))
    edit = next(one for one in program.page(LetterForm).findChildren(QLineEdit) if one.isVisible())
    edit.setText(form_key)
    title = program.window.windowTitle()

    program.window.lock_wanted.emit()
    program.until(lambda: program.shows(SignInView))
    program.settle()

    assert not program.shows(LetterForm)
    assert SUBJECT not in shown(program)
    assert program.window.windowTitle() == "Pesagi"
    assert not program.window.menuBar().isVisible()
    program.sign_in(CLERK, "kata sandi salah")
    assert program.shows(SignInView)
    program.sign_in(CLERK, PASSWORD)
    program.until(lambda: program.shows(LetterForm))
    assert edit.text() == form_key
    assert program.window.windowTitle() == title
    assert program.window.menuBar().isVisible()


def test_somebody_else_may_take_over_a_locked_pc(program: ProgramInTest) -> None:
    program.window.lock_wanted.emit()
    program.until(lambda: program.shows(SignInView))
    program.settle()

    program.page(SignInView).switch.click()
    program.until(lambda: program.program.desk is None)
    program.settle()

    assert program.shows(SignInView)
    program.sign_in(CLERK, PASSWORD)
    program.until(lambda: program.program.desk is not None)


def test_what_was_copied_goes_with_whoever_copied_it(
    program: ProgramInTest, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The platform without a screen never says that it owns what was copied here.
    monkeypatch.setattr(QClipboard, "ownsClipboard", lambda _self: True)
    qapp.clipboard().setText(SUBJECT)

    program.window.lock_wanted.emit()
    program.until(lambda: program.shows(SignInView))
    program.settle()
    assert qapp.clipboard().text() == "", "nobody pastes it while the PC is locked"

    qapp.clipboard().setText(SUBJECT)
    program.page(SignInView).switch.click()
    program.until(lambda: program.program.desk is None)
    assert qapp.clipboard().text() == ""


def test_to_lock_twice_is_to_lock_once(program: ProgramInTest) -> None:
    program.window.lock_wanted.emit()
    program.window.lock_wanted.emit()

    program.until(lambda: program.shows(SignInView))
    program.settle()
    program.page(SignInView)


def test_a_practice_is_not_locked(start_program: StartProgram, tmp_path: Path) -> None:
    program = start_program(tmp_path / "latihan")
    program.practise()
    program.sign_in(CLERK)
    program.until(lambda: program.program.desk is not None)
    program.settle()

    program.window.lock_wanted.emit()

    assert not program.shows(SignInView)


def test_a_pc_that_nobody_touches_is_noticed(qtbot: QtBot, qapp: QApplication) -> None:
    watch = IdleWatch(qapp, 80, parent=qapp)

    with qtbot.waitSignal(watch.idle, timeout=5_000):
        pass

    watch.deleteLater()


def test_a_sign_of_life_begins_the_wait_anew(qtbot: QtBot, qapp: QApplication) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.show()
    watch = IdleWatch(qapp, 600, parent=qapp)
    noticed: list[bool] = []
    watch.idle.connect(lambda: noticed.append(True))

    for _ in range(6):
        qtbot.wait(200)
        QTest.keyClick(page.windowHandle(), Qt.Key.Key_A)
    before = list(noticed)
    qtbot.waitUntil(lambda: bool(noticed), timeout=5_000)

    assert before == []
    watch.deleteLater()


def test_the_mouse_in_a_window_opened_later_is_a_sign_of_life(qtbot: QtBot, qapp: QApplication) -> None:
    watch = IdleWatch(qapp, 600, parent=qapp)
    page = QWidget()
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: qapp.focusWindow() is page.windowHandle(), timeout=5_000)
    left_ms = watch.left_ms()

    qtbot.waitUntil(lambda: watch.left_ms() < left_ms - 100, timeout=5_000)
    waned = watch.left_ms()
    QTest.mouseMove(page.windowHandle(), page.rect().center())
    QTest.mouseClick(page.windowHandle(), Qt.MouseButton.LeftButton)

    assert watch.left_ms() > waned
    watch.deleteLater()


def test_never_is_possible(qtbot: QtBot, qapp: QApplication) -> None:
    watch = IdleWatch(qapp, 0, parent=qapp)

    with qtbot.assertNotEmitted(watch.idle, wait=100):
        pass

    watch.deleteLater()
