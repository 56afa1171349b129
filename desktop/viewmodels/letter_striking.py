"""Batalkan surat: striking a letter through that was entered by mistake."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.ids import LetterId
from desktop.services.numbers import NumberService
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import TaskRunner


class LetterStriking(OneAtATime):
    """Strikes one letter through.

    Signals besides those of OneAtATime: `struck()` after the commit.
    """

    struck = Signal()

    def __init__(self, service: NumberService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        """Without a letter."""
        super().__init__(runner, parent=parent)
        self._service = service

    def strike(self, letter_id: LetterId, reason: str) -> None:
        """Strike a letter through; `struck` or `refused` follows. A second wish meanwhile is ignored."""
        self._begin(partial(self._service.void_letter, letter_id, reason), self._on_struck, priority=1)

    def _on_struck(self, _nothing: object) -> None:
        self.struck.emit()
