"""Entering a pile: saving stays in the form, and what the letters have in common stays filled in."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.letter_draft import STICKY
from desktop.viewmodels.letter_editor import LetterEditor
from desktop.widgets.boxes import Column
from desktop.widgets.checks import CheckBox
from desktop.widgets.choice_chips import ChoiceGrid
from desktop.widgets.labels import Label
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole


class BatchBar(QWidget):
    """A check box, and while it is on, which fields stay. Reached by F8 or the mouse; Tab passes it by."""

    def __init__(self, theme: Theme, editor: LetterEditor, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.box = CheckBox(theme, self.tr("Beruntun: setelah disimpan, lanjut ke surat berikutnya (F8)"))
        self._caption = Label(theme, self.tr("Yang tetap terisi"), role=TextRole.CAPTION)
        self.kept = ChoiceGrid(theme, columns=3)
        names = {
            "sender": self.tr("Asal surat"),
            "letter_date": self.tr("Tgl. surat"),
            "classification": self.tr("Klasifikasi"),
            "addressee": self.tr("Kepada"),
            "channel": self.tr("Kanal"),
            "received_on": self.tr("Tgl. diterima"),
        }
        self.kept.set_choices([(name, names[name]) for name in STICKY])
        self.kept.select(sorted(editor.sticky))
        column = Column(theme, gap=4, margins=(0, 0, 0, 8), parent=self)
        column.add(self.box, self._caption, self.kept)
        self.box.toggled.connect(self._on_toggled)
        self.kept.selection_changed.connect(self._on_kept)
        self._on_toggled(editor.in_batch)
        for one in (self.box, *self.kept.findChildren(QWidget)):
            one.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._editor.in_batch = on
        self._caption.setVisible(on)
        self.kept.setVisible(on)

    @Slot()
    def _on_kept(self) -> None:
        self._editor.sticky = frozenset(self.kept.selected())
