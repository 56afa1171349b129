"""Batalkan surat: striking a letter through that was entered by mistake."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.ids import LetterId
from desktop.services.numbers import NumberService
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner


class LetterStriking(QObject):
    """Strikes one letter through.

    Signals: `struck()` after the commit; `refused(str, str)` with code and field; `busy_changed(bool)`.
    """

    struck = Signal()
    refused = Signal(str, str)
    busy_changed = Signal(bool)

    def __init__(self, service: NumberService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        """Without a letter."""
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self.busy = False

    def strike(self, letter_id: LetterId, reason: str) -> None:
        """Strike a letter through; `struck` or `refused` follows. A second wish meanwhile is ignored."""
        if self.busy:
            return
        self._set_busy(busy=True)
        work = partial(_strike, self._service, letter_id=letter_id, reason=reason)
        self._runner.run(Lane.STORE, work, done=self._on_done, failed=self._on_failed, priority=1)

    def _on_done(self, _nothing: object) -> None:
        self._set_busy(busy=False)
        self.struck.emit()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self.refused.emit(*failure_of(error))

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit(busy)


def _strike(service: NumberService, _token: CancelToken, *, letter_id: LetterId, reason: str) -> None:
    service.void_letter(letter_id, reason)
