"""A list of cards: who, when, what in two lines or one, and how it stands."""

from PySide6.QtCore import QAbstractItemModel, QPointF, QRect, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.widgets.item_roles import DEFAULT_ROLES, Index, ItemRoles, mark_at, text_at, tone_at
from desktop.widgets.laid_out_texts import LaidOutTexts
from desktop.widgets.list_overlay import ListOverlay
from desktop.widgets.opening_list import OpeningList
from desktop.widgets.painting import RIGHT, draw_mark, line_height, text_width
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

PADDING = 14
ABOVE = 8
BETWEEN = 2
CURRENT_BAR = 3
MARK_ROOM = 13
SUBJECT_LINES = 2
CARD_HEIGHT = 96


class CardDelegate(QStyledItemDelegate):
    """Paints one card; the subject is the model's display text, the rest comes from its ItemRoles."""

    def __init__(self, theme: Theme, roles: ItemRoles, parent: QAbstractItemView, *, lines: int) -> None:
        """`lines` are the most that a subject takes, and what each card has room for."""
        super().__init__(parent)
        self._theme = theme
        self._roles = roles
        self._lines = lines
        self._view = parent
        self._texts = LaidOutTexts(theme, self)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give every card the same height, whatever its subject needs."""
        theme = self._theme
        caption = line_height(theme.font(TextRole.CAPTION))
        body = line_height(theme.font(TextRole.BODY))
        height = 2 * theme.px(ABOVE) + 2 * caption + self._lines * body + 3 * theme.px(BETWEEN) + 1
        return QSize(theme.px(200), height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the card."""
        theme, colour = self._theme, self._theme.colour
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, colour("selection" if selected else "hover" if hovered else "surface"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, colour("border"))
        if selected:
            bar = "primary" if self._view.hasFocus() else "control_border"
            painter.fillRect(rect.x(), rect.y(), theme.px(CURRENT_BAR), rect.height(), colour(bar))
        if self._view.property("marking") and index.row() == self._view.currentIndex().row():
            # Where the keyboard is among cards that are marked: a frame, whether or not this one is.
            painter.setPen(QPen(colour("primary"), theme.px(1)))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        pad = theme.px(PADDING)
        self._paint_content(painter, rect.adjusted(pad, theme.px(ABOVE), -pad, -theme.px(ABOVE)), index)
        painter.restore()

    def _paint_content(self, painter: QPainter, area: QRect, index: Index) -> None:
        theme, roles = self._theme, self._roles
        emphasis = bool(index.data(roles.emphasis))
        texts = self._texts
        quiet = texts.font(TextRole.CAPTION, tabular=True)
        caption = line_height(quiet)
        moment = text_at(index, roles.moment)
        taken = text_width(moment, quiet) + 1
        head = QRect(area.x(), area.y(), area.width(), caption)
        secondary = theme.colour("text_secondary")
        texts.write(painter, head, moment, role=TextRole.CAPTION, ink=secondary, tabular=True, align=RIGHT)
        sender = TextRole.CAPTION_STRONG if emphasis else TextRole.CAPTION
        ink = theme.colour("text" if emphasis else "text_secondary")
        shown = head.adjusted(0, 0, -taken - theme.px(8), 0)
        texts.write(painter, shown, text_at(index, roles.sender), role=sender, ink=ink)
        y = head.y() + caption + theme.px(BETWEEN)
        role = TextRole.BODY_STRONG if emphasis else TextRole.BODY
        body, ink = line_height(texts.font(role)), theme.colour("text")
        for line in texts.wrap(text_at(index), area.width(), role=role, most=self._lines):
            texts.write(painter, QRect(area.x(), y, area.width(), body), line, role=role, ink=ink)
            y += body
        foot = area.y() + caption + self._lines * body + 2 * theme.px(BETWEEN) + theme.px(2)
        self._paint_state(painter, QRect(area.x(), foot, area.width(), caption), index)

    def _paint_state(self, painter: QPainter, rect: QRect, index: Index) -> None:
        theme, roles = self._theme, self._roles
        text = text_at(index, roles.state)
        if not text:
            return
        ink = theme.tone(tone_at(index, roles.tone) or Tone.NEUTRAL)
        mark = mark_at(index, roles.mark)
        if mark is not None:
            centre = QPointF(rect.x() + theme.px(8) / 2, rect.y() + rect.height() / 2)
            draw_mark(painter, theme, centre, mark, colour=ink)
            rect = rect.adjusted(theme.px(MARK_ROOM), 0, 0, 0)
        self._texts.write(painter, rect, text, role=TextRole.STATUS, ink=ink)


class CardList(OpeningList):
    """A list of cards over any list model."""

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        lines: int = SUBJECT_LINES,
        roles: ItemRoles = DEFAULT_ROLES,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, name=name, parent=parent)
        self._overlay = ListOverlay(theme, self, row_height=CARD_HEIGHT)
        self.setItemDelegate(CardDelegate(theme, roles, self, lines=lines))
        self.setMouseTracking(True)

    @property
    def overlay(self) -> ListOverlay:
        """What the list shows while it has no cards: `set_placeholder(widget)`, `set_busy(busy=...)`."""
        return self._overlay

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show a model."""
        super().setModel(model)
        self._overlay.watch(model)

    def select_row(self, row: int) -> None:
        """Make `row` the current one and scroll to it."""
        if 0 <= row < self._overlay.row_count():
            self.setCurrentIndex(self.model().index(row, self.modelColumn()))
