"""Opens Periksa data where the menu asks for it."""

from typing import Any

from PySide6.QtCore import QObject, Slot

from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.views.main_window import MainWindow


class DataChecking(QObject):
    """The dialog of one person's workspace, made when it is first wanted."""

    def __init__(self, parts: SessionServices, window: MainWindow) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._dialog: Any = None
        window.check_wanted.connect(self._on_wanted)

    @Slot()
    def _on_wanted(self) -> None:
        if self._dialog is None:
            self._dialog = on_demand.load(on_demand.DATA_CHECK_DIALOG)(self._parts)
        self._dialog.begin()
