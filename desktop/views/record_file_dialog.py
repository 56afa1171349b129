"""The form of a new record file: its classification, its title, its place."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.facts import ClassificationCode, NewRecordFile
from desktop.viewmodels.record_file_editor import Opened, RecordFileEditor
from desktop.views.refusals import Refusals
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.suggest_edit import SuggestEdit, Suggestion
from desktop.widgets.theme import Theme

WIDTH = 520


class RecordFileForm(Sheet):
    """Fills in a new record file.

    Signals: `created(object)` with an Opened after the commit; `cancelled()`.
    """

    created = Signal(object)
    cancelled = Signal()

    def __init__(self, theme: Theme, editor: RecordFileEditor, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", icon="folder-plus", width=WIDTH, card=False, parent=parent)
        self.set_title(self.tr("Berkas baru"))
        self.set_text(self.tr("Berkas menghimpun surat tentang satu perkara di bawah satu kode klasifikasi."))
        self._editor = editor
        self._code = SuggestEdit(theme, placeholder=self.tr("Kode atau kata, misalnya 000.1.5 atau undangan"))
        self._title_edit = LineEdit(theme)
        self._location = LineEdit(theme, placeholder=self.tr("Misalnya lemari 2, boks 14"))
        fields = {
            "classification": Field(theme, self.tr("Klasifikasi"), self._code, required=True),
            "title": Field(theme, self.tr("Judul berkas"), self._title_edit, required=True),
            "location": Field(theme, self.tr("Lokasi simpan"), self._location),
        }
        self._refusals = Refusals(theme, fields, parent=self)
        self.body.add(*fields.values(), self._refusals.banner)
        cancel = Button(theme, self.tr("Batal"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"))
        self._save = Button(theme, self.tr("Buka berkas"), kind=ButtonKind.PRIMARY, key_hint=self.tr("Ctrl ↵"))
        self.add_button(cancel)
        self.add_button(self._save)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)
        cancel.clicked.connect(self.cancelled)
        self._save.clicked.connect(self.save)
        self._code.suggestions_wanted.connect(self._on_suggestions_wanted)
        self._code.chosen.connect(self._on_chosen)
        self._code.editingFinished.connect(self._name_code)
        editor.opened.connect(self._on_opened)
        editor.refused.connect(self._on_refused)
        editor.busy_changed.connect(self._on_busy)

    def begin(self, *, classification: str = "", title: str = "") -> None:
        """Empty the form, or fill in what is known already, and put the keyboard on the first empty field."""
        self._code.setText(classification)
        self._title_edit.setText(title)
        self._location.setText("")
        self._refusals.clear()
        self._name_code()
        first = self._title_edit if classification else self._code
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def save(self) -> None:
        """Open the record file."""
        if not self.isVisible() or self._editor.busy:
            return
        self._refusals.clear()
        wanted = NewRecordFile(
            classification=self._code.text(), title=self._title_edit.text(), location=self._location.text()
        )
        self._editor.create(wanted)

    @Slot(str)
    def _on_suggestions_wanted(self, text: str) -> None:
        self._code.set_suggestions(_suggestions(self._editor.suggestions(text)))

    @Slot(object)
    def _on_chosen(self, _suggestion: Suggestion) -> None:
        self._name_code()
        self._title_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _name_code(self) -> None:
        name = self._editor.name_of(self._code.text())
        self._code.set_note(name)
        # A title is what tells this berkas from others of the same code; the name of the code is only a start.
        self._title_edit.setPlaceholderText(name)

    @Slot(object)
    def _on_opened(self, opened: Opened) -> None:
        if self.isVisible():
            self.created.emit(opened)

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        if self.isVisible():
            self._refusals.show(code, field)

    @Slot()
    def _on_busy(self) -> None:
        self._save.setEnabled(not self._editor.busy)


class RecordFileDialog(SheetDialog):
    """The form over its window.

    Signals: `created(object)` with an Opened after the commit.
    """

    created = Signal(object)

    def __init__(self, theme: Theme, editor: RecordFileEditor, *, parent: QWidget | None = None) -> None:
        self._form = RecordFileForm(theme, editor)
        super().__init__(theme, self._form, parent=parent)
        self._form.created.connect(self._on_created)
        self._form.cancelled.connect(self.reject)

    def begin(self) -> None:
        """Open the dialog with an empty form."""
        self.open()
        self._form.begin()

    @Slot(object)
    def _on_created(self, opened: Opened) -> None:
        self.accept()
        self.created.emit(opened)


def _suggestions(codes: Sequence[ClassificationCode]) -> list[Suggestion]:
    return [Suggestion(key=one.code, text=one.code, note=one.name) for one in codes]
