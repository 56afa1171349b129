"""Several letters of the register at once: marked there, and filed, disposed, answered or printed together."""

from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from desktop.app import on_demand
from desktop.app.agenda_start import AgendaStart
from desktop.app.letter_dialogs import LetterDialogs
from desktop.app.paper_printing import PaperPrinting
from desktop.app.session_services import SessionServices
from desktop.viewmodels.letter_list import LetterList
from desktop.viewmodels.letter_marks import LetterMarks
from desktop.views.letter_marking import LetterMarking
from desktop.views.letters_screen import LettersScreen
from desktop.widgets.dates import format_date


class Ways(NamedTuple):
    """Where the acts are done that one letter has as well."""

    dialogs: LetterDialogs
    answers: AgendaStart
    papers: PaperPrinting


class Marking(QObject):
    """Loaded behind the window.

    Signals: `done(str)` with what was done and may be undone.
    """

    done = Signal(str)

    def __init__(self, parts: SessionServices, screen: LettersScreen, listed: LetterList, *, ways: Ways) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._ways = Ways(*ways)
        self._pile: Any = None
        marks = LetterMarks(listed.table, parts.session.actor, date_text=format_date, parent=self)
        self._marking = LetterMarking(parts.theme, screen, marks)
        self._marking.wanted.connect(self._on_wanted)
        # What was begun with the marks is over with its act, whoever offered it.
        self._ways.dialogs.done.connect(self._on_done)
        self._ways.answers.done.connect(self._on_done)

    @Slot(str, object)
    def _on_wanted(self, name: str, letters: tuple[LetterId, ...]) -> None:
        dialogs, answers, papers = self._ways
        if name == "file":
            dialogs.file(letters[0], letters)
        elif name == "answer":
            answers.answer_all(letters)
        elif name == "print":
            papers.print_chosen(letters)
        else:
            self._made().dispose(letters)

    @Slot(str)
    def _on_done(self, _sentence: str) -> None:
        if self._marking.keys.marking:
            self._marking.end()

    @Slot(str)
    def _on_disposed(self, sentence: str) -> None:
        self.done.emit(sentence)
        self._on_done(sentence)

    def _made(self) -> Any:
        if self._pile is None:
            self._pile = on_demand.load(on_demand.PILE_DIALOG)(self._parts)
            self._pile.disposed.connect(self._on_disposed)
        return self._pile
