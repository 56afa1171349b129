"""The navy side bar: whose office this is, where one can go, who is signed in."""

from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.boxes import Column
from desktop.widgets.figures import format_count
from desktop.widgets.labels import plain_tooltip
from desktop.widgets.literal import LiteralButton
from desktop.widgets.painting import CENTRE, draw_icon, draw_text, fill_box, line_height, text_width
from desktop.widgets.surfaces import Surface
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

ITEM_HEIGHT = 32
ITEM_PADDING = 11
ICON_GAP = 9
BADGE_HEIGHT = 18
BADGE_PADDING = 7
MONOGRAM = 34
AVATAR = 30
BLOCK_HEIGHT = 50
HIGHEST_COUNT = 999
MARKER = 3


class NavItem(LiteralButton):
    """One place to go to: icon, name and how much waits there."""

    def __init__(self, theme: Theme, icon: str, text: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self._count = 0
        self._urgent = False
        self._collapsed = False
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("ringColour", "nav_gold")
        self._name()
        theme.changed.connect(self._restyle)

    def set_count(self, count: int, *, urgent: bool) -> None:
        """Show how much waits, 0 for no number; in gold when it waits for this person's decision."""
        self._count, self._urgent = count, urgent
        self._name()
        self.update()

    def set_collapsed(self, *, collapsed: bool) -> None:
        """Show only the icon."""
        self._collapsed = collapsed
        self._name()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrows to the bar, which also goes where they lead."""
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            event.ignore()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Fill the bar."""
        width = MEASURES.nav_collapsed if self._collapsed else MEASURES.nav
        return QSize(self._theme.px(width - 16), self._theme.px(ITEM_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the item in its present state."""
        theme, colour = self._theme, self._theme.colour
        painter = QPainter(self)
        here = self.isChecked()
        box = QRectF(self.rect())
        radius = theme.px(MEASURES.radius)
        if here:
            fill_box(painter, box, radius=radius, fill=colour("nav_gold"))
            painter.setClipRect(self.rect().adjusted(theme.px(MARKER), 0, 0, 0))
            fill_box(painter, box, radius=radius, fill=colour("nav_selected"))
            painter.setClipping(False)
        elif self.underMouse():
            fill_box(painter, box, radius=radius, fill=colour("nav_hover"))
        ink = colour("nav_text_strong" if here else "nav_text")
        side = theme.px(MEASURES.icon)
        if self._collapsed:
            draw_icon(painter, theme, self.rect(), self._icon_name, colour=ink)
            self._paint_dot(painter)
        else:
            x = theme.px(ITEM_PADDING)
            draw_icon(painter, theme, QRect(x, 0, side, self.height()), self._icon_name, colour=ink)
            x += side + theme.px(ICON_GAP)
            end = self._paint_badge(painter)
            font = theme.font(TextRole.BODY_STRONG if here else TextRole.BODY)
            draw_text(painter, QRect(x, 0, end - x, self.height()), self.text(), font=font, colour=ink)
        painter.end()

    def _paint_badge(self, painter: QPainter) -> int:
        theme = self._theme
        end = self.width() - theme.px(8)
        if not self._count:
            return end
        font = theme.font(TextRole.CAPTION_STRONG)
        shown = self._shown_count()
        height = theme.px(BADGE_HEIGHT)
        width = max(text_width(shown, font) + 2 * theme.px(BADGE_PADDING), height)
        rect = QRect(end - width, (self.height() - height) // 2, width, height)
        ground = "nav_gold" if self._urgent else "nav_badge"
        fill_box(painter, QRectF(rect), radius=height / 2, fill=theme.colour(ground))
        ink = theme.colour("on_nav_gold" if self._urgent else "nav_text_strong")
        draw_text(painter, rect, shown, font=font, colour=ink, align=CENTRE)
        return end - width - theme.px(4)

    def _paint_dot(self, painter: QPainter) -> None:
        if not self._count:
            return
        size = self._theme.px(8)
        rect = QRectF(self.width() - size - self._theme.px(3), self._theme.px(4), size, size)
        ground = "nav_gold" if self._urgent else "nav_text"
        fill_box(painter, rect, radius=size / 2, fill=self._theme.colour(ground))

    def _shown_count(self) -> str:
        return format_count(self._count) if self._count <= HIGHEST_COUNT else f"{HIGHEST_COUNT}+"

    def _name(self) -> None:
        name = self.text() if not self._count else f"{self.text()}, {format_count(self._count)}"
        self.setAccessibleName(name)
        self.setToolTip(plain_tooltip(name) if self._collapsed else "")

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class NavBlock(LiteralButton):
    """Initials with two lines beside: the office at the top, the person at the bottom."""

    def __init__(self, theme: Theme, *, round_mark: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._round = round_mark
        self._initials = self._second = ""
        self._collapsed = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if round_mark else Qt.FocusPolicy.NoFocus)
        self.setProperty("ringColour", "nav_gold")
        theme.changed.connect(self._restyle)

    def set_lines(self, initials: str, first: str, second: str) -> None:
        """Show someone else; `initials` are two letters."""
        self._initials, self._second = initials, second
        self.setText(first)
        name = f"{first}, {second}" if second else first
        self.setAccessibleName(name)
        # The lines are short, names may be long, and a collapsed bar shows neither.
        self.setToolTip(plain_tooltip(name))
        self.update()

    def set_collapsed(self, *, collapsed: bool) -> None:
        """Show only the initials."""
        self._collapsed = collapsed
        self.update()

    def sizeHint(self) -> QSize:
        """Fill the bar."""
        return QSize(self._theme.px(MEASURES.nav_collapsed - 16), self._theme.px(BLOCK_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint initials and lines."""
        theme, colour = self._theme, self._theme.colour
        painter = QPainter(self)
        if self._round and self.underMouse():
            fill_box(painter, QRectF(self.rect()), radius=theme.px(MEASURES.radius), fill=colour("nav_hover"))
        # At large sizes the collapsed bar leaves less room than the mark would like.
        side = min(theme.px(AVATAR if self._round else MONOGRAM), self.width())
        x = (self.width() - side) // 2 if self._collapsed else theme.px(8)
        mark = QRect(x, (self.height() - side) // 2, side, side)
        if self._round:
            fill_box(painter, QRectF(mark), radius=side / 2, fill=colour("avatar"))
            ink = colour("nav_text_strong")
        else:
            fill_box(painter, QRectF(mark), radius=theme.px(MEASURES.radius), border=colour("nav_gold"), width=1.5)
            ink = colour("nav_gold")
        font = theme.font(TextRole.CAPTION_STRONG if self._round else TextRole.BODY_STRONG)
        draw_text(painter, mark, self._initials, font=font, colour=ink, align=CENTRE)
        if not self._collapsed:
            self._paint_lines(painter, x + side + theme.px(9))
        painter.end()

    def _paint_lines(self, painter: QPainter, x: int) -> None:
        theme = self._theme
        strong, quiet = theme.font(TextRole.BODY_STRONG), theme.font(TextRole.CAPTION)
        first, second = line_height(strong), line_height(quiet)
        top = (self.height() - first - second) // 2
        width = self.width() - x
        ink = theme.colour("nav_text_strong")
        draw_text(painter, QRect(x, top, width, first), self.text(), font=strong, colour=ink)
        rect = QRect(x, top + first, width, second)
        draw_text(painter, rect, self._second, font=quiet, colour=theme.colour("nav_text"))

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class NavBar(Surface):
    """The side bar.

    Signals: `activated(str)` with the key of a place a person chose; `user_clicked()`.
    """

    activated = Signal(str)
    user_clicked = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, fill="nav", parent=parent)
        self._bar_theme = theme
        self._collapsed = False
        self._items: dict[str, NavItem] = {}
        self.setAccessibleName(self.tr("Navigasi"))
        self._office = NavBlock(theme, round_mark=False)
        self._user = NavBlock(theme, round_mark=True)
        self._user.clicked.connect(self.user_clicked)
        self._places = Column(theme, gap=2, margins=(0, 8, 0, 0))
        column = Column(theme, gap=0, margins=(8, 8, 8, 6), parent=self)
        column.add(self._office, self._places, None, _NavRule(theme), self._user)
        self._apply_width()
        theme.changed.connect(self._apply_width)

    def set_office(self, initials: str, name: str, detail: str) -> None:
        """Show whose office this is."""
        self._office.set_lines(initials, name, detail)

    def set_user(self, initials: str, name: str, detail: str) -> None:
        """Show who is signed in."""
        self._user.set_lines(initials, name, detail)

    def user_place(self) -> QPoint:
        """Where a menu that belongs to the person at the bottom begins, on the screen."""
        return self._user.mapToGlobal(QPoint(self._user.width(), 0))

    def add_place(self, key: str, icon: str, text: str) -> None:
        """Add a place at the end; the first one is the current one."""
        item = NavItem(self._bar_theme, icon, text)
        item.setProperty("key", key)
        item.setChecked(not self._items)
        item.set_collapsed(collapsed=self._collapsed)
        item.clicked.connect(self._on_clicked)
        self._items[key] = item
        self._places.add(item)

    def item(self, key: str) -> NavItem:
        """What stands for a place; raises KeyError for an unknown key."""
        return self._items[key]

    def set_count(self, key: str, count: int, *, urgent: bool = False) -> None:
        """Show how much waits at a place; raises KeyError for an unknown key."""
        self._items[key].set_count(count, urgent=urgent)

    def current(self) -> str:
        """Give the key of the current place."""
        return next((key for key, item in self._items.items() if item.isChecked()), "")

    def set_current(self, key: str) -> None:
        """Mark a place as the current one without the signal; raises KeyError for an unknown key."""
        self._items[key].setChecked(True)

    def set_collapsed(self, *, collapsed: bool) -> None:
        """Show icons only, for narrow windows."""
        self._collapsed = collapsed
        for item in self._items.values():
            item.set_collapsed(collapsed=collapsed)
        for block in (self._office, self._user):
            block.set_collapsed(collapsed=collapsed)
        self._apply_width()

    def is_collapsed(self) -> bool:
        """Tell whether only icons are shown."""
        return self._collapsed

    def showEvent(self, event: QShowEvent) -> None:
        """Put the person, who stands below the places, behind them for Tab too."""
        super().showEvent(event)
        # Not while building: moving the bar into its window sets the order of its parts anew.
        order = [*self._items.values(), self._user]
        for before, behind in pairwise(order):
            QWidget.setTabOrder(before, behind)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the place above or below with the arrow keys."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        keys = list(self._items)
        if event.key() in steps and self.current() in keys:
            place = keys.index(self.current()) + steps[Qt.Key(event.key())]
            if 0 <= place < len(keys):
                self._items[keys[place]].setFocus(Qt.FocusReason.TabFocusReason)
                self._items[keys[place]].click()
            return
        super().keyPressEvent(event)

    @Slot()
    def _on_clicked(self) -> None:
        self.activated.emit(str(self.sender().property("key")))

    @Slot()
    def _apply_width(self) -> None:
        width = MEASURES.nav_collapsed if self._collapsed else MEASURES.nav
        self.setFixedWidth(self._bar_theme.px(width))


class _NavRule(QWidget):
    """The line above the person."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(7)
        theme.changed.connect(self._repaint)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line with room under it."""
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, self._theme.colour("nav_rule"))
        painter.end()

    @Slot()
    def _repaint(self) -> None:
        self.update()
