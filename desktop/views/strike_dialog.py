"""Batalkan surat: why a letter that was entered by mistake is struck through."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.domain.ids import LetterId
from desktop.viewmodels.letter_striking import LetterStriking
from desktop.views.act_dialog import ActDialog
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme


class StrikeDialog(ActDialog):
    """Asks for the reason and strikes the letter through.

    Signals: `struck(str)` with a sentence after the commit.
    """

    struck = Signal(str)

    def __init__(self, theme: Theme, striking: LetterStriking, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, striking, icon="alert-triangle", parent=parent)
        self._set_head(
            self.tr("Batalkan surat"),
            self.tr("Baris dan nomor agendanya tetap ada, tercoret, dengan alasan ini di sampingnya."),
        )
        self._striking = striking
        self._letter_id: LetterId | None = None
        self._reason = LineEdit(theme, placeholder=self.tr("Misalnya: tercatat dua kali"))
        field = Field(theme, self.tr("Alasan"), self._reason, required=True)
        self._lay_out(fields={"reason": field}, confirm=self.tr("Batalkan surat"))
        striking.struck.connect(self._on_struck)

    def strike_letter(self, letter_id: LetterId) -> None:
        """Open the dialog for a letter."""
        self._letter_id = letter_id
        self._reason.clear()
        self._refusals.clear()
        self.open()
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Strike the letter through, if a reason stands there."""
        if self._letter_id is not None:
            self._striking.strike(self._letter_id, self._reason.text())

    @Slot()
    def _on_struck(self) -> None:
        self.accept()
        self.struck.emit(self.tr("Surat dibatalkan; nomornya tetap tercatat."))
