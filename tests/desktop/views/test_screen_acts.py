"""What is not shown does not act: the menus of every screen, walked from every other one."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from desktop.app import workspace
from desktop.services.instructions import InstructionList
from desktop.views.help_pages import help_page
from desktop.views.letter_events import LetterEvents
from desktop.views.letter_form import LetterForm
from desktop.views.letters_screen import LettersScreen
from desktop.views.main_window import MainWindow
from desktop.views.overlay import SheetOverlay
from desktop.views.screen import Place, Screen
from desktop.views.workspace import Workspace, WorkspaceParts
from desktop.widgets.labels import Label
from desktop.widgets.theme import Theme
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import SECRETARY
from tests.desktop.sample_screens import ScreensAt

PATIENCE_MS = 15_000


class Office:
    """The window of a secretary with every screen, as the composition root puts it together."""

    def __init__(self, qtbot: QtBot, theme: Theme, desk: LetterDesk, screens_at: ScreensAt) -> None:
        self.window = MainWindow(theme, version="1.2.3")
        qtbot.addWidget(self.window)
        screens = screens_at(SECRETARY)
        letters = LettersScreen(
            theme,
            desk.letters,
            reader=desk.reader,
            editor=desk.editor,
            reply=desk.reply,
            text_of=InstructionList.load().text_of,
            make_form=partial(LetterForm, theme, desk.editor),
        )
        LetterEvents(theme, desk.events, reader=desk.reader, screen=letters)
        self.screens: dict[str, Screen] = {
            "letters": letters,
            "dispositions": screens.disposition(),
            "archive": screens.archive(),
            "sync": screens.sync_center(),
            "people": screens.people(),
        }
        parts = WorkspaceParts(
            office="Kantor Kecamatan Contoh",
            office_short="Kec. Contoh",
            region="Kab. Contoh Raya",
            person="Siti Lestari",
            position="Sekretaris",
            practice=False,
            places=tuple(Place(key=key, icon="inbox", screen=screen) for key, screen in self.screens.items()),
            status=desk.status,
        )
        self.workspace: Workspace = self.window.show_workspace(parts)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(lambda: not desk.runner.busy, timeout=PATIENCE_MS)

    def acts_of_others(self, shown: str) -> list[QAction]:
        others = (screen for key, screen in self.screens.items() if key != shown)
        return [action for screen in others for action in screen.actions_for_menu()]


def hear(heard: list[str], name: str, _checked: object = None) -> None:
    heard.append(name)


@pytest.fixture
def office_window(
    qtbot: QtBot, view_theme: Theme, desk_of: Callable[[PositionId], LetterDesk], screens_at: ScreensAt
) -> Office:
    return Office(qtbot, view_theme, desk_of(SECRETARY), screens_at)


def test_no_act_of_a_screen_that_is_not_shown_answers_to_its_keys_or_stands_in_ctrl_k(office_window: Office) -> None:
    window, heard = office_window.window, list[str]()
    for key in office_window.screens:
        window.show_place(key)
        resting = [one for one in office_window.acts_of_others(key) if not one.property("everywhere")]
        assert [one.objectName() for one in resting if one.isEnabled()] == []
        assert set(resting).isdisjoint(window.commands())
        for action in resting:
            # What its screen says meanwhile changes nothing.
            could = action.isEnabled()
            action.setEnabled(True)
            assert action.isEnabled() is could is False
            action.triggered.connect(partial(hear, heard, action.objectName()))
        for action in resting:
            for keys in action.shortcuts():
                target = QApplication.focusWidget() or window
                own = [one for one in office_window.screens[key].actions_for_menu() if one.shortcut() == keys]
                if not own:
                    QTest.keySequence(target, keys)
    assert heard == []


def test_what_begins_something_new_brings_its_screen_forward(office_window: Office) -> None:
    window = office_window.window
    window.show_place("archive")
    everywhere = [one for one in office_window.acts_of_others("archive") if one.property("everywhere")]
    assert {one.objectName() for one in everywhere} >= {"letter_new", "letter_books"}

    next(one for one in everywhere if one.objectName() == "letter_new").trigger()

    assert office_window.workspace.current is office_window.screens["letters"]


def test_the_acts_of_a_screen_are_offered_again_when_it_is_shown(office_window: Office) -> None:
    window = office_window.window
    new = next(one for one in office_window.screens["archive"].actions_for_menu() if one.objectName() == "archive.new")

    window.show_place("letters")
    assert not new.isEnabled()
    window.show_place("archive")
    assert new.isEnabled()


def test_f1_tells_what_one_does_on_the_screen_that_is_shown(office_window: Office) -> None:
    window = office_window.window
    for key in office_window.screens:
        window.show_place(key)
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F1)

        (sheet,) = (one for one in window.findChildren(SheetOverlay) if one.isVisible())
        said = {one.text() for one in sheet.findChildren(Label)}
        assert help_page(key)
        assert set(help_page(key)) <= said
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
        assert not sheet.isVisible()


def test_every_screen_of_the_navigation_has_a_page_of_help() -> None:
    places = set(re.findall(r'Place\(key="(\w+)"', inspect.getsource(workspace)))

    assert len(places) >= len(("home", "letters", "dispositions", "archive", "sync", "scans", "people"))
    assert {key for key in places if not help_page(key)} == set()


def test_f5_is_one_key_on_every_screen(office_window: Office, qtbot: QtBot) -> None:
    for key in office_window.screens:
        office_window.window.show_place(key)
        with qtbot.waitSignal(office_window.window.sync_wanted, timeout=PATIENCE_MS):
            QTest.keyClick(QApplication.focusWidget() or office_window.window, Qt.Key.Key_F5)
