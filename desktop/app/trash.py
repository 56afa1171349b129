"""Tempat sampah: its dialog, and the way of what comes back."""

from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Slot

from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.services.clock import local_date, system_clock
from desktop.services.trash import TrashService
from desktop.viewmodels.letter_editor import LetterEditor
from desktop.viewmodels.trash_desk import TrashDesk
from desktop.views.letters_screen import LettersScreen
from desktop.views.main_window import MainWindow


class TrashStart(QObject):
    """From the moment Pindaian stands until the person leaves; the dialog is made when it is wanted."""

    def __init__(
        self, parts: SessionServices, window: MainWindow, letters: LettersScreen, editor: LetterEditor
    ) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._window = window
        self._letters = letters
        opened = parts.ground.opened
        service = TrashService(opened.store, opened.files, parts.session.actor, system_clock)
        self.desk = TrashDesk(service, editor, parts.ground.runner, parent=self)
        self.desk.draft_back.connect(self._on_draft)
        self._dialog: Any = None

    @Slot()
    def show(self) -> None:
        """Open the dialog."""
        if self._dialog is None:
            make = on_demand.load(on_demand.TRASH_DIALOG)
            self._dialog = make(self._parts.theme, self.desk, today=_today, parent=self._window)
        self._dialog.begin()

    @Slot()
    def _on_draft(self) -> None:
        self._window.show_place("letters")
        self._letters.open_new()


def _today() -> date:
    return local_date(system_clock())
