"""Whether the letter that is read wants an answer, and what this person may say about that."""

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.register import LetterView, RowState
from desktop.viewmodels.letter_reader import LetterReader


class LetterReply(QObject):
    """Follows a reader.

    Signals: `changed()` with the letter; `reply_requested(object)` with the LetterView; `answer_requested(object)` with
    the LetterId of a letter that wants an answer.
    """

    changed = Signal()
    reply_requested = Signal(object)
    answer_requested = Signal(object)

    def __init__(self, reader: LetterReader, actor: Actor, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._may = has_power(actor, Power.ANSWER)
        reader.changed.connect(self.changed)

    @property
    def view(self) -> LetterView | None:
        """The letter."""
        return self._reader.view

    @property
    def may_set(self) -> bool:
        """Whether this person may say by when it wants an answer."""
        return self._may and self.view is not None and self.view.state is not RowState.VOID

    @property
    def may_end(self) -> bool:
        """Whether an answer is waited for, and this person may say that it was given."""
        return self.may_set and self.view is not None and self.view.letter.reply_by is not None

    @Slot()
    def ask(self) -> None:
        """Ask by when the letter wants an answer."""
        if self.may_set:
            self.reply_requested.emit(self.view)

    @Slot()
    def end(self) -> None:
        """Ask what answered it."""
        if self.may_end and self.view is not None:
            self.answer_requested.emit(self.view.letter.id)
