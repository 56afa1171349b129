"""Tells whoever signs in of a hand-over in which that person left a position, or followed in one."""

from PySide6.QtCore import QObject, Signal

from desktop.app.session_services import SessionServices
from desktop.services.clock import system_clock
from desktop.services.handing_over import HandedRow, HandOverService
from desktop.views.duty_words import told_text
from desktop.workers.runner import CancelToken, Lane


class HandOverNotice(QObject):
    """Signals: `told(str)` with a sentence, if there is one to be told."""

    told = Signal(str)

    def __init__(self, parts: SessionServices) -> None:
        super().__init__(parts.owner)
        self._service = HandOverService(parts.ground.opened.store, parts.session.actor, system_clock)
        self._runner = parts.ground.runner

    def look(self) -> None:
        """Ask the store, after what the first window needs."""
        self._runner.run(Lane.STORE, self._read, done=self._on_read, failed=self._on_failed)

    def _read(self, _token: CancelToken) -> tuple[HandedRow, ...]:
        return self._service.told()

    def _on_read(self, rows: tuple[HandedRow, ...]) -> None:
        if rows:
            self.told.emit(told_text(rows[0]))

    def _on_failed(self, _error: Exception) -> None:
        """What cannot be read now is read by the screens, which say why not."""
