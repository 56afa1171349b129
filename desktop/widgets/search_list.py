"""A list that is narrowed by typing above it: the hands stay where they type, the arrows move in the list."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.widgets.boxes import Column as Stack
from desktop.widgets.columns import Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.line_edits import SearchField
from desktop.widgets.record_table import RecordTable
from desktop.widgets.scaled import Scaled
from desktop.widgets.theme import Theme

MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class SearchList(QWidget):
    """A search field over a table; `empty` stands where nothing is found.

    Signals: `typed(str)`; `chosen()` on Enter in either or a double click, whatever row is current; `left()` when
    Escape is pressed in the empty field.
    """

    typed = Signal(str)
    chosen = Signal()
    left = Signal()

    def __init__(
        self,
        theme: Theme,
        columns: Sequence[Column],
        *,
        placeholder: str,
        name: str,
        height: int,
        parent: QWidget | None = None,
    ) -> None:
        """`name` is read aloud for the table; `height` is its own in pixels at 100 %."""
        super().__init__(parent)
        self.search = SearchField(theme, placeholder=placeholder, key_hint="")
        self.table = RecordTable(theme, columns, name=name)
        self.table.set_sortable(sortable=False)
        Scaled(theme, self.table, height=height)
        self.empty = EmptyState(theme, icon="search")
        self.table.overlay.set_placeholder(self.empty)
        column = Stack(theme, gap=12, parent=self)
        column.add(self.search, self.table)
        self.setFocusProxy(self.search)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self.typed)
        self.search.returnPressed.connect(self.chosen)
        self.search.left.connect(self.left)
        self.table.opened.connect(self.chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list from within the search field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in MOVES:
            self.table.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)
