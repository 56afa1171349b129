"""A list to choose one from, with a calm arrow."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QWidget,
)

from desktop.widgets.painting import draw_icon, draw_text
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole
from desktop.widgets.validity import mark_invalid

ARROW_ROOM = 30
PADDING = 11


class ComboBox(QComboBox):
    """A choice of one; each choice has a key (any text) and a plain text.

    Signals: the box's own `currentIndexChanged(int)` and `activated(int)`. The wheel only turns it while it has the
    focus, so that scrolling a form never changes a value.
    """

    def __init__(self, theme: Theme, *, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setPlaceholderText(placeholder)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setItemDelegate(_ChoiceDelegate(theme, self))
        self._restyle()
        theme.changed.connect(self._restyle)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Replace the choices by pairs of key and text, keeping the chosen key where it is still there."""
        before = self.current_key()
        blocked = self.blockSignals(True)
        self.clear()
        for key, text in choices:
            self.addItem(text, key)
        self.setCurrentIndex(self.findData(before) if before else (-1 if self.placeholderText() else 0))
        self.blockSignals(blocked)

    def current_key(self) -> str:
        """Give the key of the choice, or an empty text while nothing is chosen."""
        data = self.currentData()
        return data if isinstance(data, str) else ""

    def select(self, key: str) -> None:
        """Choose by key; an unknown key chooses nothing."""
        self.setCurrentIndex(self.findData(key))

    def set_invalid(self, *, invalid: bool) -> None:
        """Mark the box as wrong or as right again."""
        mark_invalid(self, invalid=invalid)

    def sizeHint(self) -> QSize:
        """Be as high as every control."""
        wanted = super().sizeHint()
        return QSize(max(wanted.width(), self._theme.px(96)), self._theme.px(MEASURES.control))

    def minimumSizeHint(self) -> QSize:
        """Stay usable when narrow."""
        return QSize(self._theme.px(96), self._theme.px(MEASURES.control))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame by the style, text and arrow by hand."""
        theme = self._theme
        shown, index = self.currentText(), self.currentIndex()
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = theme.px(ARROW_ROOM)
        rect = self.rect().adjusted(theme.px(PADDING), 0, -room, 0)
        empty = index < 0
        token = "disabled" if not self.isEnabled() else "placeholder" if empty else "text"
        text = self.placeholderText() if empty else shown
        draw_text(painter, rect, text, font=theme.font(TextRole.BODY), colour=theme.colour(token))
        arrow = QRect(self.width() - room, 0, room, self.height())
        ink = theme.colour("text_secondary" if self.isEnabled() else "disabled")
        draw_icon(painter, theme, arrow, "chevron-down", colour=ink, size=MEASURES.icon_small)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn only with the focus inside."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    @Slot()
    def _restyle(self) -> None:
        self.setFont(self._theme.font(TextRole.BODY))
        self.updateGeometry()


class _ChoiceDelegate(QStyledItemDelegate):
    """Rows of the opened list: as high as table rows."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Give the row its height."""
        return QSize(super().sizeHint(option, index).width(), self._theme.px(MEASURES.row))
