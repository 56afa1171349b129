"""A page of a screen: a table, and beside it a pane that tells about the chosen row and what can be done with it."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.row_list import RowList
from desktop.views.pane_scroll import PaneScroll
from desktop.views.presented_rows import PresentedRows, Words
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.columns import Column
from desktop.widgets.detail_grid import DetailGrid
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.flow_layout import FlowLayout
from desktop.widgets.labels import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.surfaces import Edge, Splitter, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

PANE_WIDTH = 372
# With less for the column that takes what is left the pane goes: all of it is in the table, its buttons in the menu.
LEAST_OF_REST = 140


class TablePage(QWidget):
    """A table with its pane.

    Signals: `row_changed(object)` with the struct of the chosen row, or None; `opened(object)` on Enter.
    """

    row_changed = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        theme: Theme,
        rows: RowList[Any],
        words: Words,
        *,
        name: str,
        columns: Sequence[Column],
        headers: Sequence[str],
        details: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        """`details` are pairs of key and caption of what the pane tells."""
        super().__init__(parent)
        self._theme = theme
        self._rows = rows
        self.table = RecordTable(theme, columns, name=name)
        self.table.setModel(PresentedRows(rows, words, headers=headers, parent=self))
        self.table.set_sortable(sortable=False)
        self.empty = EmptyState(theme, icon="users")
        self.table.overlay.set_placeholder(self.empty)
        self.table.overlay.set_busy(busy=True)
        self._title = Label(theme, role=TextRole.ROW_TITLE, wrap=True)
        self._details = DetailGrid(theme, columns=1)
        for key, caption in details:
            self._details.add_detail(key, caption, wide=True)
        self._pane = Surface(theme)
        self._two_panes = PANE_WIDTH + LEAST_OF_REST + sum(column.width for column in columns)
        self._foot = Surface(theme, edges=Edge.TOP)
        self._foot.hide()
        self._buttons = FlowLayout(theme)  # where there are many, in two lines: the pane is not to grow with them
        self._lay_out(theme)
        rows.rowsInserted.connect(self._on_rows)
        rows.rowsRemoved.connect(self._on_rows)
        rows.modelReset.connect(self._on_rows)
        rows.dataChanged.connect(self._on_data)
        self.table.current_row_changed.connect(self._on_row)
        self.table.opened.connect(self._on_opened)
        theme.changed.connect(self._show_pane)
        self._show_pane()

    @property
    def current(self) -> Any:
        """The struct of the chosen row, or None."""
        return self._rows.row(self.table.current_row())

    def add_button(
        self, text: str, *, kind: ButtonKind = ButtonKind.SECONDARY, icon: str = "", key_hint: str = ""
    ) -> Button:
        """A button under the pane, the first one at the left."""
        button = Button(self._theme, text, kind=kind, icon=icon, key_hint=key_hint, parent=self)
        self._buttons.addWidget(button)
        self._foot.show()
        return button

    def tell(self, title: str, values: Mapping[str, str]) -> None:
        """Tell about the chosen row in the pane."""
        self._title.setText(title)
        for key, value in values.items():
            self._details.set_value(key, value)

    def focus_table(self) -> None:
        """Put the keyboard on the table, and choose its first row if none is chosen."""
        self._choose_one()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def select(self, key: Hashable) -> None:
        """Choose the row with this key, where it is listed."""
        place = self._rows.place_of(key)
        if place >= 0:
            self.table.select_row(place)

    def set_loaded(self, *, loaded: bool) -> None:
        """Take the sign of waiting away."""
        self.table.overlay.set_busy(busy=not loaded)
        if loaded:
            self._choose_one()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the pane where there is room."""
        super().resizeEvent(event)
        self._show_pane()

    def _lay_out(self, theme: Theme) -> None:
        inner = Stack(theme, gap=12, margins=(16, 12, 16, 12))
        inner.add(self._title, self._details, None)
        foot = Row(theme, margins=(16, 10, 16, 10), parent=self._foot)
        foot.addLayout(self._buttons)
        pane = Stack(theme, gap=0, parent=self._pane)
        body = Surface(theme)  # a scrolled pane takes its ground from what it holds
        body.setLayout(inner)
        self._told = PaneScroll(body)
        self._told.setAccessibleName(self.tr("Rincian {list}").format(list=self.table.accessibleName()))
        self._told.verticalScrollBar().rangeChanged.connect(self._on_height)
        pane.add(self._told, self._foot)
        pane.setStretch(0, 1)
        split = Splitter()
        split.addWidget(self.table)
        split.addWidget(self._pane)
        split.setSizes([theme.px(800), theme.px(PANE_WIDTH)])
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        column = Stack(theme, gap=0, parent=self)
        column.add(split)

    def _choose_one(self) -> None:
        if self.table.current_row() < 0 and self._rows.rowCount():
            self.table.select_row(0)

    @Slot(int, int)
    def _on_height(self, low: int, high: int) -> None:
        """Let the keys scroll the pane when there is more of it than fits; a stop at which nothing moves is none."""
        self._told.setFocusPolicy(Qt.FocusPolicy.TabFocus if high > low else Qt.FocusPolicy.NoFocus)

    @Slot()
    def _on_rows(self) -> None:
        self._show_pane()
        self.row_changed.emit(self.current)

    @Slot()
    def _on_data(self) -> None:
        self.row_changed.emit(self.current)

    @Slot(int)
    def _on_row(self, _row: int) -> None:
        self._show_pane()
        self.row_changed.emit(self.current)

    @Slot(int)
    def _on_opened(self, _row: int) -> None:
        if self.current is not None:
            self.opened.emit(self.current)

    @Slot()
    def _show_pane(self) -> None:
        self._pane.setVisible(self.current is not None and self.width() >= self._theme.px(self._two_panes))
