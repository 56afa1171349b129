"""Arsip: the record files of the office and what lies in them."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.record_file_editor import Opened, RecordFileEditor
from desktop.viewmodels.record_file_list import FileOrder, RecordFileList
from desktop.views.messages import sentence_for
from desktop.views.presented_rows import PresentedRows
from desktop.views.record_file_dialog import RecordFileDialog
from desktop.views.record_file_pane import RecordFilePane
from desktop.views.record_file_words import file_words
from desktop.views.screen import Screen, make_action
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.line_edits import SearchField
from desktop.widgets.page_header import PageHeader
from desktop.widgets.record_table import RecordTable
from desktop.widgets.surfaces import Splitter
from desktop.widgets.theme import Theme

FILE_COLUMNS = (
    Column(ColumnKind.ICON, 36),
    Column(ColumnKind.CODE, 96),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.CODE, 64),
    Column(ColumnKind.NUMBER, 76),
    Column(ColumnKind.TEXT, 126),
)
SORTED_BY = {
    1: FileOrder.CODE,
    2: FileOrder.TITLE,
    3: FileOrder.YEAR,
    4: FileOrder.LETTERS,
    5: FileOrder.LOCATION,
}
SEARCH_WIDTH = 380
PANE_WIDTH = 550
# Narrower than this the letters of a file take the place of the files; Enter leads there and Escape back.
TWO_PANES = 1000


class ArchiveScreen(Screen):
    """The page of record files.

    Signals: `letter_requested(bytes)` with the id of a letter to be opened in the register.
    """

    letter_requested = Signal(bytes)

    def __init__(
        self,
        theme: Theme,
        files: RecordFileList,
        *,
        editor: RecordFileEditor,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._files = files
        self._inside = False
        self.title = self.tr("Arsip")
        self._search = SearchField(theme, placeholder=self.tr("Cari kode, judul, lokasi"))
        self._new_button = Button(
            theme,
            self.tr("Berkas baru"),
            kind=ButtonKind.PRIMARY,
            icon="folder-plus",
            key_hint=self.tr("Ctrl Shift B"),
            parent=self,  # or it would be shown as a window, and take the keyboard from whoever is typing
        )
        self._new_button.setVisible(files.may_open)
        headers = ("", self.tr("Kode"), self.tr("Uraian"), self.tr("Tahun"), self.tr("Jumlah"), self.tr("Lokasi"))
        self._table = RecordTable(theme, FILE_COLUMNS, name=self.tr("Daftar berkas"))
        self._table.setModel(PresentedRows(files.files, file_words, headers=headers, parent=self))
        self._table.show_sort(1, Qt.SortOrder.AscendingOrder)
        self._empty = EmptyState(theme, icon="archive")
        self._table.overlay.set_placeholder(self._empty)
        self._table.overlay.set_busy(busy=True)
        self._pane = RecordFilePane(theme, files, editor=editor)
        self._dialog = RecordFileDialog(theme, editor, parent=self)
        self._new = make_action(self, self.tr("&Berkas baru"), shortcut="Ctrl+Shift+B", name="archive.new")
        self._new.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._new.setEnabled(files.may_open)
        self._back = make_action(self, self.tr("Kem&bali ke daftar"), shortcut="Esc", name="archive.back")
        self._back.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        for action in (self._new, self._back):
            self.addAction(action)
        self._lay_out(theme)
        self._connect()
        self._arrange()

    def activate(self) -> None:
        """Read the files anew and put the keyboard on them."""
        self._files.refresh()
        self._focus_table()

    def handle_find(self) -> None:
        """Put the keyboard into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def actions_for_menu(self) -> list[QAction]:
        """A new record file, and what can be done with a letter."""
        return [*([self._new] if self._files.may_open else []), *self._pane.actions_for_menu()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show both panes, or one after the other."""
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self, theme: Theme) -> None:
        header = PageHeader(theme, self.title, line=True)
        self._search.setMaximumWidth(theme.px(SEARCH_WIDTH))
        header.add_beside(self._search, stretch=1)
        header.add_action(self._new_button)
        split = Splitter()
        split.addWidget(self._table)
        split.addWidget(self._pane)
        split.setSizes([theme.px(640), theme.px(PANE_WIDTH)])
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        column = Stack(theme, gap=0, parent=self)
        column.add(header, split)
        column.setStretch(1, 1)

    def _connect(self) -> None:
        self._new.triggered.connect(self._dialog.begin)
        self._new_button.clicked.connect(self._dialog.begin)
        self._dialog.created.connect(self._on_created)
        self._search.textChanged.connect(self._files.set_words)
        self._search.left.connect(self._focus_table)
        self._search.returnPressed.connect(self._focus_table)
        self._table.current_row_changed.connect(self._on_row)
        self._table.opened.connect(self._on_opened)
        self._table.sort_wanted.connect(self._on_sort)
        self._empty.action_triggered.connect(self._on_empty_action)
        self._pane.letter_requested.connect(self.letter_requested)
        self._pane.back_clicked.connect(self._go_back)
        self._back.triggered.connect(self._go_back)
        self._files.changed.connect(self._on_changed)
        self._files.failed.connect(self._on_failed)

    @Slot()
    def _focus_table(self) -> None:
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _on_row(self, row: int) -> None:
        self._files.open(self._files.files.row(row))

    @Slot(int)
    def _on_opened(self, _row: int) -> None:
        self._inside = True
        self._arrange()
        self._pane.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _go_back(self) -> None:
        self._inside = False
        self._arrange()
        self._focus_table()

    def _arrange(self) -> None:
        narrow = self.width() < self._theme.px(TWO_PANES)
        self._table.setVisible(not narrow or not self._inside)
        self._pane.setVisible(self._files.current is not None and (not narrow or self._inside))
        self._pane.set_back_shown(shown=narrow)
        self._back.setEnabled(narrow and self._inside)

    @Slot(int, object)
    def _on_sort(self, column: int, order: Qt.SortOrder) -> None:
        by = SORTED_BY.get(column)
        if by is not None:
            self._files.sort(by, descending=order is Qt.SortOrder.DescendingOrder)

    @Slot()
    def _on_changed(self) -> None:
        self._table.overlay.set_busy(busy=not self._files.loaded)
        self._say_why_empty()
        wanted = self._files.wanted_place
        if wanted >= 0:
            self._table.select_row(wanted)
        elif self._table.current_row() < 0 and self._files.files.rowCount():
            self._table.select_row(0)
        self._arrange()

    def _say_why_empty(self) -> None:
        if not self._files.may_read:
            text = self.tr("Arsip kantor terbuka bagi tata usaha, arsiparis, dan pimpinan.")
            self._empty.set_content(text, icon="lock")
        elif self._files.filtered:
            text = self.tr("Tidak ada berkas yang memuat kata itu.")
            self._empty.set_content(text, icon="search", action=self.tr("Hapus pencarian"))
        else:
            text = self.tr("Belum ada berkas. Berkas menghimpun surat tentang satu perkara.")
            action = self.tr("Buka berkas pertama") if self._files.may_open else ""
            self._empty.set_content(text, icon="archive", action=action)

    @Slot()
    def _on_empty_action(self) -> None:
        if self._files.filtered:
            self._search.clear()
            self._focus_table()
        else:
            self._dialog.begin()

    @Slot(object)
    def _on_created(self, opened: Opened) -> None:
        self._search.clear()
        self._files.want(opened.record_file_id)
        self._focus_table()
        self.status_message.emit(self.tr("Berkas {title} dibuka").format(title=opened.title))

    @Slot(str, str)
    def _on_failed(self, code: str, _field: str) -> None:
        self.status_message.emit(sentence_for(code))
