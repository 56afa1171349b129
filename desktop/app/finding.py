"""Puts the search over everything together for one signed-in person."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.app.session_services import SessionServices
from desktop.services.finding import FindService
from desktop.viewmodels.finder import Finder
from desktop.views.find_palette import FindPalette
from desktop.views.main_window import MainWindow


class FindDesk(QObject):
    """Shows the search over the window; loaded when it is first wanted.

    Signals: as of FindPalette.
    """

    letter_chosen = Signal(bytes)
    sheet_chosen = Signal(bytes)
    list_wanted = Signal(str)

    def __init__(self, parts: SessionServices, window: MainWindow) -> None:
        super().__init__(parts.owner)
        self._theme, self._window = parts.theme, window
        service = FindService(parts.ground.opened.store, parts.session.actor)
        self._finder = Finder(parts.register, service, parts.ground.runner, self)

    def begin(self) -> None:
        """Lay it over the page."""
        self._window.lay_over(partial(self._make, self._window.commands()))

    def _make(self, commands: list[QAction], page: QWidget) -> FindPalette:
        palette = FindPalette(self._theme, self._finder, commands=commands, parent=page)
        palette.letter_chosen.connect(self.letter_chosen)
        palette.sheet_chosen.connect(self.sheet_chosen)
        palette.list_wanted.connect(self.list_wanted)
        return palette
