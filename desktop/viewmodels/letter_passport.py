"""Makes the passport of a letter for whoever prints it."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.ids import LetterId
from desktop.services.passport import Passport, PassportService
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner


class LetterPassport(QObject):
    """Signals: `made(object)` with the Passport; `refused(str, str)` with code and field."""

    made = Signal(object)
    refused = Signal(str, str)

    def __init__(self, service: PassportService, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._runner = runner

    def make(self, letter_id: LetterId) -> None:
        """Make it; `made` or `refused` follows."""
        work = partial(_make, self._service, letter_id=letter_id)
        self._runner.run(Lane.STORE, work, done=self.made.emit, failed=self._on_failed, priority=1)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(*failure_of(error))


def _make(service: PassportService, _token: CancelToken, *, letter_id: LetterId) -> Passport:
    return service.of_letter(letter_id)
