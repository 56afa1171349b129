"""A large choice with an icon, a name and a sentence that says what it means."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.literal import LiteralButton
from desktop.widgets.painting import draw_icon, draw_text, fill_box, line_height, wrap_lines
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

PADDING = 14
ICON = 24
GAP = 12
LINES = 4


class OptionCard(LiteralButton):
    """One of a few ways to go on; those with the same parent exclude each other."""

    def __init__(self, theme: Theme, title: str, *, text: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._explanation = text
        self._icon_name = icon
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._restyle)

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Fit title and sentence."""
        theme = self._theme
        lines = len(self._lines(width))
        words = line_height(theme.font(TextRole.ROW_TITLE)) + lines * line_height(theme.font(TextRole.SECONDARY))
        return words + theme.px(2 * PADDING + 2)

    def sizeHint(self) -> QSize:
        """Prefer the height at the present width."""
        width = max(self.width(), self._theme.px(220))
        return QSize(self._theme.px(220), self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Never cut the sentence."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        theme, colour = self._theme, self._theme.colour
        painter = QPainter(self)
        chosen = self.isChecked()
        ground = "selection" if chosen else "hover" if self.underMouse() else "surface"
        border = colour("primary" if chosen else "control_border")
        radius = theme.px(MEASURES.radius)
        width = 2.0 if chosen else 1.0
        fill_box(painter, QRectF(self.rect()), radius=radius, fill=colour(ground), border=border, width=width)
        pad, side = theme.px(PADDING), theme.px(ICON)
        ink = colour("primary" if chosen else "text_secondary")
        draw_icon(painter, theme, QRect(pad, pad, side, side), self._icon_name, colour=ink, size=ICON)
        x = pad + side + theme.px(GAP)
        strong, quiet = theme.font(TextRole.ROW_TITLE), theme.font(TextRole.SECONDARY)
        room = self.width() - x - pad
        y = pad
        draw_text(painter, QRect(x, y, room, line_height(strong)), self.text(), font=strong, colour=colour("text"))
        y += line_height(strong) + theme.px(2)
        for line in self._lines(self.width()):
            rect = QRect(x, y, room, line_height(quiet))
            draw_text(painter, rect, line, font=quiet, colour=colour("text_secondary"))
            y += line_height(quiet)
        painter.end()

    def _lines(self, width: int) -> list[str]:
        room = width - self._theme.px(2 * PADDING + ICON + GAP)
        return wrap_lines(self._explanation, self._theme.font(TextRole.SECONDARY), max(1, room), most=LINES)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
