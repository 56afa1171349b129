"""Who wrote the sheet: whoever fills it in, or a leader by hand, with the scan of what he wrote."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from core.domain.ids import PositionId
from desktop.viewmodels.disposition_editor import DispositionEditor
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.fields import Field
from desktop.widgets.labels import ElidedLabel
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

MYSELF = "0"


class WrittenBar(QWidget):
    """Shown to who may enter what leaders wrote."""

    def __init__(self, theme: Theme, editor: DispositionEditor, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._writer = ComboBox(theme)
        self._attach = Button(theme, self.tr("Lampirkan lembar"), kind=ButtonKind.QUIET, icon="paperclip")
        self._names = ElidedLabel(theme, role=TextRole.CAPTION)
        self.field = Field(theme, self.tr("Disposisi dari"), self._writer)
        row = Row(theme, gap=8)
        row.add(self._attach, self._names)
        row.setStretch(1, 1)
        column = Column(theme, gap=4, parent=self)
        column.add(self.field, row)
        self._writer.currentIndexChanged.connect(self._on_chosen)
        self._attach.clicked.connect(self._on_attach)
        editor.choices_changed.connect(self._show_leaders)
        editor.opened.connect(self._show_draft)
        editor.busy_changed.connect(self._show_draft)
        self._show_leaders()

    @Slot()
    def _show_leaders(self) -> None:
        leaders = self._editor.leaders
        blocked = self._writer.blockSignals(True)
        text = self.tr("{title} (tulisan tangan)")
        written = [(str(one.number), text.format(title=one.title)) for one in leaders]
        self._writer.set_choices([(MYSELF, self.tr("Saya sendiri")), *written])
        self._writer.blockSignals(blocked)
        self._show_draft()

    @Slot()
    def _show_draft(self) -> None:
        draft, sheet = self._editor.draft, self._editor.sheet
        blocked = self._writer.blockSignals(True)
        self._writer.select(str(draft.on_behalf))
        self._writer.blockSignals(blocked)
        self._attach.setVisible(bool(draft.on_behalf))
        self._attach.setEnabled(not self._editor.busy)
        self._names.setVisible(bool(draft.on_behalf))
        self._names.setText(", ".join(one.name for one in draft.sheets))
        # A sheet that was written by hand is about one letter.
        alone = sheet is not None and sheet.parent is None and not sheet.pile
        self.setVisible(bool(self._editor.leaders) and alone)

    @Slot()
    def _on_chosen(self) -> None:
        self._editor.write_for(PositionId(int(self._writer.current_key() or MYSELF)))

    @Slot()
    def _on_attach(self) -> None:
        kinds = self.tr("Pindaian (*.pdf *.jpg *.jpeg *.png *.heic *.heif)")
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Lampirkan lembar disposisi"), "", kinds)
        self._editor.attach([Path(one) for one in paths])
