"""Ubah daftar instruksi: one a line, in the order of the digits that choose them."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.disposition_editor import DispositionEditor
from desktop.views.act_dialog import ActDialog
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import TextEdit
from desktop.widgets.theme import Theme

LINES = 12


class InstructionDialog(ActDialog):
    """A text of lines: shorter to change than any list with buttons, and every key works in it."""

    def __init__(self, theme: Theme, editor: DispositionEditor, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, editor, icon="list", parent=parent)
        self._editor = editor
        self._lines = TextEdit(theme, lines=LINES)
        field = Field(theme, self.tr("Satu instruksi per baris"), self._lines)
        self._set_head(
            self.tr("Daftar instruksi jabatan Anda"),
            self.tr("Urutan baris menjadi angkanya. Baris baru menjadi instruksi baru."),
        )
        self._lay_out(fields={"own": field}, confirm=self.tr("Simpan"))
        # Enter begins the next line here.
        self._confirm.set_key_hint(self.tr("Ctrl ↵"))
        self._confirm.setShortcut("Ctrl+Return")
        editor.list_kept.connect(self.accept)

    def begin(self) -> None:
        """Open the dialog with what is offered now."""
        self._lines.setPlainText("\n".join(one.text for one in self._editor.usual))
        self._refusals.clear()
        self.open()
        self._lines.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Keep the list."""
        self._editor.set_list(self._lines.toPlainText().splitlines())
