"""A person in front of the disposition screen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from pytestqt.qtbot import QtBot

from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, LetterStatus
from desktop.views.folded_choices import FoldedChoices
from desktop.widgets.buttons import Button
from desktop.widgets.card_list import CardList
from desktop.widgets.chips import FilterChip
from desktop.widgets.fields import Field
from desktop.widgets.labels import Label
from tests.desktop.hands import WidgetT, click, press, shown
from tests.desktop.sample_office import SampleOffice
from tests.desktop.sample_screens import Screens

CTRL = Qt.KeyboardModifier.ControlModifier
ENTER = Qt.Key.Key_Return


class Heard(QObject):
    """Remembers what the screen tells the window."""

    def __init__(self) -> None:
        super().__init__()
        self.toasts: list[str] = []
        self.badges: list[int] = []

    @Slot(str)
    def on_toast(self, text: str) -> None:
        self.toasts.append(text)

    @Slot(int)
    def on_badge(self, count: int) -> None:
        self.badges.append(count)


class Seat:
    """A person in front of the screen."""

    def __init__(self, qtbot: QtBot, screens: Screens) -> None:
        self.qtbot, self.screens, self.heard = qtbot, screens, Heard()
        self.screen = screens.disposition()
        self.screen.status_message.connect(self.heard.on_toast)
        self.screen.act_done.connect(self.heard.on_toast)
        self.screen.badge_changed.connect(self.heard.on_badge)
        qtbot.addWidget(self.screen)
        self.screen.resize(1190, 668)
        with qtbot.waitExposed(self.screen):
            self.screen.show()
        self.screen.activateWindow()
        self.screen.activate()
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.screens.runner.busy and self.screens.inbox.loaded)

    def commit(self) -> None:
        press(ENTER, modifier=CTRL)
        self.settle()

    def choose_tab(self, name: str) -> None:
        chip = next(one for one in self.screen.findChildren(FilterChip) if one.text() == name)
        click(chip)
        self.settle()

    def find(self, kind: type[WidgetT]) -> WidgetT:
        return shown(self.screen, kind)[0]

    def cards(self) -> list[str]:
        model = self.find(CardList).model()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def shown(self) -> list[str]:
        return [label.text() for label in shown(self.screen, Label)]

    def buttons(self) -> list[str]:
        return [button.text() for button in shown(self.screen, Button)]

    def blocks(self) -> list[FoldedChoices]:
        return shown(self.screen, FoldedChoices)

    def field(self, caption: str) -> Field:
        return next(one for one in shown(self.screen, Field) if one.editor.accessibleName() == caption)


def status(office: SampleOffice, letter_id: LetterId) -> LetterStatus:
    with office.store.read() as uow:
        letter = uow.get(IncomingLetter, letter_id)
    assert letter is not None
    return letter.status
