"""Coret surat dari buku: what taking back an import means once others may have it, and why it is done."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.book_import import BookImport
from desktop.views.act_dialog import ActDialog
from desktop.views.together_words import with_left
from desktop.widgets.fields import Field
from desktop.widgets.figures import format_count
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme


class StrikeImportDialog(ActDialog):
    """Asks for the reason.

    Signals: `struck(str)` with a sentence after the commit.
    """

    struck = Signal(str)

    def __init__(self, theme: Theme, book: BookImport, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, book, icon="alert-triangle", parent=parent)
        self._book = book
        self._reason = LineEdit(theme, placeholder=self.tr("Misalnya: buku yang salah"))
        field = Field(theme, self.tr("Alasan"), self._reason, required=True)
        self._set_head(self.tr("Coret surat dari buku ini"))
        self._lay_out(fields={"reason": field}, confirm=self.tr("Coret"))
        book.struck.connect(self._on_struck)

    def begin(self) -> None:
        """Open the dialog for the letters of the book that stand."""
        report = self._book.report
        text = self.tr(
            "{count} surat dari buku ini sudah tercatat dan mungkin sudah terkirim, jadi tidak dapat dihapus. Semuanya "
            "dicoret dengan alasan ini; baris dan nomornya tetap ada, dan nomor itu tidak dapat dipakai lagi. "
            "Bila hanya isinya yang salah, ubah suratnya saja."
        )
        count = 0 if report is None else report.standing
        self._set_head(self.tr("Coret surat dari buku ini"), text.format(count=format_count(count)))
        self._reason.clear()
        self._refusals.clear()
        self.open()
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Strike them through, if a reason stands there."""
        self._book.strike(self._reason.text())

    @Slot(int, object)
    def _on_struck(self, count: int, refused: tuple[str, ...]) -> None:
        self.accept()
        text = self.tr("{count} surat dari buku dicoret").format(count=format_count(count))
        self.struck.emit(with_left(text, refused))
