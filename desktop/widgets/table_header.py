"""The head of a record table: left-aligned names, a small arrow at the sorted one."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop.widgets.item_roles import header_text
from desktop.widgets.painting import LEFT, RIGHT, draw_text, text_width
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

HEIGHT = 30
PADDING = 8
ARROW = 7
ARROW_GAP = 5


class HeaderEnd(QWidget):
    """Goes on with the ground of the head above the scroll bar, where the head itself does not reach."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._restyle()
        theme.changed.connect(self._restyle)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("row_alt"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.colour("border"))
        painter.end()

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))
        self.update()


class RecordHeader(QHeaderView):
    """Paints the sections itself: a style sheet can neither align each column nor keep the arrow by its word."""

    def __init__(self, theme: Theme, to_the_right: frozenset[int], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._to_the_right = to_the_right
        self.setAccessibleName(self.tr("Judul kolom"))
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(False)
        self.setHighlightSections(False)
        self.setSectionsMovable(False)
        self._restyle()
        theme.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        """Give the head its height."""
        return QSize(super().sizeHint().width(), self._theme.px(HEIGHT))

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        """Paint one name, with the arrow if the rows are sorted by it."""
        theme = self._theme
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, theme.colour("row_alt"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.colour("border"))
        text = header_text(self.model(), logical)
        font = theme.font(TextRole.CAPTION_STRONG)
        ink = theme.colour("text_secondary")
        pad = theme.px(PADDING)
        inner = rect.adjusted(pad, 0, -pad, -1)
        align = RIGHT if logical in self._to_the_right else LEFT
        draw_text(painter, inner, text, font=font, colour=ink, align=align)
        if text and logical == self.sortIndicatorSection():
            arrow = theme.px(ARROW)
            x = inner.x() + text_width(text, font) + theme.px(ARROW_GAP)
            if align is RIGHT:
                x = inner.right() - text_width(text, font) - theme.px(ARROW_GAP) - arrow
            self._paint_arrow(painter, QRect(x, inner.y() + (inner.height() - arrow) // 2, arrow, arrow), ink)
        painter.restore()

    def _paint_arrow(self, painter: QPainter, box: QRect, ink: QColor) -> None:
        down = self.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        left, right = float(box.left()), float(box.left() + box.width())
        high, low = box.top() + box.height() * 0.2, box.top() + box.height() * 0.85
        tip, base = (low, high) if down else (high, low)
        points = [QPointF(left, base), QPointF(right, base), QPointF((left + right) / 2, tip)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF(points))

    @Slot()
    def _restyle(self) -> None:
        self.setMinimumSectionSize(self._theme.px(28))
        self.setFixedHeight(self._theme.px(HEIGHT))
        self.viewport().update()
