"""Ubah sifat: which levels this person may give a letter, what follows from each, and giving it."""

from enum import Enum
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.letters import SecurityLevel
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.letters import LetterService
from desktop.viewmodels.facts import LetterView
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner


class Consequence(Enum):
    """What follows for those who hold the letter."""

    NONE = "none"  # the level that it has
    SAME_READERS = "same_readers"
    LEAVES_PCS = "leaves_pcs"  # who may not hold what is secret loses it
    REACHES_PCS = "reaches_pcs"  # who could not see it comes to see it


class LetterReclassifying(QObject):
    """Gives one letter another level.

    Signals: `done(object)` with the SecurityLevel after the commit; `refused(str, str)` with code and field;
    `busy_changed(bool)`.
    """

    done = Signal(object)
    refused = Signal(str, str)
    busy_changed = Signal(bool)

    def __init__(
        self, service: LetterService, runner: TaskRunner, actor: Actor, *, parent: QObject | None = None
    ) -> None:
        """Without a letter."""
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._actor = actor
        self._view: LetterView | None = None
        self.busy = False

    @property
    def present(self) -> SecurityLevel:
        """The level that the letter has."""
        return SecurityLevel.OPEN if self._view is None else self._view.letter.security

    @property
    def levels(self) -> tuple[SecurityLevel, ...]:
        """The level that the letter has, and those that this person may give it."""
        stricter, milder = (has_power(self._actor, one) for one in (Power.RAISE_SECURITY, Power.LOWER_SECURITY))
        return tuple(
            level for level in SecurityLevel if level == self.present or (stricter if level > self.present else milder)
        )

    def show_letter(self, view: LetterView) -> None:
        """Take a letter as the person sees it."""
        self._view = view

    def consequence_of(self, level: SecurityLevel) -> Consequence:
        """What follows when the letter gets this level."""
        if level == self.present:
            return Consequence.NONE
        was, will = (one >= SecurityLevel.SECRET for one in (self.present, level))
        if was == will:
            return Consequence.SAME_READERS
        return Consequence.LEAVES_PCS if will else Consequence.REACHES_PCS

    def give(self, level: SecurityLevel) -> None:
        """Give the letter a level; `done` or `refused` follows. A second wish meanwhile is ignored."""
        if self.busy or self._view is None or level == self.present:
            return
        self._set_busy(busy=True)
        work = partial(_give, self._service, view=self._view, level=level)
        done = partial(self._on_done, level)
        self._runner.run(Lane.STORE, work, done=done, failed=self._on_failed, priority=1)

    def _on_done(self, level: SecurityLevel, _nothing: object) -> None:
        self._set_busy(busy=False)
        self.done.emit(level)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self.refused.emit(*failure_of(error))

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit(busy)


def _give(service: LetterService, _token: CancelToken, *, view: LetterView, level: SecurityLevel) -> None:
    service.reclassify(view.letter.id, level, seen=view.rev, had=view.letter.security)
