"""How a person left the register: columns, sorting and filter are there again at the next start."""

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Slot

from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.system.table_choices import TableChoice, TableChoices
from desktop.viewmodels.letter_list import LetterList
from desktop.views.letters_screen import LettersScreen
from desktop.workers.runner import Lane, untold

TABLE = "surat_masuk"


class RegisterMemory(QObject):
    """Reads one small file before the first list is read, and writes it when something was arranged."""

    def __init__(self, parts: SessionServices, listed: LetterList) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._listed = listed
        self._choices = TableChoices(parts.ground.opened.profile.folder)
        self._user = parts.session.person.number
        self._kept = self._choices.of(self._user, TABLE)
        self._screen: LettersScreen | None = None
        self._dialog: Any = None
        listed.begin_with(self._kept.only, self._kept.sort, descending=self._kept.descending)

    def serve(self, screen: LettersScreen) -> None:
        """Arrange the columns of the screen, and remember what becomes of them."""
        self._screen = screen
        columns, kept = screen.register.columns, self._kept
        columns.restore(kept.order, kept.hidden, kept.widths)
        columns.changed.connect(self._keep)
        self._listed.listed.connect(self._keep)
        screen.acts.columns.triggered.connect(self._on_columns)

    @Slot()
    def _keep(self) -> None:
        if self._screen is None:
            return
        columns, sorting = self._screen.register.columns, self._listed.chosen_sorting
        choice = TableChoice(
            order=columns.order,
            hidden=columns.hidden,
            widths=columns.widths,
            sort=int(sorting.column),
            descending=sorting.descending,
            only=self._listed.only,
        )
        if choice != self._kept:
            self._kept = choice
            work = untold(partial(self._choices.keep, self._user, TABLE, choice))
            self._parts.ground.runner.run(Lane.FILES, work, failed=_nothing)

    @Slot()
    def _on_columns(self) -> None:
        if self._dialog is None and self._screen is not None:
            make = on_demand.load(on_demand.COLUMN_DIALOG)
            self._dialog = make(self._parts.theme, self._screen.register.table, parent=self._parts.window)
        self._dialog.begin()


def _nothing(_error: Exception) -> None:
    """It lasts until the program ends."""
