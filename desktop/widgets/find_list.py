"""The list under a search over everything: groups with a heading, each line with what it is and where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.widgets.item_roles import Index
from desktop.widgets.laid_out_texts import LaidOutTexts
from desktop.widgets.painting import RIGHT, draw_icon, line_height, text_width
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

PADDING = 12
ICON_ROOM = 30
LINE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
NO_INDEX = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindLine:
    """One line: `key` for the program, empty for a heading; `note` under the text, `aside` at its right end."""

    text: str
    key: str = ""
    note: str = ""
    aside: str = ""
    icon: str = ""


class FindLines(QAbstractListModel):
    """The lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[FindLine] = []

    def show_lines(self, lines: Sequence[FindLine]) -> None:
        """Show others."""
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Headings count too."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """The line itself, and one sentence of it for those who listen."""
        line = self.lines[index.row()]
        if role == LINE_ROLE:
            return line
        if role == int(Qt.ItemDataRole.DisplayRole):
            return line.text
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (line.text, line.note, line.aside) if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        if not self.lines[index.row()].key:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class FindList(QListView):
    """Shows the lines; the keyboard stays in the field above, which moves the mark.

    Signals: `chosen(str)` with the key of a line that was clicked.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = FindLines(self)
        self.setModel(self._lines)
        self.setItemDelegate(_LineDelegate(theme, self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Hasil pencarian"))

    def show_lines(self, lines: Sequence[FindLine]) -> None:
        """Show other lines, the first that can be chosen marked."""
        marked = self.marked()
        self._lines.show_lines(lines)
        keys = [line.key for line in lines]
        # What comes later must not take the mark from the line that a person is about to take.
        self._mark(keys.index(marked) if marked and marked in keys else self._next(-1, 1))

    def marked(self) -> str:
        """Give the key of the marked line, or an empty text."""
        row = self.currentIndex().row()
        return self._lines.lines[row].key if 0 <= row < len(self._lines.lines) else ""

    def move_mark(self, step: int) -> None:
        """Mark the next line that can be chosen, or the one before; it stays where there is none."""
        self._mark(self._next(self.currentIndex().row(), step))

    def content_height(self) -> int:
        """Give the height of all lines together."""
        return sum(self.sizeHintForRow(row) for row in range(len(self._lines.lines)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the line under the mouse."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self._lines.lines[index.row()].key:
            self.chosen.emit(self._lines.lines[index.row()].key)

    def _next(self, row: int, step: int) -> int:
        at = row + step
        while 0 <= at < len(self._lines.lines):
            if self._lines.lines[at].key:
                return at
            at += step
        return row

    def _mark(self, row: int) -> None:
        index = self._lines.index(row)
        self.setCurrentIndex(index)
        if row <= 1:
            self.scrollToTop()
        else:
            self.scrollTo(index)


class _LineDelegate(QStyledItemDelegate):
    """Paints headings and lines."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._texts = LaidOutTexts(theme, self)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One line or two."""
        theme, line = self._theme, index.data(LINE_ROLE)
        caption = line_height(theme.font(TextRole.CAPTION))
        if not line.key:
            return QSize(theme.px(100), caption + theme.px(10))
        body = line_height(theme.font(TextRole.BODY))
        return QSize(theme.px(100), body + (caption if line.note else 0) + theme.px(10))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one."""
        theme, colour = self._theme, self._theme.colour
        line: FindLine = index.data(LINE_ROLE)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        area = rect.adjusted(theme.px(PADDING), 0, -theme.px(PADDING), 0)
        texts, secondary = self._texts, colour("text_secondary")
        quiet = texts.font(TextRole.CAPTION, tabular=True)
        painter.save()
        painter.setClipRect(rect)
        if not line.key:
            texts.write(painter, area, line.text, role=TextRole.CAPTION, ink=secondary, tabular=True)
            painter.restore()
            return
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, colour("selection" if selected else "hover" if hovered else "surface"))
        icon = QRect(area.x(), rect.y(), theme.px(18), rect.height())
        if line.icon:
            draw_icon(painter, theme, icon, line.icon, colour=secondary)
        words = area.adjusted(theme.px(ICON_ROOM), theme.px(5), 0, -theme.px(5))
        body = texts.font(TextRole.BODY)
        first = QRect(words.x(), words.y(), words.width(), line_height(body))
        if line.aside:
            texts.write(painter, first, line.aside, role=TextRole.CAPTION, ink=secondary, tabular=True, align=RIGHT)
            first = first.adjusted(0, 0, -text_width(line.aside, quiet) - theme.px(12), 0)
        texts.write(painter, first, line.text, role=TextRole.BODY, ink=colour("text"))
        if line.note:
            second = QRect(words.x(), first.bottom() + 1, words.width(), line_height(quiet))
            texts.write(painter, second, line.note, role=TextRole.CAPTION, ink=secondary, tabular=True)
        painter.restore()
