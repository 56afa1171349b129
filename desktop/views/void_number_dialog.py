"""Batalkan nomor: which number stands for nothing, and why."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from core.domain.errors import RefusalCode
from desktop.viewmodels.number_check import NumberCheck
from desktop.views.messages import sentence_for
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field, FieldErrors
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone

WIDTH = 480


class VoidNumberDialog(SheetDialog):
    """Asks for number and reason and voids the number; closes itself when it is done."""

    def __init__(self, theme: Theme, check: NumberCheck, *, parent: QWidget | None = None) -> None:
        self._sheet = Sheet(theme, "", icon="alert-triangle", width=WIDTH, card=False)
        super().__init__(theme, self._sheet, parent=parent)
        self._sheet.set_title(self.tr("Batalkan nomor"))
        self.setWindowTitle(self.tr("Batalkan nomor"))
        self._check = check
        self._number = LineEdit(theme, tabular=True, placeholder=self.tr("Misalnya: 412"))
        self._reason = LineEdit(theme, placeholder=self.tr("Misalnya: salah cap pada surat"))
        number = Field(theme, self.tr("Nomor"), self._number, required=True)
        reason = Field(theme, self.tr("Alasan"), self._reason, required=True)
        self._errors = FieldErrors({"number": number, "reason": reason}, parent=self)
        self._trouble = Banner(theme, tone=Tone.DANGER, card=True)
        self._trouble.hide()
        self._sheet.body.add(number, reason, self._trouble)
        cancel = Button(theme, self.tr("Kembali"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"))
        self._confirm = Button(theme, self.tr("Batalkan nomor"), kind=ButtonKind.PRIMARY, key_hint=self.tr("↵"))
        self._sheet.add_button(cancel)
        self._sheet.add_button(self._confirm)
        cancel.clicked.connect(self.reject)
        self._confirm.clicked.connect(self.confirm)
        for line in (self._number, self._reason):
            line.returnPressed.connect(self.confirm)
        check.voided.connect(self.accept)
        check.refused.connect(self._on_refused)
        check.busy_changed.connect(self._on_busy)

    def begin(self, number: int) -> None:
        """Open the dialog for the year that is shown; `number` is proposed, 0 for none."""
        report = self._check.report
        if report is None:
            return
        text = self.tr("Nomor tahun {year} ini tidak akan pernah dipakai; alasannya tercatat di buku agenda.")
        self._sheet.set_text(text.format(year=report.year))
        self._number.setText(str(number) if number else "")
        self._reason.clear()
        self._errors.clear()
        self._trouble.hide()
        self.open()
        (self._reason if number else self._number).setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Void the number, if one stands there."""
        text = self._number.text().strip()
        if not (text.isascii() and text.isdecimal()):
            self._errors.show_errors({"number": self.tr("Tulis nomor urutnya dengan angka, misalnya 412.")})
            return
        self._errors.clear()
        self._check.void(int(text), self._reason.text())

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        if code == RefusalCode.NUMBER_TAKEN:
            self._errors.show_errors({"number": self.tr("Nomor ini sudah dipakai surat, atau sudah dibatalkan.")})
        elif code == RefusalCode.NUMBER_OUT_OF_RANGE:
            self._errors.show_errors({"number": sentence_for(code)})
        elif field == "reason":
            self._errors.show_errors({field: sentence_for(code)})
        else:
            self._trouble.set_message(sentence_for(code), Tone.DANGER)
            self._trouble.show()

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._confirm.setEnabled(not busy)
