"""A person in front of the screen of incoming letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.instructions import InstructionList
from desktop.views.letter_events import LetterEvents
from desktop.views.letter_form import LetterForm
from desktop.views.letters_screen import LettersScreen
from desktop.widgets.badges import Pill
from desktop.widgets.buttons import Button
from desktop.widgets.labels import Label
from desktop.widgets.theme import Theme
from tests.desktop.letter_desk import LetterDesk

PATIENCE_MS = 20_000
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
WidgetT = TypeVar("WidgetT", bound=QWidget)


class Seat:
    """A person in front of the screen."""

    def __init__(self, qtbot: QtBot, theme: Theme, *, desk: LetterDesk, width: int, height: int) -> None:
        self.qtbot, self.desk = qtbot, desk
        self.toasts: list[str] = []
        self.screen = LettersScreen(
            theme,
            desk.letters,
            reader=desk.reader,
            editor=desk.editor,
            reply=desk.reply,
            text_of=InstructionList.load().text_of,
            make_form=partial(LetterForm, theme, desk.editor),
        )
        LetterEvents(theme, desk.events, reader=desk.reader, screen=self.screen)
        self.screen.status_message.connect(self.toasts.append)
        qtbot.addWidget(self.screen)
        self.screen.resize(width, height)
        with qtbot.waitExposed(self.screen):
            self.screen.show()
        self.screen.activateWindow()
        self.screen.activate()
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.desk.runner.busy, timeout=PATIENCE_MS)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier)

    def write(self, text: str) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, text)

    def tab(self, times: int = 1) -> None:
        for _ in range(times):
            self.press(Qt.Key.Key_Tab)

    @property
    def form(self) -> LetterForm:
        form = self.screen.findChild(LetterForm)
        assert form is not None
        return form

    def shown(self, kind: type[WidgetT]) -> list[WidgetT]:
        return [one for one in self.screen.findChildren(kind) if one.isVisible()]

    def labels(self) -> list[str]:
        return [label.text() for label in self.shown(Label)]

    def buttons(self) -> list[str]:
        return [button.text() for button in self.shown(Button)]

    def pills(self) -> list[str]:
        return [pill.accessibleName() for pill in self.shown(Pill)]

    def rows(self) -> list[list[str]]:
        table = self.desk.letters.table
        return [
            [str(table.data(table.index(row, column))) for column in range(1, table.columnCount())]
            for row in range(table.rowCount())
        ]


SitDown = Callable[..., Seat]
