"""Gabungkan: the dialog, loaded when it is needed first."""

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.viewmodels.letter_reader import LetterReader


class LetterMerge(QObject):
    """Opens the dialog for the letter in the reading pane.

    Signals: `merged(str)` with a sentence that can be undone, `opened(object)` with the LetterId to be shown then.
    """

    merged = Signal(str)
    opened = Signal(object)

    def __init__(self, parts: SessionServices, reader: LetterReader) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._dialog: Any = None
        reader.merge_requested.connect(self._on_wanted)
        reader.open_requested.connect(self.opened)

    @Slot(object)
    def _on_wanted(self, letter_id: LetterId) -> None:
        if self._dialog is None:
            self._dialog = on_demand.load(on_demand.MERGE_DIALOG)(self._parts)
            self._dialog.merged.connect(self.merged)
            self._dialog.stands.connect(self.opened)
        self._dialog.merge_letter(letter_id)
