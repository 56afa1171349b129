"""What is asked about one letter over the window: each question is made when it is first wanted."""

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.viewmodels.facts import LetterView


class LetterDialogs(QObject):
    """The dialogs of one person's workspace.

    Signals: `done(str)` with what was done and may be undone; `told(str)` with what else became of it.
    """

    done = Signal(str)
    told = Signal(str)

    def __init__(self, parts: SessionServices) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._filing: Any = None
        self._striking: Any = None
        self._reclassifying: Any = None
        self._numbers: Any = None

    @Slot(object, object)
    def file(self, letter_id: LetterId, pile: tuple[LetterId, ...] = ()) -> None:
        """Berkaskan: one letter, or a pile of them with it."""
        if self._filing is None:
            self._filing = on_demand.load(on_demand.FILING_DIALOG)(self._parts)
            self._filing.filed.connect(self.done)
        self._filing.file_letter(letter_id, pile)

    @Slot(object)
    def strike(self, letter_id: LetterId) -> None:
        """Batalkan surat."""
        if self._striking is None:
            self._striking = on_demand.load(on_demand.STRIKE_DIALOG)(self._parts)
            self._striking.struck.connect(self.told)
        self._striking.strike_letter(letter_id)

    @Slot(object)
    def reclassify(self, view: LetterView) -> None:
        """Ubah sifat surat."""
        if self._reclassifying is None:
            self._reclassifying = on_demand.load(on_demand.RECLASSIFY_DIALOG)(self._parts)
            self._reclassifying.reclassified.connect(self.told)
        self._reclassifying.show_letter(view)

    @Slot()
    def check_numbers(self) -> None:
        """Periksa nomor."""
        if self._numbers is None:
            self._numbers = on_demand.load(on_demand.NUMBER_DIALOG)(self._parts)
        self._numbers.begin()
