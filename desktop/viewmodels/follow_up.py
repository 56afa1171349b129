"""What becomes of a disposition that was given: it is withdrawn, reminded of, or confirmed by who wrote it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.dispositions import Disposition
from core.domain.ids import PositionId
from core.domain.letters import SecurityLevel
from desktop.services.following_up import FollowUpService
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import TaskRunner

WITHDRAWN, REMINDED, NOT_REMINDED, CONFIRMED = "withdrawn", "reminded", "not_reminded", "confirmed"


class FollowUp(OneAtATime):
    """Works on the disposition that is shown among those of this person.

    Signals besides those of OneAtATime: `changed()` when another one is shown; `done(str)` with one of the names above.
    """

    changed = Signal()
    done = Signal(str)

    def __init__(
        self, service: FollowUpService, runner: TaskRunner, *, position: PositionId, parent: QObject | None = None
    ) -> None:
        """Without a disposition; `position` is the one in which this person acts."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._position = position
        self.disposition: Disposition | None = None

    def open(self, disposition: Disposition | None) -> None:
        """Show one that this person gave, or that was entered for him; None where none is shown."""
        if disposition != self.disposition:
            self.disposition = disposition
            self.changed.emit()

    @property
    def waiting(self) -> tuple[PositionId, ...]:
        """Who has not answered yet."""
        if self.disposition is None:
            return ()
        return tuple(one.position for one in self.disposition.recipients if one.is_open)

    @property
    def needs_reason(self) -> bool:
        """Whether a reason has to be given: somebody who has not answered has read it, and it is not secret."""
        shown = self.disposition
        if shown is None or shown.security >= SecurityLevel.SECRET:
            return False
        return any(one.is_open and one.read_at is not None for one in shown.recipients)

    @property
    def may_confirm(self) -> bool:
        """Whether it was entered by another for this person's position, and not confirmed yet."""
        return self.disposition is not None and may_be_confirmed(self.disposition, self._position)

    def withdraw(self, recipients: Sequence[PositionId], reason: str) -> None:
        """Withdraw it from these; `done` or `refused` follows."""
        if self.disposition is not None:
            work = partial(self._service.withdraw, self.disposition.id, tuple(recipients), reason)
            self._begin(work, partial(self._tell, WITHDRAWN))

    def remind(self) -> None:
        """Remind all who have not answered; `done` or `refused` follows."""
        if self.disposition is not None and self.waiting:
            self._begin(partial(self._service.remind, self.disposition.id, self.waiting), self._on_reminded)

    def confirm(self) -> None:
        """Confirm it; `done` or `refused` follows."""
        if self.disposition is not None and self.may_confirm:
            self._begin(partial(self._service.confirm, self.disposition.id), partial(self._tell, CONFIRMED))

    def _on_reminded(self, anybody: bool) -> None:  # noqa: FBT001  # the value of the work
        self.done.emit(REMINDED if anybody else NOT_REMINDED)

    def _tell(self, what: str, _value: object) -> None:
        self.done.emit(what)


def may_be_confirmed(disposition: Disposition, position: PositionId) -> bool:
    """Whether it was entered by another for this position, and not confirmed yet."""
    entered = bool(disposition.entered_as) and disposition.from_position == position
    return entered and not disposition.confirmed_by
