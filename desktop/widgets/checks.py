"""Check boxes and radio buttons in the colours of the theme."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QRadioButton, QSizePolicy, QWidget

from desktop.widgets.literal import take_literally
from desktop.widgets.painting import draw_icon, draw_text, fill_box, text_width
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

BOX = 18
GAP = 8
DOT = 8


def _hint(theme: Theme, text: str) -> QSize:
    width = theme.px(BOX + GAP) + text_width(text, theme.font(TextRole.BODY)) + 1
    return QSize(width, theme.px(MEASURES.control))


class CheckBox(QCheckBox):
    """A yes or no with its words behind."""

    def __init__(self, theme: Theme, text: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def setText(self, text: str) -> None:
        """Show other words; they are data, and take no shortcut."""
        before = self.text()
        super().setText(text)
        take_literally(self, before)

    def sizeHint(self) -> QSize:
        """Fit box and words."""
        return _hint(self._theme, self.text())

    def minimumSizeHint(self) -> QSize:
        """Never shorten the words."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Let a click anywhere on it count."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box and words."""
        theme, colour = self._theme, self._theme.colour
        painter = QPainter(self)
        side = theme.px(BOX)
        box = QRect(0, (self.height() - side) // 2, side, side)
        on = self.isChecked()
        edge = "border" if not self.isEnabled() else "primary" if on else "control_border"
        ground = ("primary" if self.isEnabled() else "border") if on else "hover" if self.underMouse() else "surface"
        fill_box(painter, QRectF(box), radius=theme.px(4), fill=colour(ground), border=colour(edge))
        if on:
            draw_icon(painter, theme, box, "check", colour=colour("on_primary"), size=14)
        ink = colour("text" if self.isEnabled() else "disabled")
        rect = self.rect().adjusted(side + theme.px(GAP), 0, 0, 0)
        draw_text(painter, rect, self.text(), font=theme.font(TextRole.BODY), colour=ink)
        painter.end()

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class RadioButton(QRadioButton):
    """One of several that exclude each other."""

    def __init__(self, theme: Theme, text: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def setText(self, text: str) -> None:
        """Show other words; they are data, and take no shortcut."""
        before = self.text()
        super().setText(text)
        take_literally(self, before)

    def sizeHint(self) -> QSize:
        """Fit circle and words."""
        return _hint(self._theme, self.text())

    def minimumSizeHint(self) -> QSize:
        """Never shorten the words."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Let a click anywhere on it count."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint circle and words."""
        theme, colour = self._theme, self._theme.colour
        painter = QPainter(self)
        side = theme.px(BOX)
        box = QRectF(0, (self.height() - side) // 2, side, side)
        on = self.isChecked()
        edge = colour("border" if not self.isEnabled() else "primary" if on else "control_border")
        ground = colour("hover" if self.underMouse() else "surface")
        fill_box(painter, box, radius=side / 2, fill=ground, border=edge, width=2.0 if on else 1.0)
        if on:
            half = theme.px(DOT) / 2
            centre: QPointF = box.center()
            dot = QRectF(centre.x() - half, centre.y() - half, 2 * half, 2 * half)
            fill_box(painter, dot, radius=half, fill=edge)
        ink = colour("text" if self.isEnabled() else "disabled")
        rect = self.rect().adjusted(side + theme.px(GAP), 0, 0, 0)
        draw_text(painter, rect, self.text(), font=theme.font(TextRole.BODY), colour=ink)
        painter.end()

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
