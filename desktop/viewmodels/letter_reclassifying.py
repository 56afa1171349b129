"""Ubah sifat: which levels this person may give a letter, what follows from each, and giving it."""

from enum import Enum
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.letters import SecurityLevel
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.letters import LetterService
from desktop.viewmodels.facts import LetterView
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import TaskRunner


class Consequence(Enum):
    """What follows for those who hold the letter."""

    NONE = "none"  # the level that it has
    SAME_READERS = "same_readers"
    LEAVES_PCS = "leaves_pcs"  # who may not hold what is secret loses it
    REACHES_PCS = "reaches_pcs"  # who could not see it comes to see it


class LetterReclassifying(OneAtATime):
    """Gives one letter another level.

    Signals besides those of OneAtATime: `done(object)` with the SecurityLevel after the commit.
    """

    done = Signal(object)

    def __init__(
        self, service: LetterService, runner: TaskRunner, actor: Actor, *, parent: QObject | None = None
    ) -> None:
        """Without a letter."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._actor = actor
        self._view: LetterView | None = None

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
        view = self._view
        if view is None or level == self.present:
            return
        work = partial(self._service.reclassify, view.letter.id, level, seen=view.rev, had=view.letter.security)
        self._begin(work, partial(self._on_given, level), priority=1)

    def _on_given(self, level: SecurityLevel, _nothing: object) -> None:
        self.done.emit(level)
