"""Perbedaan is calm: a line for each value that lost, both in full, three ways to decide, all by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from core.domain.letters import field_text
from desktop.views.conflict_pane import ConflictPane
from desktop.views.sync_center import SyncCenterScreen
from desktop.widgets.buttons import Button
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.labels import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.tab_strip import Tab
from desktop.widgets.theme import Theme
from tests.desktop.hands import focused, press, shown, write
from tests.desktop.sample_conflicts import add_conflict
from tests.desktop.sample_office import CLERK, GOVERNMENT, SECRETARY, SampleOffice
from tests.desktop.sample_screens import Screens, ScreensAt

PaneAt = Callable[[PositionId], tuple[SyncCenterScreen, ConflictPane]]


def sit_down(qtbot: QtBot, theme: Theme, screens: Screens) -> tuple[SyncCenterScreen, ConflictPane]:
    screen = SyncCenterScreen(theme, screens.center, traffic=screens.traffic, conflicts=screens.conflicts)
    qtbot.addWidget(screen)
    screen.resize(1190, 668)
    with qtbot.waitExposed(screen):
        screen.show()
    screen.activateWindow()
    screen.activate()
    qtbot.waitUntil(lambda: not screens.runner.busy)
    tab = next(one for one in screen.findChildren(Tab) if one.text().startswith("Perbedaan"))
    tab.click()
    pane = screen.findChildren(ConflictPane)[0]
    pane.setFocus()
    return screen, pane


def test_a_difference_is_counted_told_in_full_and_decided_by_keyboard(
    qtbot: QtBot, view_theme: Theme, screens_at: ScreensAt, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    add_conflict(office, letter, "subject", "Undangan upacara", base="Undangan")
    screens = screens_at(CLERK)
    screen, pane = sit_down(qtbot, view_theme, screens)

    assert "Perbedaan (1)" in [tab.text() for tab in screen.findChildren(Tab)]
    table = shown(pane, RecordTable)[0]
    assert table.row_text(0).endswith("Undangan, Undangan rapat, Undangan upacara")
    words = [label.text() for label in shown(pane, Label)]
    assert any(text.startswith("Undangan rapat · ") and "Sekretaris Kecamatan" in text for text in words)
    assert any(text.startswith("Undangan upacara · Anda, Petugas Tata Usaha") for text in words)
    press(Qt.Key.Key_Return)
    assert isinstance(focused(), Button)
    press(Qt.Key.Key_Tab, Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: screens.conflicts.lines.rowCount() == 0)
    assert "Tidak ada perbedaan yang perlu diputuskan." in [label.text() for label in shown(pane, Label)]
    view = office.register(CLERK).letter(letter)
    assert view is not None
    assert view.subject == "Undangan upacara"


@pytest.fixture
def pane_at(qtbot: QtBot, view_theme: Theme, screens_at: ScreensAt) -> PaneAt:
    """Perbedaan as somebody sees it."""
    return lambda position: sit_down(qtbot, view_theme, screens_at(position))


@pytest.mark.parametrize(
    "named",
    [
        ("urgency", "2", "kosong, Biasa, Sangat segera", "1"),
        ("addressee", str(SECRETARY), "kosong, Camat, Sekretaris Kecamatan", str(GOVERNMENT)),
    ],
)
def test_what_has_names_is_shown_by_them_and_another_value_is_chosen(
    qtbot: QtBot, pane_at: PaneAt, office: SampleOffice, named: tuple[str, str, str, str]
) -> None:
    field, wanted, words, chosen = named
    letter = office.add_letter("Bappeda", "Undangan rapat")
    add_conflict(office, letter, field, wanted)
    _screen, pane = pane_at(CLERK)
    assert shown(pane, RecordTable)[0].row_text(0).endswith(words)

    next(one for one in shown(pane, Button) if one.text() == "Ubah…").click()
    shown(pane, ComboBox)[0].select(chosen)
    press(Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: shown(pane, RecordTable)[0].model().rowCount() == 0)
    view = office.register(CLERK).letter(letter)
    assert view is not None
    assert field_text(view.letter, field) == chosen


@pytest.mark.parametrize(
    "case",
    [
        ("subject", "Undangan upacara", "Undangan rapat dan upacara", "Undangan rapat dan upacara"),
        ("event_from", "09:00", "9.30", "09:30"),
    ],
)
def test_another_value_is_written_in_its_place(
    qtbot: QtBot, pane_at: PaneAt, office: SampleOffice, case: tuple[str, str, str, str]
) -> None:
    field, wanted, written, stands = case
    letter = office.add_letter("Bappeda", "Undangan rapat")
    add_conflict(office, letter, field, wanted)
    _screen, pane = pane_at(CLERK)

    next(one for one in shown(pane, Button) if one.text() == "Ubah…").click()
    write(written)
    press(Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: shown(pane, RecordTable)[0].model().rowCount() == 0)
    view = office.register(CLERK).letter(letter)
    assert view is not None
    assert field_text(view.letter, field) == stands
