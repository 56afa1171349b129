"""Batalkan nomor: which number stands for nothing, and why."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from core.domain.errors import RefusalCode
from desktop.viewmodels.number_check import NumberCheck
from desktop.views.act_dialog import ActDialog
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme


class VoidNumberDialog(ActDialog):
    """Asks for number and reason and voids the number; closes itself when it is done."""

    def __init__(self, theme: Theme, check: NumberCheck, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, check, icon="alert-triangle", parent=parent)
        self._set_head(self.tr("Batalkan nomor"))
        self._check = check
        self._number = LineEdit(theme, tabular=True, placeholder=self.tr("Misalnya: 412"))
        self._reason = LineEdit(theme, placeholder=self.tr("Misalnya: salah cap pada surat"))
        number = Field(theme, self.tr("Nomor"), self._number, required=True)
        reason = Field(theme, self.tr("Alasan"), self._reason, required=True)
        self._lay_out(fields={"number": number, "reason": reason}, confirm=self.tr("Batalkan nomor"))
        check.voided.connect(self.accept)

    def begin(self, number: int) -> None:
        """Open the dialog for the year that is shown; `number` is proposed, 0 for none."""
        report = self._check.report
        if report is None:
            return
        text = self.tr("Nomor tahun {year} ini tidak akan pernah dipakai; alasannya tercatat di buku agenda.")
        self._sheet.set_text(text.format(year=report.year))
        self._number.setText(str(number) if number else "")
        self._reason.clear()
        self._refusals.clear()
        self.open()
        (self._reason if number else self._number).setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Void the number, if one stands there."""
        text = self._number.text().strip()
        if not (text.isascii() and text.isdecimal()):
            self._refusals.show_beside("number", self.tr("Tulis nomor urutnya dengan angka, misalnya 412."))
            return
        self._refusals.clear_fields()
        self._check.void(int(text), self._reason.text())

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        if code == RefusalCode.NUMBER_TAKEN:
            self._refusals.show_beside("number", self.tr("Nomor ini sudah dipakai surat, atau sudah dibatalkan."))
        else:
            self._refusals.show(code, "number" if code == RefusalCode.NUMBER_OUT_OF_RANGE else field)
