"""The right pane of Arsip: one record file and the letters in it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.record_file_editor import RecordFileEditor
from desktop.viewmodels.record_file_list import RecordFileList, TakenOut
from desktop.views.presented_rows import PresentedRows
from desktop.views.record_file_words import letter_words
from desktop.views.screen import make_action
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, IconButton
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.dates import format_date
from desktop.widgets.detail_grid import DetailGrid
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figures import format_count
from desktop.widgets.labels import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

LETTER_COLUMNS = (
    Column(ColumnKind.CODE, 68),
    Column(ColumnKind.DATE, 98),
    Column(ColumnKind.TEXT, 118),
    Column(ColumnKind.TEXT),
)


class RecordFilePane(Surface):
    """Follows the chosen file of a RecordFileList.

    Signals: `letter_requested(bytes)` with the id of a letter to be opened; `back_clicked()`.
    """

    letter_requested = Signal(bytes)
    back_clicked = Signal()

    def __init__(
        self, theme: Theme, files: RecordFileList, *, editor: RecordFileEditor, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent=parent)
        self._files = files
        self._editor = editor
        self._slip: TakenOut | None = None
        self._title = Label(theme, role=TextRole.ROW_TITLE, wrap=True)
        self._back = IconButton(theme, "arrow-left", self.tr("Kembali ke daftar berkas (Esc)"), framed=False)
        self._details = DetailGrid(theme)
        self._details.add_detail("code", self.tr("Klasifikasi"), wide=True)
        self._details.add_detail("location", self.tr("Lokasi"))
        self._details.add_detail("opened", self.tr("Dibuka"))
        self._count = Label(theme, role=TextRole.CAPTION_STRONG, tabular=True)
        headers = (self.tr("Agenda"), self.tr("Diterima"), self.tr("Asal"), self.tr("Perihal"))
        words = PresentedRows(files.letters, letter_words, headers=headers, parent=self)
        self.table = RecordTable(theme, LETTER_COLUMNS, name=self.tr("Surat di berkas ini"))
        self.table.setModel(words)
        self.table.set_sortable(sortable=False)
        nothing = self.tr("Berkas ini belum berisi surat. Buka surat di Surat Masuk, lalu pilih Berkaskan.")
        empty = EmptyState(theme, nothing, icon="folder")
        self.table.overlay.set_placeholder(empty)
        self._undo = Banner(theme, closable=True)
        self._undo.hide()
        self._open_button = Button(theme, self.tr("Buka surat"), icon="mail-opened", key_hint=self.tr("↵"))
        self._out_button = Button(
            theme, self.tr("Keluarkan dari berkas"), icon="archive-off", key_hint=self.tr("Del"), parent=self
        )
        self._out_button.setVisible(files.may_file)
        self.take_out_action = make_action(
            self, self.tr("&Keluarkan dari berkas"), shortcut="Del", name="archive.take_out"
        )
        self.take_out_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(self.take_out_action)
        self._lay_out(theme)
        self._connect()
        self._on_changed()

    def actions_for_menu(self) -> list[QAction]:
        """What can be done with the chosen letter."""
        return [self.take_out_action] if self._files.may_file else []

    def set_back_shown(self, *, shown: bool) -> None:
        """Offer the way back where the pane fills the whole screen."""
        self._back.setVisible(shown)

    def _lay_out(self, theme: Theme) -> None:
        head = Surface(theme, edges=Edge.BOTTOM)
        top = Stack(theme, gap=8, margins=(16, 12, 16, 12), parent=head)
        title = Row(theme)
        title.add(self._back, self._title)
        title.setStretch(1, 1)
        top.add(title, self._details, self._count)
        self._foot = Surface(theme, edges=Edge.TOP)
        buttons = Row(theme, margins=(16, 10, 16, 10), parent=self._foot)
        buttons.add(self._open_button, None, self._out_button)
        column = Stack(theme, gap=0, parent=self)
        column.add(head, self._undo, self.table, self._foot)
        column.setStretch(2, 1)

    def _connect(self) -> None:
        self._files.changed.connect(self._on_changed)
        self._files.letters_changed.connect(self._on_letters)
        self._files.taken_out.connect(self._on_taken_out)
        self._files.put_back.connect(self._undo.hide)
        self.table.opened.connect(self._open_row)
        self.table.current_row_changed.connect(self._on_row)
        self._open_button.clicked.connect(self._open_current)
        self._out_button.clicked.connect(self._take_out)
        self.take_out_action.triggered.connect(self._take_out)
        self._undo.action_triggered.connect(self._put_back)
        self._back.clicked.connect(self.back_clicked)

    @Slot()
    def _on_changed(self) -> None:
        row = self._files.current
        if row is None:
            return
        one = row.record_file
        self._title.setText(one.title)
        code = f"{one.classification} {self._editor.name_of(one.classification)}"
        self._details.set_value("code", code.strip())
        self._details.set_value("location", one.location or self.tr("belum diisi"))
        self._details.set_value("opened", format_date(one.opened_on))

    @Slot()
    def _on_letters(self) -> None:
        listed, total = self._files.letters.rowCount(), self._files.letters_total
        text = self.tr("{count} surat").format(count=format_count(total))
        if listed < total:
            text = self.tr("{listed} terbaru dari {count} surat").format(
                listed=format_count(listed), count=format_count(total)
            )
        self._count.setText(text)
        if listed and self.table.current_row() < 0:
            self.table.select_row(0)
        self._on_row()

    @Slot()
    def _on_row(self) -> None:
        chosen = self._files.letters.row(self.table.current_row()) is not None
        for part in (self._open_button, self._out_button):
            part.setEnabled(chosen)
        self.take_out_action.setEnabled(chosen and self._files.may_file)

    @Slot(int)
    def _open_row(self, row: int) -> None:
        letter = self._files.letters.row(row)
        if letter is not None:
            self.letter_requested.emit(bytes(letter.id))

    @Slot()
    def _open_current(self) -> None:
        self._open_row(self.table.current_row())

    @Slot()
    def _take_out(self) -> None:
        letter = self._files.letters.row(self.table.current_row())
        if letter is not None:
            self._files.take_out(letter)

    @Slot(object)
    def _on_taken_out(self, slip: TakenOut) -> None:
        self._slip = slip
        text = self.tr("Surat agenda {agenda} dikeluarkan dari berkas.")
        agenda = slip.agenda or self.tr("menyusul")
        self._undo.set_message(text.format(agenda=agenda), Tone.INFO, action=self.tr("Kembalikan"))
        self._undo.show()

    @Slot()
    def _put_back(self) -> None:
        if self._slip is not None:
            self._files.undo(self._slip)
            self._slip = None
