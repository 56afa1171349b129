"""Batalkan surat: why a letter that was entered by mistake is struck through."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.domain.ids import LetterId
from desktop.viewmodels.letter_striking import LetterStriking
from desktop.views.messages import sentence_for
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field, FieldErrors
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone

WIDTH = 480


class StrikeDialog(SheetDialog):
    """Asks for the reason and strikes the letter through.

    Signals: `struck(str)` with a sentence after the commit.
    """

    struck = Signal(str)

    def __init__(self, theme: Theme, striking: LetterStriking, *, parent: QWidget | None = None) -> None:
        sheet = Sheet(theme, "", icon="alert-triangle", width=WIDTH, card=False)
        super().__init__(theme, sheet, parent=parent)
        sheet.set_title(self.tr("Batalkan surat"))
        sheet.set_text(self.tr("Baris dan nomor agendanya tetap ada, tercoret, dengan alasan ini di sampingnya."))
        self.setWindowTitle(self.tr("Batalkan surat"))
        self._striking = striking
        self._letter_id: LetterId | None = None
        self._reason = LineEdit(theme, placeholder=self.tr("Misalnya: tercatat dua kali"))
        field = Field(theme, self.tr("Alasan"), self._reason, required=True)
        self._errors = FieldErrors({"reason": field}, parent=self)
        self._trouble = Banner(theme, tone=Tone.DANGER, card=True)
        self._trouble.hide()
        sheet.body.add(field, self._trouble)
        cancel = Button(theme, self.tr("Kembali"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"))
        self._strike = Button(theme, self.tr("Batalkan surat"), kind=ButtonKind.PRIMARY, key_hint=self.tr("↵"))
        sheet.add_button(cancel)
        sheet.add_button(self._strike)
        cancel.clicked.connect(self.reject)
        self._strike.clicked.connect(self.strike)
        self._reason.returnPressed.connect(self.strike)
        striking.struck.connect(self._on_struck)
        striking.refused.connect(self._on_refused)
        striking.busy_changed.connect(self._on_busy)

    def strike_letter(self, letter_id: LetterId) -> None:
        """Open the dialog for a letter."""
        self._letter_id = letter_id
        self._reason.clear()
        self._errors.clear()
        self._trouble.hide()
        self.open()
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def strike(self) -> None:
        """Strike the letter through, if a reason stands there."""
        if self._letter_id is not None:
            self._striking.strike(self._letter_id, self._reason.text())

    @Slot()
    def _on_struck(self) -> None:
        self.accept()
        self.struck.emit(self.tr("Surat dibatalkan; nomornya tetap tercatat."))

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        if field == "reason":
            self._errors.show_errors({field: sentence_for(code)})
        else:
            self._trouble.set_message(sentence_for(code), Tone.DANGER)
            self._trouble.show()

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._strike.setEnabled(not busy)
