"""The ways from the letter that is read to its event and its answer; what stands behind them is loaded later."""

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.viewmodels.facts import LetterView
from desktop.viewmodels.letter_reader import LetterReader
from desktop.viewmodels.letter_reply import LetterReply
from desktop.views.letters_screen import LettersScreen


class AgendaStart(QObject):
    """Signals: `done(str)` with what was done and may be undone."""

    done = Signal(str)

    def __init__(self, parts: SessionServices, reader: LetterReader) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._reader = reader
        self._asking: Any = None
        self.reply = LetterReply(reader, parts.session.actor, parent=self)
        self.reply.reply_requested.connect(self._on_reply)
        self.reply.answer_requested.connect(self._on_answer)

    def show_events(self, screen: LettersScreen) -> None:
        """From now on the screen shows the event of a letter; the first rows did not wait for that."""
        on_demand.load(on_demand.LETTER_EVENTS)(self._parts, self._reader, screen)

    def answer_all(self, letters: tuple[LetterId, ...]) -> None:
        """Ask what answered all of these."""
        self._made().end_all(letters)

    @Slot(object)
    def _on_reply(self, view: LetterView) -> None:
        self._made().ask(view)

    @Slot(object)
    def _on_answer(self, letter_id: LetterId) -> None:
        self._made().end(letter_id)

    def _made(self) -> Any:
        if self._asking is None:
            self._asking = on_demand.load(on_demand.REPLY_ASKING)(self._parts)
            self._asking.done.connect(self.done)
        return self._asking
