"""Kapan balasnya? Setting the day for one letter, and ending it."""

from datetime import date
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.ids import LetterId
from desktop.services.person_service import Together
from desktop.services.replies import ReplyService
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import TaskRunner

EXPECTED, ENDED = "expected", "ended"


class ReplyDesk(OneAtATime):
    """Works on one letter at a time, or on a pile that is answered in the same way.

    Signals besides those of OneAtATime: `done(str)` with one of the names above; of a pile `pile_done(int, object)`
    with how many were ended and the codes of those that were refused.
    """

    done = Signal(str)
    pile_done = Signal(int, object)

    def __init__(self, service: ReplyService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        """Without a letter."""
        super().__init__(runner, parent=parent)
        self._service = service
        self.letter: LetterId | None = None
        self.pile: tuple[LetterId, ...] = ()
        self.may_set = service.may_set

    def expect(self, by: date) -> None:
        """Set the day; `done` or `refused` follows."""
        if self.letter is not None:
            self._begin(partial(self._service.expect, self.letter, by), partial(self._tell, EXPECTED))

    def end(self, answer_no: str, reason: str) -> None:
        """End it; `done`, of a pile also `pile_done`, or `refused` follows."""
        if self.pile:
            together = partial(self._service.end_all, self.pile, answer_no=answer_no, reason=reason)
            self._begin(together, self._on_pile)
        elif self.letter is not None:
            work = partial(self._service.end, self.letter, answer_no=answer_no, reason=reason)
            self._begin(work, partial(self._tell, ENDED))

    def _on_pile(self, together: Together) -> None:
        self.done.emit(ENDED)
        self.pile_done.emit(together.done, together.refused)

    def _tell(self, what: str, _value: object) -> None:
        self.done.emit(what)
