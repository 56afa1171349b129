"""Grounds on which widgets stand: panes, cards, bars; and the splitter between panes."""

from enum import Flag, auto

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QSplitter, QWidget

from desktop.widgets.painting import fill_box
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES


class Edge(Flag):
    """Sides on which a surface has a line of one pixel."""

    NONE = 0
    LEFT = auto()
    TOP = auto()
    RIGHT = auto()
    BOTTOM = auto()


class Surface(QWidget):
    """A ground in a token's colour, with lines on chosen edges, or a rounded card with a border all round."""

    def __init__(
        self,
        theme: Theme,
        *,
        fill: str = "surface",
        edges: Edge = Edge.NONE,
        card: bool = False,
        border: str = "border",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fill = fill
        self._edges = edges
        self._card = card
        self._border = border
        # What lies under a ground without round corners need not be painted for it.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, not card)
        theme.changed.connect(self._repaint)

    def set_colours(self, fill: str, border: str = "border") -> None:
        """Change the ground and the lines to those of other tokens."""
        self._fill = fill
        self._border = border
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and its lines."""
        painter = QPainter(self)
        fill, border = self._theme.colour(self._fill), self._theme.colour(self._border)
        if self._card:
            radius = self._theme.px(MEASURES.radius)
            fill_box(painter, QRectF(self.rect()), radius=radius, fill=fill, border=border)
        else:
            painter.fillRect(self.rect(), fill)
            width, height = self.width(), self.height()
            if Edge.LEFT in self._edges:
                painter.fillRect(0, 0, 1, height, border)
            if Edge.TOP in self._edges:
                painter.fillRect(0, 0, width, 1, border)
            if Edge.RIGHT in self._edges:
                painter.fillRect(width - 1, 0, 1, height, border)
            if Edge.BOTTOM in self._edges:
                painter.fillRect(0, height - 1, width, 1, border)
        painter.end()

    @Slot()
    def _repaint(self) -> None:
        self.update()


class Rule(QWidget):
    """A line of one pixel between two parts of a pane."""

    def __init__(self, theme: Theme, *, colour: str = "border", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._colour = colour
        self.setFixedHeight(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._repaint)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour(self._colour))
        painter.end()

    @Slot()
    def _repaint(self) -> None:
        self.update()


class Splitter(QSplitter):
    """Panes side by side with a hairline between them that can still be caught with the mouse.

    Signals: `resized()` when it has got another size: only then can its panes get theirs.
    """

    resized = Signal()

    def __init__(
        self, *, orientation: Qt.Orientation = Qt.Orientation.Horizontal, parent: QWidget | None = None
    ) -> None:
        super().__init__(orientation, parent)
        # A width of 1 makes Qt give the handle a wider invisible area for the mouse.
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.setOpaqueResize(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say so."""
        super().resizeEvent(event)
        self.resized.emit()
