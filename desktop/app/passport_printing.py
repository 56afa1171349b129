"""Prints the passport of the letter that is read, where the menu asks for it."""

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.viewmodels.letter_reader import LetterReader


class PassportPrinting(QObject):
    """The printer of one person's workspace, made when it is first wanted.

    Signals: `told(str)` with a sentence of what became of it.
    """

    told = Signal(str)

    def __init__(self, parts: SessionServices, reader: LetterReader) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._printer: Any = None
        reader.passport_requested.connect(self._on_wanted)

    @Slot(object)
    def _on_wanted(self, letter_id: LetterId) -> None:
        if self._printer is None:
            self._printer = on_demand.load(on_demand.PASSPORT_PRINTER)(self._parts)
            self._printer.told.connect(self.told)
        self._printer.begin(letter_id)
