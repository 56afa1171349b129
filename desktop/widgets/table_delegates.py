"""How the cells of a record table are painted: one delegate for each kind of column."""

import msgspec
from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from desktop.widgets.item_roles import Index, ItemRoles, mark_at, text_at, tone_at
from desktop.widgets.painting import LEFT, RIGHT, draw_icon, draw_mark, draw_text
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

CELL_PADDING = 8
MARK_ROOM = 13
ICON_GAP = 6
CURRENT_BAR = 3


class Cell(msgspec.Struct, frozen=True):
    """What a delegate needs to know about the cell it paints."""

    rect: QRect
    index: Index
    selected: bool
    emphasis: bool


class RowDelegate(QStyledItemDelegate):
    """Paints what all cells share: ground, hairline and, in the first column, the bar of the current row.

    A subclass paints the content in `paint_cell`.
    """

    def __init__(self, theme: Theme, roles: ItemRoles, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self.theme = theme
        self.roles = roles
        self._view = parent

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell. Hovering marks the whole row, as it is the row that can be opened."""
        rect: QRect = option.rect
        selected = self._view.selectionModel().isSelected(index)
        colour = self.theme.colour
        painter.save()
        painter.setClipRect(rect)
        hovered = index.row() == self._view.property("hoveredRow")
        painter.fillRect(rect, colour("selection" if selected else "hover" if hovered else "surface"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, colour("hairline"))
        if selected and self._is_first(index):
            bar = "primary" if self._view.hasFocus() else "control_border"
            painter.fillRect(rect.x(), rect.y(), self.theme.px(CURRENT_BAR), rect.height(), colour(bar))
        if self._view.property("marking") and index.row() == self._view.currentIndex().row():
            # Where the keyboard is among rows that are marked: a frame, whether or not this one is.
            line = self.theme.px(1)
            for y in (rect.y(), rect.bottom() - line + 1):
                painter.fillRect(rect.x(), y, rect.width(), line, colour("primary"))
        emphasis = bool(index.data(self.roles.emphasis))
        pad = self.theme.px(CELL_PADDING)
        inner = rect.adjusted(pad, 0, -pad, -1)
        self.paint_cell(painter, Cell(inner, index, selected, emphasis))
        painter.restore()

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """Paint the content; the base class paints none."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give every row the same height."""
        return QSize(self.theme.px(48), self.theme.px(MEASURES.row))

    def ink(self, cell: Cell) -> QColor:
        """Give the colour of the content: the model's tone, else the usual text colour."""
        tone = tone_at(cell.index, self.roles.tone)
        return self.theme.colour("text") if tone is None else self.theme.tone(tone)

    def _is_first(self, index: Index) -> bool:
        # Columns can be moved or hidden; the bar belongs to the one that stands first.
        return self._view.visualRect(index).x() <= 0


class TextDelegate(RowDelegate):
    """A text, shortened where needed; strong in unread rows; figures of equal width if `tabular`.

    An icon of the model stands before the text, in an ink of its own: it tells of the thing, not of its state.
    """

    def __init__(
        self,
        theme: Theme,
        roles: ItemRoles,
        parent: QAbstractItemView,
        *,
        tabular: bool = False,
        align: Qt.AlignmentFlag = LEFT,
        quiet: bool = False,
    ) -> None:
        super().__init__(theme, roles, parent)
        self._tabular = tabular
        self._align = align
        self._quiet = quiet

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """Write the text."""
        font = self.theme.font(TextRole.BODY_STRONG if cell.emphasis else TextRole.BODY, tabular=self._tabular)
        ink = self.ink(cell)
        if cell.index.data(self.roles.struck):
            font = QFont(font)
            font.setStrikeOut(True)
            ink = self.theme.colour("text_secondary")
        if self._quiet and not cell.emphasis and not text_at(cell.index, self.roles.tone):
            ink = self.theme.colour("text_secondary")
        rect = self._beside_icon(painter, cell)
        draw_text(painter, rect, text_at(cell.index), font=font, colour=ink, align=self._align)

    def _beside_icon(self, painter: QPainter, cell: Cell) -> QRect:
        """Draw the icon, if the cell has one; what is left for the text."""
        name = text_at(cell.index, self.roles.icon)
        if not name:
            return cell.rect
        size = MEASURES.icon_small
        place = QRect(cell.rect.x(), cell.rect.y(), self.theme.px(size), cell.rect.height())
        draw_icon(painter, self.theme, place, name, colour=self.theme.tone(Tone.WARNING), size=size)
        return cell.rect.adjusted(place.width() + self.theme.px(ICON_GAP), 0, 0, 0)


class NumberDelegate(TextDelegate):
    """A number or size: figures of equal width, to the right."""

    def __init__(self, theme: Theme, roles: ItemRoles, parent: QAbstractItemView) -> None:
        super().__init__(theme, roles, parent, tabular=True, align=RIGHT)


class StatusDelegate(RowDelegate):
    """A mark and a word in the colour of their tone."""

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """Paint mark and word."""
        text = text_at(cell.index)
        if not text:
            return
        ink = self.ink(cell)
        mark = mark_at(cell.index, self.roles.mark)
        rect = cell.rect
        if mark is not None:
            # The line under the row is not part of the cell, so the middle lies half a pixel higher.
            centre = QPointF(rect.x() + self.theme.px(8) / 2, rect.y() + rect.height() / 2)
            draw_mark(painter, self.theme, centre, mark, colour=ink)
            rect = rect.adjusted(self.theme.px(MARK_ROOM), 0, 0, 0)
        draw_text(painter, rect, text, font=self.theme.font(TextRole.STATUS), colour=ink)


class IconDelegate(RowDelegate):
    """Only an icon, in the middle of the cell; what it means is the model's tooltip and accessible text."""

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """Draw the icon."""
        name = text_at(cell.index, self.roles.icon)
        if not name:
            return
        tone = tone_at(cell.index, self.roles.tone)
        ink = self.theme.colour("text_secondary") if tone is None else self.theme.tone(tone)
        size = MEASURES.icon_small
        draw_icon(painter, self.theme, cell.rect, name, colour=ink, size=size)
