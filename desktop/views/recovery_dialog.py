"""Lembar pemulihan: asks for the password, prints the sheet, and asks two words of it back."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPagedPaintDevice, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.viewmodels.recovery_printing import PaperSheet, RecoveryPrinting
from desktop.views import recovery_paper
from desktop.views.refusals import Refusals
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field, FormLayout
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit, SecretEdit
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone

WIDTH = 520
PDF_DPI = 300


class RecoveryDialog(SheetDialog):
    """Prints one sheet and has it confirmed.

    Signals: `confirmed(str)` with a sentence.
    """

    confirmed = Signal(str)

    def __init__(self, theme: Theme, printing: RecoveryPrinting, *, parent: QWidget | None = None) -> None:
        sheet = Sheet(theme, "", icon="key", width=WIDTH, card=False)
        super().__init__(theme, sheet, parent=parent)
        sheet.set_title(self.tr("Cetak lembar pemulihan"))
        sheet.set_text(
            self.tr(
                "Satu halaman kertas yang membuka data komputer ini bila kunci atau kata sandinya hilang, juga tanpa "
                "server. Simpan di brankas: siapa pun yang memegangnya bersama komputer ini dapat membuka datanya."
            )
        )
        self.setWindowTitle(self.tr("Cetak lembar pemulihan"))
        self._printing = printing
        self._wanted: Callable[[PaperSheet], bool] = self._print
        self.password = SecretEdit(theme)
        self.first, self.second = LineEdit(theme), LineEdit(theme)
        self._asked = Label(theme, "", wrap=True)
        self.fields = {
            "password": Field(theme, self.tr("Kata sandi Anda"), self.password),
            "first": Field(theme, "", self.first),
            "second": Field(theme, "", self.second),
        }
        self._proof = QWidget()
        layout = FormLayout(theme, parent=self._proof)
        first, second = printing.asked
        for name, place in (("first", first), ("second", second)):
            self.fields[name] = Field(theme, self.tr("Kata ke-{place}").format(place=place), getattr(self, name))
            layout.add_field(self.fields[name])
        self._refusals = Refusals(theme, self.fields, tone=Tone.WARNING, parent=self)
        self._asked.setText(self.tr("Untuk memastikan cetakannya terbaca, ketik dua kata dari kertas itu:"))
        sheet.body.add(self.fields["password"], self._asked, self._proof, self._refusals.banner)
        self.later = Button(theme, self.tr("Nanti"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"))
        self.pdf = Button(theme, self.tr("Simpan PDF…"))
        self.print = Button(theme, self.tr("Cetak…"), kind=ButtonKind.PRIMARY)
        self.again = Button(theme, self.tr("Cetak lagi…"))
        self.done_button = Button(theme, self.tr("Selesai"), kind=ButtonKind.PRIMARY, key_hint=self.tr("↵"))
        sheet.add_button(self.later, left=True)
        for button in (self.pdf, self.print, self.again, self.done_button):
            sheet.add_button(button)
        self.later.clicked.connect(self.reject)
        self.pdf.clicked.connect(self._on_pdf)
        self.print.clicked.connect(self._on_print)
        self.again.clicked.connect(self._on_print)
        self.done_button.clicked.connect(self._on_done)
        self.password.returnPressed.connect(self._on_print)
        self.second.returnPressed.connect(self._on_done)
        for edit in (self.password, self.first, self.second):
            edit.textEdited.connect(self._refusals.clear_fields)
        printing.made.connect(self._on_made)
        printing.confirmed.connect(self._on_confirmed)
        printing.refused.connect(self._refusals.show)
        printing.busy_changed.connect(self._on_busy)
        self.finished.connect(self._on_finished)
        self._show_step(printed=False)

    def begin(self) -> None:
        """Open the dialog."""
        self._refusals.clear()
        self._show_step(printed=False)
        self.open()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_pdf(self) -> str:
        """Where the PDF goes; the empty text if nowhere."""
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Simpan lembar pemulihan"), self.tr("lembar-pemulihan.pdf"), self.tr("PDF (*.pdf)")
        )
        return name

    def _show_step(self, *, printed: bool) -> None:
        self.fields["password"].setVisible(not printed)
        self._asked.setVisible(printed)
        self._proof.setVisible(printed)
        self.done_button.setVisible(printed)
        self.print.setVisible(not printed)
        self.again.setVisible(printed)
        self.adjustSize()

    @Slot()
    def _on_print(self) -> None:
        self._wanted = self._print
        self._printing.make(self.password.text())

    @Slot()
    def _on_pdf(self) -> None:
        self._wanted = self._save
        self._printing.make(self.password.text())

    @Slot()
    def _on_done(self) -> None:
        self._printing.confirm(self.first.text(), self.second.text())

    @Slot(object)
    def _on_made(self, sheet: PaperSheet) -> None:
        self.password.clear()
        if self._wanted(sheet):
            self._show_step(printed=True)
            self.first.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._show_step(printed=self.done_button.isVisibleTo(self))

    def _print(self, sheet: PaperSheet) -> bool:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self.tr("Lembar pemulihan"))
        recovery_paper.lay_out(printer)
        chosen = QPrintDialog(printer, self)
        chosen.setWindowTitle(self.tr("Cetak lembar pemulihan"))
        if chosen.exec() != QDialog.DialogCode.Accepted:
            return False
        printer.setFullPage(True)
        return self._paint(printer, sheet)

    def _save(self, sheet: PaperSheet) -> bool:
        name = self.choose_pdf()
        if not name:
            return False
        writer = QPdfWriter(name)
        writer.setTitle(self.tr("Lembar pemulihan"))
        writer.setResolution(PDF_DPI)
        recovery_paper.lay_out(writer)
        if not self._paint(writer, sheet):
            return False
        self._refusals.say(
            self.tr("{name} berisi kata-katanya. Cetak, lalu hapus berkas itu.").format(name=Path(name).name), Tone.INFO
        )
        return True

    def _paint(self, device: QPagedPaintDevice, sheet: PaperSheet) -> bool:
        painter = QPainter()
        if not painter.begin(device):
            self._refusals.say(
                self.tr("Lembar tidak dapat dicetak. Tidak ada yang berubah; coba printer atau tempat lain.")
            )
            return False
        recovery_paper.draw(painter, sheet)
        painter.end()
        return True

    @Slot()
    def _on_confirmed(self) -> None:
        self.accept()
        self.confirmed.emit(self.tr("Lembar pemulihan berlaku. Simpan di tempat terkunci."))

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        for button in (self.pdf, self.print, self.again, self.done_button):
            button.setEnabled(not busy)

    @Slot()
    def _on_finished(self) -> None:
        """No word of the sheet stays behind."""
        self._printing.forget()
        for edit in (self.password, self.first, self.second):
            edit.clear()
