"""The event of the letter that is read, added to the screen of letters when that stands: the first rows come sooner."""

from PySide6.QtCore import QObject, Slot

from desktop.viewmodels.event_desk import EventDesk
from desktop.viewmodels.letter_reader import LetterReader
from desktop.views.event_actions import EventActions
from desktop.views.event_card import EventCard
from desktop.views.letters_screen import LettersScreen
from desktop.widgets.theme import Theme


class LetterEvents(QObject):
    """Puts the event above the scan, and the decisions on it among the actions of the screen.

    While the form covers the letter nothing is decided on its event: the keys are single letters.
    """

    def __init__(self, theme: Theme, events: EventDesk, *, reader: LetterReader, screen: LettersScreen) -> None:
        super().__init__(screen)
        self._events = events
        self._reader = reader
        self._covered = False
        card = EventCard(theme, events)
        decisions = EventActions(theme, events, screen=screen)
        decisions.act_done.connect(screen.act_done)
        decisions.told.connect(screen.status_message)
        screen.add_decisions(decisions.actions())
        screen.reading.add_event(card)
        screen.reading.low_changed.connect(card.set_compact)
        card.set_compact(screen.reading.low)
        reader.changed.connect(self._on_letter)
        screen.covered.connect(self._on_covered)
        self._on_letter()

    @Slot()
    def _on_letter(self) -> None:
        view = self._reader.view
        there = view is not None and view.letter.event_on is not None and not self._covered
        self._events.show_letter(view.letter.id if view is not None and there else None)

    @Slot(bool)
    def _on_covered(self, covered: bool) -> None:  # noqa: FBT001  # the signature of the signal
        self._covered = covered
        self._on_letter()
