"""The event of the letter that is shown, and what is decided on it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.attendance import Attending, Part
from core.domain.ids import LetterId, PositionId
from core.domain.letters import IncomingLetter
from desktop.services.agenda import AgendaChair, AgendaItem, AgendaService, EventView
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.viewmodels.reading import Reading
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import TaskRunner

COMES, STAYS_AWAY, DELEGATED = "comes", "stays_away", "delegated"


class EventDesk(OneAtATime):
    """Follows a letter.

    Signals besides those of OneAtATime: `changed()` when the event is another; `done(str)` with one of the names above;
    `delegate_wanted()` when somebody is to be sent.
    """

    changed = Signal()
    done = Signal(str)
    delegate_wanted = Signal()

    def __init__(
        self, service: AgendaService, runner: TaskRunner, feed: ChangeFeed, *, parent: QObject | None = None
    ) -> None:
        """Without a letter."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._letter: LetterId | None = None
        self._chair: PositionId | None = None
        self.view: EventView | None = None
        self._reading = Reading(runner, self._read, parent=self)
        self._reading.done.connect(self._take)
        feed.changed.connect(self._on_changed)

    def show_letter(self, letter_id: LetterId | None) -> None:
        """Follow a letter with an event, or none."""
        if letter_id is None:
            self._letter = None
            self._set(None)
        elif letter_id != self._letter:
            self._letter, self._chair = letter_id, None
            self._set(None)
            self._reading.ask()

    @property
    def chairs(self) -> tuple[AgendaChair, ...]:
        """For whom this person may decide."""
        return () if self.view is None else self.view.chairs

    @property
    def chair(self) -> AgendaChair | None:
        """For whom he decides now; None if for nobody."""
        chosen = next((one for one in self.chairs if one.position == self._chair), None)
        return chosen or next(iter(self.chairs), None)

    @property
    def meets(self) -> tuple[AgendaItem, ...]:
        """What that position has at the same time."""
        view, chair = self.view, self.chair
        return () if view is None or chair is None else view.meets(chair.position)

    @property
    def part(self) -> Part:
        """What the event is to the person's own position."""
        return Part.NONE if self.view is None else self.view.part

    def choose_chair(self, position: PositionId) -> None:
        """Decide for this position."""
        self._chair = position
        self.changed.emit()

    @Slot()
    def attend(self) -> None:
        """Hadir sendiri; `done` or `refused` follows."""
        self._decide(Attending.COMES, COMES)

    @Slot()
    def stay_away(self) -> None:
        """Tidak hadir; `done` or `refused` follows."""
        self._decide(Attending.ABSENT, STAYS_AWAY)

    @Slot()
    def ask_delegate(self) -> None:
        """Let somebody be chosen who goes instead."""
        if self.chair is not None and not self.busy:
            self.delegate_wanted.emit()

    def delegate(self, delegates: Sequence[PositionId], note: str) -> None:
        """Diwakilkan; `done` or `refused` follows."""
        view, chair = self.view, self.chair
        if view is None or chair is None:
            return
        work = partial(self._service.delegate, view.letter, tuple(delegates), note, leader=chair.position)
        self._begin(work, partial(self._tell, DELEGATED))

    def _decide(self, how: Attending, what: str) -> None:
        view, chair = self.view, self.chair
        if view is not None and chair is not None:
            work = partial(self._service.decide, view.letter, how, leader=chair.position)
            self._begin(work, partial(self._tell, what))

    def _tell(self, what: str, _value: object) -> None:
        self._reading.ask()
        self.done.emit(what)

    def _read(self) -> tuple[LetterId | None, EventView | None]:
        letter = self._letter
        return letter, None if letter is None else self._service.of_letter(letter)

    @Slot(object)
    def _take(self, read: tuple[LetterId | None, EventView | None]) -> None:
        if read[0] == self._letter:
            self._set(read[1])

    def _set(self, view: EventView | None) -> None:
        if view != self.view:
            self.view = view
            self.changed.emit()

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if self._letter is not None and changes.touches(IncomingLetter):
            self._reading.ask()
