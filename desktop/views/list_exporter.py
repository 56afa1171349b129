"""Ekspor daftar: asks where the list goes, and says what became of it."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.viewmodels.facts import LetterQuery
from desktop.viewmodels.list_export import ListExport
from desktop.views.messages import sentence_for
from desktop.widgets.figures import format_count

ENDINGS = (".xlsx", ".csv")


class ListExporter(QObject):
    """Signals: `told(str)` with a sentence of what became of it."""

    told = Signal(str)

    def __init__(self, export: ListExport, parent: QWidget) -> None:
        super().__init__(parent)
        self._export = export
        self._window = parent
        export.written.connect(self._on_written)
        export.refused.connect(self._on_refused)

    def begin(self, query: LetterQuery) -> None:
        """Ask for a place; nothing is read before there is one."""
        place, wanted = self.choose_place()
        if place:
            path = Path(place)
            if path.suffix.lower() not in ENDINGS:
                path = path.with_name(path.name + (".csv" if ".csv" in wanted else ".xlsx"))
            self._export.write(query, path)

    def choose_place(self) -> tuple[str, str]:
        """Where the list goes, and of which kind it is to be; empty texts if nowhere."""
        kinds = ";;".join((self.tr("Buku kerja (*.xlsx)"), self.tr("CSV (*.csv)")))
        return QFileDialog.getSaveFileName(
            self._window, self.tr("Ekspor daftar surat"), self.tr("surat-masuk.xlsx"), kinds
        )

    @Slot(int, str)
    def _on_written(self, count: int, name: str) -> None:
        text = self.tr("{count} surat ada di {name}. Isi surat rahasia tidak disertakan.")
        self.told.emit(text.format(count=format_count(count), name=name))

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        self.told.emit(sentence_for(code))
