"""Asks by when a letter wants an answer, and what answered it: loaded when it is first asked."""

from datetime import date

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from desktop.app.agenda_parts import reply_desk
from desktop.app.session_services import SessionServices
from desktop.services.clock import local_date, system_clock
from desktop.viewmodels.facts import LetterView
from desktop.viewmodels.reply_desk import EXPECTED
from desktop.views.reply_dialogs import EndReplyDialog, ExpectReplyDialog
from desktop.views.together_words import with_left


class ReplyAsking(QObject):
    """The two dialogs over one desk.

    Signals: `done(str)` with what was done and may be undone.
    """

    done = Signal(str)

    def __init__(self, parts: SessionServices) -> None:
        super().__init__(parts.owner)
        desk = self._desk = reply_desk(parts)
        self._expecting = ExpectReplyDialog(parts.theme, desk, today=_today(), parent=parts.window)
        self._ending = EndReplyDialog(parts.theme, desk, parent=parts.window)
        desk.done.connect(self._on_done)
        desk.pile_done.connect(self._on_pile)

    def ask(self, view: LetterView) -> None:
        """Kapan balasnya: the day is asked for."""
        self._expecting.begin(view.letter.id, view.letter.reply_by)

    def end(self, letter_id: LetterId) -> None:
        """Catat balasan."""
        self._ending.begin(letter_id)

    def end_all(self, letters: tuple[LetterId, ...]) -> None:
        """Catat balasan, the same for all of these."""
        self._ending.begin(letters[0], letters)

    @Slot(int, object)
    def _on_pile(self, count: int, refused: tuple[str, ...]) -> None:
        text = self.tr("Balasan dicatat untuk {count} surat").format(count=count)
        self.done.emit(with_left(text, refused))

    @Slot(str)
    def _on_done(self, what: str) -> None:
        if self._desk.pile and what != EXPECTED:
            return  # told with its count
        sentence = self.tr("Tanggal balasan ditetapkan") if what == EXPECTED else self.tr("Balasan dicatat")
        self.done.emit(sentence)


def _today() -> date:
    return local_date(system_clock())
