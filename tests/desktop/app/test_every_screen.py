"""Every screen, as a program can judge it: nothing cut, faint, English, nameless, or out of reach of the keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from benchmarks import guide_seat, screen_checks
from benchmarks.screen_tour import PEOPLE
from benchmarks.screens import LOOKS, faults_of, practice_office, visit
from desktop.views.letter_form import LetterForm
from desktop.widgets.buttons import IconButton
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.labels import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.theme import Theme
from tests.desktop.app.conftest import StartProgram

HARDEST = next(looks for looks in LOOKS if looks[0].scale == 150 and looks[0].appearance.value == "dark")[:1]


@pytest.fixture(scope="module")
def opened() -> set[str]:
    """What the menus have opened for the people so far: only the long run opens it for each of them."""
    return set()


@pytest.mark.timeout(400)
@pytest.mark.parametrize("person", PEOPLE)
def test_no_screen_is_cut_faint_english_or_nameless(
    qapp: QApplication,
    view_theme: Theme,
    person: str,
    *,
    opened: set[str],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guide_seat, "QUIET_TURNS", 3)  # twelve letters are read sooner than three hundred
    every = request.config.getoption("--long")
    with practice_office() as profile:
        found = [
            f"{seen.name}: {fault}"
            for looks in (LOOKS if every else (HARDEST,))
            for seen in visit(
                person,
                application=qapp,
                theme=view_theme,
                profile=profile,
                looks=looks,
                opened=None if every else opened,
            )
            for fault in faults_of(seen.shown)
        ]

    assert found == []


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window to put something bad on."""
    made = QWidget()
    made.resize(400, 300)
    qtbot.addWidget(made)
    return made


def test_a_cut_text_is_seen(window: QWidget, view_theme: Theme) -> None:
    Label(view_theme, "Sekretariat Daerah Kabupaten", parent=window).setGeometry(0, 0, 60, 30)
    window.show()

    assert "is cut" in screen_checks.cut_texts(window)[0]


def test_a_text_that_sticks_out_is_seen(window: QWidget, view_theme: Theme) -> None:
    Label(view_theme, "Sekretariat Daerah Kabupaten", parent=window).setGeometry(300, 0, 300, 30)
    window.show()

    assert "are seen" in screen_checks.out_of_sight(window)[0]


def test_a_faint_text_is_seen(window: QWidget, view_theme: Theme) -> None:
    Label(view_theme, "Sekretariat", colour="border", parent=window).setGeometry(0, 0, 300, 30)
    window.show()

    assert "has a contrast of" in screen_checks.faint(window)[0]


def test_an_english_word_is_seen(window: QWidget, view_theme: Theme) -> None:
    Label(view_theme, "Letter belum didisposisi", parent=window)
    window.show()

    assert "says letter" in screen_checks.english(window)[0]


def test_a_button_without_a_name_is_seen(window: QWidget, view_theme: Theme) -> None:
    IconButton(view_theme, "refresh", "", parent=window)
    window.show()

    assert "has no name" in screen_checks.nameless(window)[0]


def test_a_column_narrower_than_its_head_is_seen(window: QWidget, view_theme: Theme) -> None:
    table = RecordTable(
        view_theme, (Column(ColumnKind.TEXT), Column(ColumnKind.TEXT, 30)), name="Daftar", parent=window
    )
    table.setModel(QStandardItemModel(1, 2, table))
    table.model().setHeaderData(1, Qt.Orientation.Horizontal, "Tanggal diterima")
    window.show()

    assert "Tanggal diterima" in screen_checks.narrow_columns(window)[0]


def test_a_new_letter_is_begun_in_sight_from_any_screen(start_program: StartProgram) -> None:
    pc = start_program()
    pc.practise()
    pc.sign_in("Petugas Tata Usaha")
    pc.until(lambda: pc.program.desk is not None and pc.program.desk.register_filled)
    pc.window.show_place("home")
    pc.settle()
    pc.window.activateWindow()
    pc.until(lambda: QApplication.focusWidget() is not None)

    QTest.keyClick(pc.window.focusWidget(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    pc.settle()

    assert pc.shows(LetterForm)
