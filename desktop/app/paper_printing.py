"""Prints papers, exports lists and imports books where the screens ask for it."""

from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId, PositionId
from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.viewmodels.letter_list import LetterList
from desktop.views.screen import Screen


class PaperPrinting(QObject):
    """The print dialog of one person's workspace, made when it is first wanted.

    Signals: `told(str)` with a sentence of what became of it.
    """

    told = Signal(str)
    imported = Signal(str)

    def __init__(self, parts: SessionServices, listed: LetterList) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._listed = listed
        self._dialog: Any = None
        self._exporter: Any = None
        self._importer: Any = None

    @Slot(object)
    def print_sheet(self, letter_id: LetterId) -> None:
        """The lembar disposisi of a letter."""
        self._made().begin(letter_id)

    @Slot()
    def print_books(self) -> None:
        """Books and counts of the office."""
        self._made().begin_books()

    def print_chosen(self, letters: tuple[LetterId, ...]) -> None:
        """A list of these letters, or to whom they went."""
        self._made().begin_chosen(letters)

    @Slot(int, object)
    def print_agenda(self, position: int, days: tuple[date, date]) -> None:
        """The agenda of a position."""
        self._made().begin_agenda(PositionId(position), *days)

    @Slot()
    def export_list(self) -> None:
        """The register as it is filtered."""
        query = self._listed.table.query
        if query is None:
            return
        if self._exporter is None:
            self._exporter = on_demand.load(on_demand.LIST_EXPORTER)(self._parts)
            self._exporter.told.connect(self.told)
        self._exporter.begin(query)

    @Slot()
    def import_book(self) -> None:
        """An agenda book from outside."""
        if self._importer is None:
            self._importer = on_demand.load(on_demand.IMPORT_DIALOG)(self._parts)
            self._importer.imported.connect(self.imported)
        self._importer.begin()

    def disposition_screen(self) -> Screen:
        """The screen of dispositions, whose sheets are printed here."""
        made: Any = on_demand.load(on_demand.DISPOSITION_SCREEN)(self._parts)
        made.sheets.requested.connect(self.print_sheet)
        screen: Screen = made
        return screen

    def _made(self) -> Any:
        if self._dialog is None:
            self._dialog = on_demand.load(on_demand.PAPER_DIALOG)(self._parts)
            self._dialog.told.connect(self.told)
        return self._dialog
