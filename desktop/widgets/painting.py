"""Small strokes of the brush that several widgets share. Text is always drawn plain, never as markup."""

from enum import Enum
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QPainter, QPen, QPolygonF, QTextLayout, QTextOption

from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

LEFT = Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignRight
CENTRE = Qt.AlignmentFlag.AlignHCenter
# Joined once: adding flags of Qt's costs as much as shortening a text.
_LINES = MappingProxyType(
    {one: one | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine for one in (LEFT, RIGHT, CENTRE)}
)
LINE_HEIGHT = 1.35
KEY_CAP_HEIGHT = 18
KEY_CAP_PADDING = 6


class Mark(Enum):
    """Shapes in front of a state, so that it is told apart without colour."""

    DOT = "dot"
    RING = "ring"
    SQUARE = "square"
    TRIANGLE = "triangle"
    DASH = "dash"


def one_line(text: str) -> str:
    """Make any data fit one line: line ends, tabs and other blanks become single blanks."""
    return " ".join(text.split())


def fill_box(
    painter: QPainter,
    rect: QRectF,
    *,
    radius: float,
    fill: QColor | None = None,
    border: QColor | None = None,
    width: float = 1.0,
    dashed: bool = False,
) -> None:
    """Paint a rounded box whose border lies wholly inside `rect`, sharp at whole pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if border is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect, radius, radius)
    else:
        pen = QPen(border, width)
        if dashed:
            pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        inset = width / 2
        inner = max(0.0, radius - inset)
        painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), inner, inner)
    painter.restore()


def draw_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    *,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Write one line, vertically centred, shortened with an ellipsis where it does not fit.

    `align` is one of LEFT, RIGHT and CENTRE.
    """
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetrics(font).elidedText(one_line(text), Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, _LINES[align], shown)


def text_width(text: str, font: QFont) -> int:
    """Give the width one line of `text` needs, in pixels."""
    return QFontMetrics(font).horizontalAdvance(one_line(text))


def line_height(font: QFont) -> int:
    """Give the height of a line of text with its leading, in pixels."""
    return round(QFontInfo(font).pixelSize() * LINE_HEIGHT)


def wrap_lines(text: str, font: QFont, width: int, *, most: int) -> list[str]:
    """Break `text` into at most `most` lines of `width` pixels; the last one is shortened if text is left over."""
    plain = one_line(text)
    layout = QTextLayout(plain, font)
    layout.setTextOption(QTextOption())
    lines: list[str] = []
    layout.beginLayout()
    while len(lines) < most:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        if len(lines) == most - 1:
            rest = plain[line.textStart() :]
            lines.append(QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width))
        else:
            lines.append(plain[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    return lines


def draw_icon(painter: QPainter, theme: Theme, rect: QRect, name: str, *, colour: QColor, size: int = 18) -> None:
    """Draw an icon of `size` (at 100 %) in the middle of `rect`."""
    device = painter.device()
    pixmap = theme.pixmap(name, colour, size=size, ratio=device.devicePixelRatioF())
    side = theme.px(size)
    painter.drawPixmap(rect.x() + (rect.width() - side) // 2, rect.y() + (rect.height() - side) // 2, pixmap)


def draw_mark(painter: QPainter, theme: Theme, centre: QPointF, mark: Mark, *, colour: QColor) -> None:
    """Draw the shape of a state, about 8 px across at 100 %."""
    half = theme.px(8) / 2
    box = QRectF(centre.x() - half, centre.y() - half, 2 * half, 2 * half)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    match mark:
        case Mark.DOT:
            painter.drawEllipse(box)
        case Mark.RING:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, theme.px(20) / 10))
            painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        case Mark.SQUARE:
            painter.drawRoundedRect(box, 1.5, 1.5)
        case Mark.TRIANGLE:
            points = [QPointF(box.center().x(), box.top()), box.bottomRight(), box.bottomLeft()]
            painter.drawPolygon(QPolygonF(points))
        case Mark.DASH:
            painter.drawRect(QRectF(box.left(), centre.y() - 1, box.width(), 2))
    painter.restore()


def key_cap_size(theme: Theme, keys: str) -> QSize:
    """Give the room the picture of a key needs."""
    height = theme.px(KEY_CAP_HEIGHT)
    width = text_width(keys, theme.font(TextRole.KEY_CAP)) + 2 * theme.px(KEY_CAP_PADDING)
    return QSize(max(width, height), height)


def draw_key_cap(
    painter: QPainter, theme: Theme, rect: QRect, keys: str, *, ink: QColor, border: QColor, fill: QColor | None
) -> None:
    """Draw the picture of a key, for a shortcut beside what it does."""
    fill_box(painter, QRectF(rect), radius=theme.px(4), fill=fill, border=border)
    draw_text(painter, rect, keys, font=theme.font(TextRole.KEY_CAP), colour=ink, align=CENTRE)
