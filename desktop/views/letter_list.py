"""The register: search, quick filters and the table of letters."""

from PySide6.QtCore import QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.letter_list import LetterList
from desktop.views.messages import sentence_for
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column as ColumnLayout
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.chips import FilterChipBar
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.line_edits import SearchField
from desktop.widgets.page_header import PageHeader
from desktop.widgets.record_table import RecordTable
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme, Tone

SEARCH_WIDTH = 380


class RegisterHead(Surface):
    """Title, search field, quick filters and the button for a new letter.

    Signals: `new_wanted()`.
    """

    new_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        view_model: LetterList,
        *,
        may_register: bool,
        sends: bool,
        parent: QWidget | None = None,
    ) -> None:
        """`sends` is False in practice, where nothing ever waits for a server."""
        super().__init__(theme, fill="window", edges=Edge.BOTTOM, parent=parent)
        self._list = view_model
        header = PageHeader(theme, self.tr("Surat Masuk"))
        self.search = SearchField(theme, placeholder=self.tr("Cari nomor, asal, perihal, isi ringkas"))
        self.search.setFixedWidth(theme.px(SEARCH_WIDTH))
        self.search.textChanged.connect(self._on_search)
        header.add_beside(self.search)
        if may_register:
            new = Button(theme, self.tr("Surat baru"), kind=ButtonKind.PRIMARY, icon="plus", key_hint="Ctrl N")
            new.clicked.connect(self.new_wanted)
            header.add_action(new)
        self.chips = FilterChipBar(theme)
        self.chips.add_choice("all", self.tr("Semua"))
        self.chips.add_choice("undisposed", self.tr("Belum didisposisi"))
        self.chips.add_choice("due", self.tr("Jatuh tempo"))
        if sends:
            self.chips.add_choice("waiting", self.tr("Menunggu kirim"))
        self._keys = ("all", "undisposed", "due", *(("waiting",) if sends else ()))
        if view_model.only in self._keys:
            self.chips.set_current(view_model.only)
        self.chips.chosen.connect(self._on_filter)
        chips = Row(theme, margins=(16, 0, 16, 12))
        chips.add(self.chips)
        column = ColumnLayout(theme, gap=0, margins=(0, 0, 0, 1), parent=self)
        column.add(header, chips)
        self._theme_of_head = theme
        theme.changed.connect(self._restyle)
        view_model.counts_changed.connect(self._on_counts)

    def show_all(self) -> None:
        """Take search and filter away."""
        self.show_only("all")

    def show_only(self, key: str) -> None:
        """Show what one of the quick filters lists, and take the search away."""
        self.search.clear()
        self.chips.set_current(key)
        self._list.set_filter(key)

    @Slot(str)
    def _on_search(self, text: str) -> None:
        self._list.search(text)

    @Slot(str)
    def _on_filter(self, key: str) -> None:
        self._list.set_filter(key)

    @Slot()
    def _on_counts(self) -> None:
        for key in self._keys:
            self.chips.set_count(key, self._list.count_of(key))

    @Slot()
    def _restyle(self) -> None:
        self.search.setFixedWidth(self._theme_of_head.px(SEARCH_WIDTH))


class RegisterTable(QWidget):
    """The table, and what stands in its place while there is nothing to list.

    Signals: `opened()` when Enter or a double click opens the current letter; `new_wanted()`; `all_wanted()`;
    `seen_changed()` when something covers the list, or no more.
    """

    opened = Signal()
    new_wanted = Signal()
    all_wanted = Signal()
    seen_changed = Signal()

    def __init__(
        self, theme: Theme, view_model: LetterList, *, may_register: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._list = view_model
        self._may_register = may_register
        columns = (
            Column(ColumnKind.ICON, 36),
            Column(ColumnKind.CODE, 62),
            Column(ColumnKind.DATE, 100),
            Column(ColumnKind.TEXT, 132),
            Column(ColumnKind.TEXT),
            Column(ColumnKind.STATUS, 140),
        )
        self.table = RecordTable(theme, columns, name=self.tr("Daftar surat masuk"), many=True)
        self.table.setModel(view_model.table)
        self.columns = self.table.let_arrange()
        self._empty = EmptyState(theme)
        self._empty.action_triggered.connect(self._on_empty_action)
        self.table.overlay.set_placeholder(self._empty)
        self.table.opened.connect(self._on_opened)
        self.table.current_row_changed.connect(self._on_row)
        self.table.sort_wanted.connect(self._on_sort)
        self._banner = Banner(theme, tone=Tone.WARNING, closable=True)
        self._banner.hide()
        self._column = column = ColumnLayout(theme, gap=0, parent=self)
        column.add(self._banner, self.table)
        self.setFocusProxy(self.table)
        view_model.row_wanted.connect(self._on_row_wanted)
        view_model.listed.connect(self._on_listed)
        view_model.busy_changed.connect(self._on_busy)
        view_model.failed.connect(self._on_failed)
        self._on_busy(view_model.table.busy)
        self._show_sorting()

    def showEvent(self, event: QShowEvent) -> None:
        """Tell it."""
        super().showEvent(event)
        self.seen_changed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell it."""
        super().hideEvent(event)
        self.seen_changed.emit()

    def add_below(self, part: QWidget) -> None:
        """Have a part under the table, such as what is done with several letters."""
        self._column.addWidget(part)

    @Slot(int)
    def _on_row(self, row: int) -> None:
        self._list.select_row(row)

    @Slot(int)
    def _on_row_wanted(self, row: int) -> None:
        if row == self.table.current_row():
            return
        if self.table.property("marking"):
            # What is marked stays marked; only the letter that is read stands elsewhere now.
            index = self.table.model().index(row, self.table.currentIndex().column())
            self.table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        else:
            self.table.select_row(row)

    @Slot(int)
    def _on_opened(self, row: int) -> None:
        self._list.select_row(row)
        self.opened.emit()

    @Slot(int, object)
    def _on_sort(self, column: int, order: Qt.SortOrder) -> None:
        if not self._list.sort(column, descending=order is Qt.SortOrder.DescendingOrder):
            self._show_sorting()

    def _show_sorting(self) -> None:
        sorting = self._list.sorting
        order = Qt.SortOrder.DescendingOrder if sorting.descending else Qt.SortOrder.AscendingOrder
        self.table.show_sort(int(sorting.column), order)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self.table.overlay.set_busy(busy=busy)

    @Slot()
    def _on_listed(self) -> None:
        self._banner.hide()
        self._show_sorting()
        if self._list.words or self._list.only != "all":
            text = self.tr("Tidak ada surat yang cocok dengan pencarian atau saringan ini.")
            self._empty.set_content(text, icon="search", action=self.tr("Tampilkan semua surat"))
        elif self._may_register:
            text = self.tr("Belum ada surat masuk. Catat surat pertama beserta pindaiannya.")
            self._empty.set_content(text, icon="inbox", action=self.tr("Surat baru"))
        else:
            text = self.tr("Belum ada surat untuk jabatan Anda di komputer ini.")
            self._empty.set_content(text, icon="inbox")

    @Slot()
    def _on_empty_action(self) -> None:
        if self._list.words or self._list.only != "all":
            self.all_wanted.emit()
        else:
            self.new_wanted.emit()

    @Slot(str, str)
    def _on_failed(self, code: str, _field: str) -> None:
        self._banner.set_message(sentence_for(code), Tone.WARNING)
        self._banner.show()
