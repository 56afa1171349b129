"""A number that matters today, as a card that leads to what it counts."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.figures import format_count
from desktop.widgets.literal import LiteralButton
from desktop.widgets.painting import draw_icon, draw_text, fill_box, line_height
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

PADDING = 14
GAP = 8


class CounterCard(LiteralButton):
    """Icon and title in a tone, a large number, a quiet remark. A click emits the button's own `clicked`."""

    def __init__(self, theme: Theme, title: str, *, icon: str, tone: Tone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name, self._tone = icon, tone
        self._count, self._remark = 0, ""
        self.setText(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_count(0)
        theme.changed.connect(self._restyle)

    def set_count(self, count: int, remark: str = "") -> None:
        """Show another number and remark."""
        self._count, self._remark = count, remark
        said = [self.text(), format_count(count)]
        self.setAccessibleName(", ".join([*said, remark] if remark else said))
        self.update()

    def sizeHint(self) -> QSize:
        """Fit three lines."""
        theme = self._theme
        height = sum(line_height(theme.font(role)) for role in (TextRole.BODY, TextRole.FIGURE, TextRole.CAPTION))
        return QSize(theme.px(180), height + 2 * theme.px(PADDING) - theme.px(4))

    def minimumSizeHint(self) -> QSize:
        """Stay readable."""
        return QSize(self._theme.px(140), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        theme = self._theme
        painter = QPainter(self)
        ground = theme.colour("hover" if self.underMouse() or self.isDown() else "surface")
        radius = theme.px(MEASURES.radius)
        fill_box(painter, QRectF(self.rect()), radius=radius, fill=ground, border=theme.colour("border"))
        pad, tone = theme.px(PADDING), theme.tone(self._tone)
        width = self.width() - 2 * pad
        title = theme.font(TextRole.CAPTION_STRONG)
        first = line_height(theme.font(TextRole.BODY))
        y = pad - theme.px(2)
        side = theme.px(MEASURES.icon)
        draw_icon(painter, theme, QRect(pad, y, side, first), self._icon_name, colour=tone)
        shift = side + theme.px(GAP)
        draw_text(painter, QRect(pad + shift, y, width - shift, first), self.text(), font=title, colour=tone)
        y += first
        figure = theme.font(TextRole.FIGURE)
        high = line_height(figure)
        text = theme.colour("text")
        draw_text(painter, QRect(pad, y, width, high), format_count(self._count), font=figure, colour=text)
        y += high
        quiet = theme.font(TextRole.CAPTION)
        rect = QRect(pad, y, width, line_height(quiet))
        draw_text(painter, rect, self._remark, font=quiet, colour=theme.colour("text_secondary"))
        painter.end()

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
