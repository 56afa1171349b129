"""Several dispositions at once: marked on their screen, and disposed, passed on, reported or reminded of together."""

from typing import Any

from PySide6.QtCore import QObject, Slot

from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.viewmodels.disposition_editor import SheetOf
from desktop.views.disposition_marking import DispositionMarking


class DispositionPiles(QObject):
    """Opens the sheet that is filled in for all of them."""

    def __init__(self, parts: SessionServices, marking: DispositionMarking) -> None:
        super().__init__(marking)
        self._parts = parts
        self._marking = marking
        self._dialog: Any = None
        marking.sheet_wanted.connect(self._on_wanted)

    @Slot(object)
    def _on_wanted(self, sheet: SheetOf) -> None:
        if self._dialog is None:
            self._dialog = on_demand.load(on_demand.PILE_DIALOG)(self._parts)
            self._dialog.disposed.connect(self._marking.tell)
        self._dialog.dispose(sheet.pile, sheet.parents)
