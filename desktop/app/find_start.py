"""The way from Ctrl+K to what was found; the search itself is loaded when it is first wanted."""

from typing import Any

from PySide6.QtCore import QObject, Slot

from core.domain.ids import LetterId
from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.views.letters_screen import LettersScreen
from desktop.views.main_window import MainWindow


class FindStart(QObject):
    """Opens the search over a window, and what is chosen there in the register."""

    def __init__(self, parts: SessionServices, window: MainWindow, letters: LettersScreen) -> None:
        super().__init__(parts.owner)
        self._parts, self._window, self._letters = parts, window, letters
        self._desk: Any = None
        window.find_wanted.connect(self._begin)

    @Slot()
    def _begin(self) -> None:
        if self._desk is None:
            self._desk = on_demand.load(on_demand.FIND_DESK)(self._parts, self._window)
            self._desk.letter_chosen.connect(self._on_letter)
            self._desk.sheet_chosen.connect(self._on_sheet)
            self._desk.list_wanted.connect(self._on_list)
        self._desk.begin()

    @Slot(bytes)
    def _on_letter(self, letter_id: bytes) -> None:
        self._window.show_place("letters")
        self._letters.show_letter(LetterId(letter_id))

    @Slot(bytes)
    def _on_sheet(self, letter_id: bytes) -> None:
        self._on_letter(letter_id)
        self._letters.reading.show_tab("dispositions")

    @Slot(str)
    def _on_list(self, words: str) -> None:
        self._window.show_place("letters")
        self._letters.head.search.setText(words)
