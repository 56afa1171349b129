"""Periksa data: the check in its own lane, how far it is, and what it found."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.services.verifying import CheckStep, VerifyReport, VerifyService
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner


class DataCheck(QObject):
    """One check at a time.

    Signals: `progressed(object)` with a CheckStep; `changed()` when it begins, ends or is stopped; `failed(str, str)`.
    """

    progressed = Signal(object)
    changed = Signal()
    failed = Signal(str, str)

    def __init__(self, service: VerifyService, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._token: CancelToken | None = None
        self.report: VerifyReport | None = None

    @property
    def running(self) -> bool:
        """Whether a check is under way."""
        return self._token is not None

    def start(self) -> None:
        """Check everything, unless that is under way."""
        if self.running:
            return
        self.report = None
        work = partial(_verify, self._service, tell=self.progressed.emit)
        self._token = self._runner.run(Lane.INDEX, work, done=self._on_done, failed=self._on_failed)
        self.changed.emit()

    def stop(self) -> None:
        """End the check; what it found so far is not told."""
        if self._token is not None:
            self._token.cancel()
            self._token = None
            self.changed.emit()

    def _on_done(self, report: VerifyReport) -> None:
        self._token = None
        self.report = report
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._token = None
        self.changed.emit()
        self.failed.emit(*failure_of(error))


def _verify(service: VerifyService, token: CancelToken, *, tell: Callable[[CheckStep], None]) -> VerifyReport:
    return service.verify(progress=tell, stopped=lambda: token.cancelled)
