"""How the cells of a record table are painted: one delegate for each kind of column."""

import msgspec
from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.widgets.item_roles import Index
from desktop.widgets.painting import LEFT, RIGHT, draw_icon, draw_mark
from desktop.widgets.table_brush import Face, TableBrush
from desktop.widgets.theme import Tone
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

CELL_PADDING = 8
MARK_ROOM = 13
ICON_GAP = 6
CURRENT_BAR = 3


class Cell(msgspec.Struct):
    """What a delegate needs to know about the cell it paints."""

    rect: QRect
    face: Face


class RowDelegate(QStyledItemDelegate):
    """Paints what all cells share: ground, hairline and, in the first column, the bar of the current row.

    A subclass paints the content in `paint_cell`, within the rectangle that it is given: it is not clipped.
    """

    def __init__(self, brush: TableBrush) -> None:
        super().__init__(brush.view)
        self.brush = brush

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell. Hovering marks the whole row, as it is the row that can be opened."""
        brush = self.brush
        rect: QRect = option.rect
        look = brush.row(index)
        painter.fillRect(rect, look.ground)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, brush.colour("hairline"))
        # Columns can be moved or hidden; the bar belongs to the one that stands first.
        if look.selected and rect.x() <= 0:
            painter.fillRect(rect.x(), rect.y(), brush.theme.px(CURRENT_BAR), rect.height(), brush.bar)
        if look.framed:
            # Where the keyboard is among rows that are marked: a frame, whether or not this one is.
            line = brush.theme.px(1)
            for y in (rect.y(), rect.bottom() - line + 1):
                painter.fillRect(rect.x(), y, rect.width(), line, brush.colour("primary"))
        pad = brush.theme.px(CELL_PADDING)
        self.paint_cell(painter, Cell(rect.adjusted(pad, 0, -pad, -1), brush.face(index)))

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """Paint the content; the base class paints none."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give every row the same height."""
        return QSize(self.brush.theme.px(48), self.brush.theme.px(MEASURES.row))

    def ink(self, cell: Cell) -> QColor:
        """Give the colour of the content: the model's tone, else the usual text colour."""
        tone = cell.face.tone
        return self.brush.colour("text") if tone is None else self.brush.tone(tone)


class TextDelegate(RowDelegate):
    """A text, shortened where needed; strong in unread rows; figures of equal width if `tabular`.

    An icon of the model stands before the text, in an ink of its own: it tells of the thing, not of its state.
    """

    def __init__(
        self, brush: TableBrush, *, tabular: bool = False, align: Qt.AlignmentFlag = LEFT, quiet: bool = False
    ) -> None:
        super().__init__(brush)
        self._tabular = tabular
        self._align = align
        self._quiet = quiet

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """Write the text."""
        face = cell.face
        quiet = face.struck or (self._quiet and not face.emphasis and face.tone is None)
        self.brush.texts.write(
            painter,
            self._beside_icon(painter, cell),
            face.text,
            role=TextRole.BODY_STRONG if face.emphasis else TextRole.BODY,
            ink=self.brush.colour("text_secondary") if quiet else self.ink(cell),
            tabular=self._tabular,
            struck=face.struck,
            align=self._align,
        )

    def _beside_icon(self, painter: QPainter, cell: Cell) -> QRect:
        """Draw the icon, if the cell has one; what is left for the text."""
        if not cell.face.icon:
            return cell.rect
        theme, size = self.brush.theme, MEASURES.icon_small
        place = QRect(cell.rect.x(), cell.rect.y(), theme.px(size), cell.rect.height())
        draw_icon(painter, theme, place, cell.face.icon, colour=self.brush.tone(Tone.WARNING), size=size)
        return cell.rect.adjusted(place.width() + theme.px(ICON_GAP), 0, 0, 0)


class NumberDelegate(TextDelegate):
    """A number or size: figures of equal width, to the right."""

    def __init__(self, brush: TableBrush) -> None:
        super().__init__(brush, tabular=True, align=RIGHT)


class StatusDelegate(RowDelegate):
    """A mark and a word in the colour of their tone."""

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """Paint mark and word."""
        face, theme, rect = cell.face, self.brush.theme, cell.rect
        if not face.text or rect.width() < theme.px(MARK_ROOM):
            return
        ink = self.ink(cell)
        if face.mark is not None:
            # The line under the row is not part of the cell, so the middle lies half a pixel higher.
            centre = QPointF(rect.x() + theme.px(8) / 2, rect.y() + rect.height() / 2)
            draw_mark(painter, theme, centre, face.mark, colour=ink)
            rect = rect.adjusted(theme.px(MARK_ROOM), 0, 0, 0)
        self.brush.texts.write(painter, rect, face.text, role=TextRole.STATUS, ink=ink)


class IconDelegate(RowDelegate):
    """Only an icon, in the middle of the cell; what it means is the model's tooltip and accessible text."""

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """Draw the icon."""
        face = cell.face
        if face.icon:
            ink = self.brush.colour("text_secondary") if face.tone is None else self.brush.tone(face.tone)
            draw_icon(painter, self.brush.theme, cell.rect, face.icon, colour=ink, size=MEASURES.icon_small)
