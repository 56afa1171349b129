"""Cetak paspor surat: asks where the PDF goes, and puts it there."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QPainter, QPdfWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from core.domain.ids import LetterId
from desktop.viewmodels.letter_passport import LetterPassport
from desktop.viewmodels.screen_facts import Passport
from desktop.views import passport_paper
from desktop.views.messages import sentence_for

PDF_DPI = 300


class PassportPrinter(QObject):
    """Signals: `told(str)` with a sentence of what became of it."""

    told = Signal(str)

    def __init__(self, making: LetterPassport, parent: QWidget) -> None:
        super().__init__(parent)
        self._making = making
        self._window = parent
        self._place = ""
        making.made.connect(self._on_made)
        making.refused.connect(self._on_refused)

    def begin(self, letter_id: LetterId) -> None:
        """Ask for a place; nothing is read or recorded before there is one."""
        self._place = self.choose_place()
        if self._place:
            self._making.make(letter_id)

    def choose_place(self) -> str:
        """Where the PDF goes; the empty text if nowhere."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Cetak paspor surat"), self.tr("paspor-surat.pdf"), self.tr("PDF (*.pdf)")
        )
        return name

    @Slot(object)
    def _on_made(self, passport: Passport) -> None:
        writer = QPdfWriter(self._place)
        writer.setTitle(self.tr("Paspor surat"))
        writer.setResolution(PDF_DPI)
        passport_paper.lay_out(writer)
        painter = QPainter()
        name = Path(self._place).name
        if not painter.begin(writer):
            sentence = self.tr("{name} tidak dapat ditulis. Tidak ada yang berubah; pilih tempat lain.")
            self.told.emit(sentence.format(name=name))
            return
        passport_paper.draw(painter, writer, passport)
        if painter.end():
            words = self.tr("Paspor surat ada di {name}. Surat ini rahasia: berkasnya terbuka bagi siapa pun.")
            plain = self.tr("Paspor surat ada di {name}.")
            self.told.emit((words if passport.secret else plain).format(name=name))
        else:
            sentence = self.tr("{name} belum lengkap. Data Anda aman; pilih tempat lain, lalu coba lagi.")
            self.told.emit(sentence.format(name=name))

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        self.told.emit(sentence_for(code))
