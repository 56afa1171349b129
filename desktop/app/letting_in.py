"""Segel dan bukakan akses: lets the readers of a secret letter in who came later."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from desktop.app.session_services import SessionServices
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.letter_reader import LetterReader
from desktop.views.messages import sentence_for
from desktop.workers.runner import Lane, untold


class LettingIn(QObject):
    """Does it for the letter in the reading pane.

    Signals: `told(str)` with a sentence about what came of it.
    """

    told = Signal(str)

    def __init__(self, parts: SessionServices, reader: LetterReader) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        reader.let_in_requested.connect(self._on_wanted)

    @Slot(object)
    def _on_wanted(self, letter_id: LetterId) -> None:
        work = untold(partial(self._parts.letters.let_in, letter_id))
        self._parts.ground.runner.run(Lane.STORE, work, done=self._on_done, failed=self._on_failed)

    def _on_done(self, _value: object) -> None:
        self.told.emit(self.tr("Surat rahasia ini sekarang dapat dibuka semua penerimanya"))

    def _on_failed(self, error: Exception) -> None:
        self.told.emit(sentence_for(failure_of(error).code))
