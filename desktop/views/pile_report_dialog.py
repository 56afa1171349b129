"""Laporan yang sama: one result for several dispositions that were marked."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.disposition_marks import REPORT, DispositionMarks
from desktop.views.act_dialog import ActDialog
from desktop.widgets.fields import Field
from desktop.widgets.figures import format_count
from desktop.widgets.line_edits import TextEdit
from desktop.widgets.theme import Theme

RESULT_LINES = 4


class PileReportDialog(ActDialog):
    """Asks for the result."""

    def __init__(self, theme: Theme, marks: DispositionMarks, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, marks, icon="send", parent=parent)
        self._marks = marks
        self._result = TextEdit(theme, lines=RESULT_LINES)
        field = Field(theme, self.tr("Hasil tindak lanjut"), self._result)
        self._set_head(self.tr("Laporan yang sama"))
        self._lay_out(fields={"result": field}, confirm=self.tr("Laporkan selesai"), key=self.tr("Ctrl ↵"))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.confirm)
        marks.done.connect(self._on_done)

    def begin(self) -> None:
        """Open the dialog for what is marked now."""
        text = self.tr("Untuk {count} disposisi yang ditandai, sebagai satu langkah. Laporan yang ada tetap.")
        self._set_head(self.tr("Laporan yang sama"), text.format(count=format_count(self._marks.count)))
        self._result.clear()
        self._refusals.clear()
        self.open()
        self._result.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Report it."""
        self._refusals.clear()
        self._marks.report(self._result.toPlainText())

    @Slot(str, int, object)
    def _on_done(self, name: str, _count: int, _refused: object) -> None:
        if name == REPORT:
            self.accept()
