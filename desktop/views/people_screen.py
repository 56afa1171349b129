"""Pengelolaan: who acts for whom, and what whoever keeps the order of the office does about it."""

from datetime import date

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.people_desk import PeopleDesk
from desktop.views.messages import sentence_for
from desktop.views.orders_page import OrdersPage
from desktop.views.screen import Screen
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.page_header import PageHeader
from desktop.widgets.theme import Theme


class PeopleScreen(Screen):
    """The page of people and positions."""

    def __init__(self, theme: Theme, desk: PeopleDesk, *, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.title = self.tr("Pengelolaan")
        self.orders = OrdersPage(theme, desk, today=today)
        header = PageHeader(theme, self.title, line=True)
        new = Button(
            theme,
            self.tr("Surat perintah baru"),
            kind=ButtonKind.PRIMARY,
            icon="plus",
            key_hint=self.tr("Ctrl Shift P"),
            parent=self,
        )
        new.setVisible(desk.may_let)
        new.clicked.connect(self.orders.begin)
        header.add_action(new)
        column = Stack(theme, gap=0, parent=self)
        column.add(header, self.orders)
        column.setStretch(1, 1)
        for action in self.orders.actions_for_menu():
            self.addAction(action)
        self.orders.page.empty.action_triggered.connect(self.orders.begin)
        desk.done.connect(self._on_done)
        desk.refused.connect(self._on_refused)

    def activate(self) -> None:
        """Read everything anew and put the keyboard on the list."""
        self._desk.refresh()
        self.orders.page.focus_table()

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here."""
        return self.orders.actions_for_menu()

    @Slot(str)
    def _on_done(self, name: str) -> None:
        sentence = {
            "let_act": self.tr("Surat perintah dicatat"),
            "end_order": self.tr("Surat perintah diakhiri"),
        }.get(name)
        if sentence:
            self.status_message.emit(sentence)

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        if not self.orders.asks:  # else the form says it
            self.status_message.emit(sentence_for(code))
