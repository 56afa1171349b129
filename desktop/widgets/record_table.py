"""A table of records: quiet rows of 28 px, whole rows selected, made for the keyboard and for screen readers."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.widgets.column_layout import ColumnLayout
from desktop.widgets.columns import Column, ColumnKind, grow, growth_of, width_of
from desktop.widgets.item_roles import DEFAULT_ROLES, Index, ItemRoles, header_text, text_at
from desktop.widgets.list_overlay import ListOverlay
from desktop.widgets.table_brush import TableBrush
from desktop.widgets.table_delegates import (
    IconDelegate,
    NumberDelegate,
    RowDelegate,
    StatusDelegate,
    TextDelegate,
)
from desktop.widgets.table_header import HeaderEnd, RecordHeader
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES


class RecordTable(QTableView):
    """A table over any item model whose columns are those of `columns`.

    Signals: `opened(int)` with the row when Enter or a double click opens it; `current_row_changed(int)`, -1 for none;
    `sort_wanted(int, object)` with column and Qt.SortOrder when a person clicks a header.
    """

    opened = Signal(int)
    current_row_changed = Signal(int)
    sort_wanted = Signal(int, object)

    def __init__(
        self,
        theme: Theme,
        columns: Sequence[Column],
        *,
        name: str,
        roles: ItemRoles = DEFAULT_ROLES,
        many: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns = tuple(columns)
        self._roles = roles
        # The current cell should hold words: a screen reader says more of it than of an icon.
        words = (at for at, column in enumerate(columns) if column.kind is not ColumnKind.ICON)
        self._reading_column = next(words, 0)
        self._sorted = (-1, Qt.SortOrder.AscendingOrder)
        self._growth = 0.0
        # For a viewport that Qt made, Qt for Python makes the types of all its widgets first: 20 ms of the start.
        self.setViewport(QWidget())
        self.arranged: ColumnLayout | None = None
        self._overlay = ListOverlay(theme, self, row_height=MEASURES.row)
        self.setAccessibleName(name)
        self.setProperty("hoveredRow", -1)
        right = frozenset(at for at, column in enumerate(columns) if column.kind is ColumnKind.NUMBER)
        self.setHorizontalHeader(RecordHeader(theme, right, self))
        self.addScrollBarWidget(HeaderEnd(theme, self), Qt.AlignmentFlag.AlignTop)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if many else mode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().sortIndicatorChanged.connect(self._on_sort)
        self.doubleClicked.connect(self._on_double_clicked)
        self._brush = TableBrush(theme, roles, self)
        self._set_delegates()
        self._restyle()
        theme.changed.connect(self._restyle)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show a model; widths and delegates follow the columns given at the start."""
        super().setModel(model)
        self._overlay.watch(model)
        self._apply_widths()

    @property
    def overlay(self) -> ListOverlay:
        """What the table shows while it has no rows: `set_placeholder(widget)`, `set_busy(busy=...)`."""
        return self._overlay

    def current_row(self) -> int:
        """Give the current row, or -1."""
        return self.currentIndex().row()

    def select_row(self, row: int) -> None:
        """Make `row` the current and only selected one, and scroll to it."""
        if 0 <= row < self._overlay.row_count():
            index = self.model().index(row, self._reading_column)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def selected_rows(self) -> list[int]:
        """Give the selected rows in their order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def show_sort(self, column: int, order: Qt.SortOrder) -> None:
        """Mark the column the rows are sorted by, without the signal."""
        header = self.horizontalHeader()
        self._sorted = (column, order)
        blocked = header.blockSignals(True)
        header.setSortIndicator(column, order)
        header.blockSignals(blocked)
        header.viewport().update()

    def set_sortable(self, *, sortable: bool) -> None:
        """Let a click on a header ask for another order, as at first, or make the heads plain words."""
        header = self.horizontalHeader()
        header.setSectionsClickable(sortable)
        if not sortable:
            self.show_sort(-1, Qt.SortOrder.AscendingOrder)

    def let_arrange(self) -> ColumnLayout:
        """Let a person arrange the columns: drag their heads, give them widths, leave some out."""
        if self.arranged is None:
            fixed = [at for at, column in enumerate(self._columns) if column.kind is ColumnKind.ICON]
            stretched = next((at for at, column in enumerate(self._columns) if column.width == 0), -1)
            header = self.horizontalHeader()
            painted = len(self._columns)
            self.arranged = ColumnLayout(self._theme, header, painted=painted, fixed=fixed, stretched=stretched)
            self.arranged.let_go.connect(self._apply_widths)
        return self.arranged

    def row_text(self, row: int) -> str:
        """Give the sentence a screen reader hears for a row."""
        if not 0 <= row < self._overlay.row_count():
            return ""
        return text_at(self.model().index(row, 0), self._roles.accessible)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share room that is to spare among the columns of words."""
        super().resizeEvent(event)
        before, self._growth = self._growth, growth_of(self._theme, self._columns, self)
        if self._growth == before:
            return
        if self.arranged is not None:
            self.arranged.rest()
        grow(self._theme, self._columns, self.horizontalHeader(), before=before, now=self._growth)
        if self.arranged is not None:
            self.arranged.apply_widths()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells; what they have in common is looked up once."""
        self._brush.begin()
        super().paintEvent(event)
        self._brush.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter; leave single letters and digits to the screen's shortcuts."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            if self.current_row() >= 0:
                self.opened.emit(self.current_row())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: typing in a list is for shortcuts here, not for jumping to a row."""

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row is current now."""
        super().currentChanged(current, previous)
        if current.row() != previous.row():
            self.current_row_changed.emit(current.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the whole row under the mouse."""
        self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Unmark the row the mouse has left."""
        self._hover(-1)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Make sure a list one tabs into has a current row, or arrows and Enter would do nothing."""
        super().focusInEvent(event)
        if self.current_row() < 0:
            self.select_row(0)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is elsewhere now."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _hover(self, row: int) -> None:
        if row != self.property("hoveredRow"):
            self.setProperty("hoveredRow", row)
            self.viewport().update()

    def _set_delegates(self) -> None:
        brush = self._brush
        self.setItemDelegate(TextDelegate(brush))
        for at, column in enumerate(self._columns):
            made: RowDelegate
            match column.kind:
                case ColumnKind.TEXT:
                    continue
                case ColumnKind.CODE:
                    made = TextDelegate(brush, tabular=True)
                case ColumnKind.DATE:
                    made = TextDelegate(brush, tabular=True, quiet=True)
                case ColumnKind.NUMBER:
                    made = NumberDelegate(brush)
                case ColumnKind.STATUS:
                    made = StatusDelegate(brush)
                case ColumnKind.ICON:
                    made = IconDelegate(brush)
            self.setItemDelegateForColumn(at, made)

    @Slot()
    def _apply_widths(self) -> None:
        if self.arranged is not None:
            self.arranged.rest()
        header = self.horizontalHeader()
        self._growth = growth_of(self._theme, self._columns, self)
        for at in range(min(header.count(), len(self._columns))):
            column = self._columns[at]
            mode = QHeaderView.ResizeMode
            if column.width == 0:
                header.setSectionResizeMode(at, mode.Stretch)
            else:
                fixed = column.kind is ColumnKind.ICON
                header.setSectionResizeMode(at, mode.Fixed if fixed else mode.Interactive)
                header.resizeSection(at, width_of(self._theme, column, self._growth))

        for at in range(len(self._columns), header.count()):
            # One view-model may serve tables of more columns than this one: what nobody paints takes no room.
            header.hideSection(at)
        if self.arranged is not None:
            self.arranged.apply_widths()

    @Slot(int, Qt.SortOrder)
    def _on_sort(self, column: int, order: Qt.SortOrder) -> None:
        # Qt moves the mark wherever one clicks; a column without a name, such as icons, has no order to ask for.
        if not header_text(self.model(), column):
            self.show_sort(*self._sorted)
            return
        self._sorted = (column, order)
        self.sort_wanted.emit(column, order)

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    @Slot()
    def _restyle(self) -> None:
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(self._theme.px(MEASURES.row))
        self.verticalHeader().setDefaultSectionSize(self._theme.px(MEASURES.row))
        self._apply_widths()
        self.viewport().update()
