"""The files of a report while it is written: chosen, named, taken off again."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.viewmodels.answer_editor import AnswerEditor
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind, IconButton
from desktop.widgets.labels import ElidedLabel
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole


class AnswerFiles(QWidget):
    """One line below the report."""

    def __init__(self, theme: Theme, editor: AnswerEditor, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._attach = Button(
            theme, self.tr("Lampirkan berkas"), kind=ButtonKind.QUIET, icon="paperclip", key_hint=self.tr("F9")
        )
        self._attach.setShortcut("F9")
        self._names = ElidedLabel(theme, role=TextRole.CAPTION)
        self._remove = IconButton(theme, "trash", self.tr("Lepaskan berkas terakhir"))
        row = Row(theme, gap=8, margins=(0, 4, 0, 0), parent=self)
        row.add(self._attach, self._names, self._remove)
        row.setStretch(1, 1)
        self._attach.clicked.connect(self._on_attach)
        self._remove.clicked.connect(editor.drop_last_file)
        editor.opened.connect(self._show)
        editor.files_changed.connect(self._show)
        editor.busy_changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        files = self._editor.files
        self.setVisible(self._editor.may_attach)
        self._attach.setEnabled(not self._editor.busy)
        sealed = self.tr("berkas tersegel")  # what it was called is not told
        self._names.setText(", ".join(one.name or sealed for one in files))
        self._remove.setVisible(bool(files))

    @Slot()
    def _on_attach(self) -> None:
        kinds = self.tr("Pindaian (*.pdf *.jpg *.jpeg *.png *.heic *.heif)")
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Lampirkan berkas"), "", kinds)
        self._editor.attach([Path(one) for one in paths])
