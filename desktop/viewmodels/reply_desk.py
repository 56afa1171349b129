"""Kapan balasnya? Setting the day for one letter, and ending it."""

from datetime import date
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.ids import LetterId
from desktop.services.replies import ReplyService
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import TaskRunner

EXPECTED, ENDED = "expected", "ended"


class ReplyDesk(OneAtATime):
    """Works on one letter at a time. Signals besides those of OneAtATime: `done(str)` with one of the names above."""

    done = Signal(str)

    def __init__(self, service: ReplyService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        """Without a letter."""
        super().__init__(runner, parent=parent)
        self._service = service
        self.letter: LetterId | None = None
        self.may_set = service.may_set

    def expect(self, by: date) -> None:
        """Set the day; `done` or `refused` follows."""
        if self.letter is not None:
            self._begin(partial(self._service.expect, self.letter, by), partial(self._tell, EXPECTED))

    def end(self, answer_no: str, reason: str) -> None:
        """End it; `done` or `refused` follows."""
        if self.letter is not None:
            work = partial(self._service.end, self.letter, answer_no=answer_no, reason=reason)
            self._begin(work, partial(self._tell, ENDED))

    def _tell(self, what: str, _value: object) -> None:
        self.done.emit(what)
