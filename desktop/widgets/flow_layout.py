"""A layout that sets its widgets in lines and begins a new one where the width ends: for chips."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Slot
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from desktop.widgets.theme import Theme


class FlowLayout(QLayout):
    """Left-aligned lines of widgets with one gap between them, at 100 %."""

    def __init__(self, theme: Theme, *, gap: int = 8, parent: QWidget | None = None) -> None:
        super().__init__()
        self._theme = theme
        self._gap = gap
        self._items: list[QLayoutItem] = []
        # Qt asks many times in one turn, and each answer asks every chip to measure its words.
        self._heights: dict[int, int] = {}
        self._line: QSize | None = None
        self._least: QSize | None = None
        self.setContentsMargins(0, 0, 0, 0)
        theme.changed.connect(self._restyle)
        if parent is not None:
            parent.setLayout(self)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item; Qt calls this from addWidget."""
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        """Tell how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Give the item at `index`, or None past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and give the item at `index`, or None past the end."""
        if not 0 <= index < len(self._items):
            return None
        self.invalidate()
        return self._items.pop(index)

    def invalidate(self) -> None:
        """Forget what was measured; Qt calls this when an item has changed, appears or goes."""
        self._heights.clear()
        self._line = self._least = None
        super().invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        """Take no more room than the lines need."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Give the height the lines need at `width`."""
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        """Lay the items out in `rect`."""
        super().setGeometry(rect)
        # In a row of taller controls a single line of chips stands in the middle.
        spare = max(0, rect.height() - self.heightForWidth(rect.width()))
        self._place(rect.adjusted(0, spare // 2, 0, 0), move=True)

    def sizeHint(self) -> QSize:
        """Prefer a single line."""
        if self._line is None:
            shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
            gaps = max(0, len(shown) - 1) * self._theme.px(self._gap)
            width = sum(size.width() for size in shown) + gaps
            self._line = QSize(width, max((size.height() for size in shown), default=0))
        return self._line

    def minimumSize(self) -> QSize:
        """Fit at least the widest item."""
        if self._least is None:
            self._least = QSize()
            for item in self._items:
                if not item.isEmpty():
                    self._least = self._least.expandedTo(item.minimumSize())
        return self._least

    def _place(self, rect: QRect, *, move: bool) -> int:
        gap = self._theme.px(self._gap)
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.x() + rect.width():
                x, y, line = rect.x(), y + line + gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), QSize(min(size.width(), rect.width()), size.height())))
            x += size.width() + gap
            line = max(line, size.height())
        return y + line - rect.y()

    @Slot()
    def _restyle(self) -> None:
        self.invalidate()
