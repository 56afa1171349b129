"""A line that opens and closes the less needed part of a form."""

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.boxes import Column
from desktop.widgets.literal import LiteralButton
from desktop.widgets.painting import draw_icon, draw_text, text_width
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

GAP = 6


class DisclosureLine(LiteralButton):
    """The line with its arrow."""

    def __init__(self, theme: Theme, text: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        """Fit arrow and text."""
        width = text_width(self.text(), self._theme.font(TextRole.SECONDARY)) + self._theme.px(MEASURES.icon + GAP)
        return QSize(width + 1, self._theme.px(MEASURES.control))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint arrow and text."""
        theme = self._theme
        painter = QPainter(self)
        ink = theme.colour("text" if self.underMouse() else "text_secondary")
        side = theme.px(MEASURES.icon)
        arrow = "chevron-down" if self.isChecked() else "chevron-right"
        draw_icon(painter, theme, QRect(0, 0, side, self.height()), arrow, colour=ink, size=MEASURES.icon_small)
        rect = self.rect().adjusted(side + theme.px(GAP), 0, 0, 0)
        draw_text(painter, rect, self.text(), font=theme.font(TextRole.SECONDARY), colour=ink)
        painter.end()

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class Disclosure(QWidget):
    """A line above a part that is hidden at first.

    Signals: `opened(bool)`.
    """

    opened = Signal(bool)

    def __init__(self, theme: Theme, text: str, content: QWidget, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._line = DisclosureLine(theme, text)
        self._line.toggled.connect(self._on_toggled)
        content.hide()
        column = Column(theme, gap=4, parent=self)
        column.add(self._line, content)

    def set_open(self, *, is_open: bool) -> None:
        """Open or close the part."""
        self._line.setChecked(is_open)

    def is_open(self) -> bool:
        """Tell whether the part is shown."""
        return self._line.isChecked()

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:  # noqa: FBT001 - the signature of Qt's signal
        self._content.setVisible(checked)
        self.opened.emit(checked)
