"""Pairs of bars over the months, with their figures where the bars are wide enough; they are also said in words."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QEvent, QRect, QSize, Slot
from PySide6.QtGui import QFont, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.widgets.figures import format_count
from desktop.widgets.labels import plain_tooltip
from desktop.widgets.painting import CENTRE, LEFT, draw_text, line_height, text_width
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

LEGEND_GAP = 16
SWATCH = 10
SWATCH_GAP = 6
SERIES = ("primary", "gold")
BAR_SHARE = 0.36
HEAD_ROOM = 0.92


class BarPair(msgspec.Struct, frozen=True):
    """The two values of one month."""

    label: str
    first: int
    second: int


class ChartLegend(QWidget):
    """What the two colours of a chart stand for, on one line."""

    def __init__(self, theme: Theme, names: tuple[str, str], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._names = names
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        """Be as high as a link, which stands in the same place of another card."""
        theme = self._theme
        words = sum(text_width(name, self._font()) + 1 for name in self._names)
        gaps = len(self._names) * theme.px(SWATCH + SWATCH_GAP) + (len(self._names) - 1) * theme.px(LEGEND_GAP)
        return QSize(words + gaps, theme.px(MEASURES.link))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a swatch before each name."""
        theme = self._theme
        painter = QPainter(self)
        side, x = theme.px(SWATCH), 0
        for name, token in zip(self._names, SERIES, strict=True):
            painter.fillRect(QRect(x, (self.height() - side) // 2, side, side), theme.colour(token))
            x += side + theme.px(SWATCH_GAP)
            place = QRect(x, 0, text_width(name, self._font()) + 1, self.height())
            draw_text(painter, place, name, font=self._font(), colour=theme.colour("text_secondary"), align=LEFT)
            x += place.width() + theme.px(LEGEND_GAP)
        painter.end()

    def _font(self) -> QFont:
        return self._theme.font(TextRole.CAPTION)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class BarChart(QWidget):
    """Two series side by side, the names of the months below; `legend` is to be put near it."""

    def __init__(self, theme: Theme, *, first: str, second: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._names = (first, second)
        self._pairs: tuple[BarPair, ...] = ()
        self.legend = ChartLegend(theme, self._names)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._restyle)

    def set_pairs(self, pairs: Sequence[BarPair]) -> None:
        """Show other values."""
        self._pairs = tuple(pairs)
        self.setAccessibleName("; ".join(self._words(pair) for pair in self._pairs))
        self.update()

    def sizeHint(self) -> QSize:
        """Be about as high as four rows."""
        return QSize(self._theme.px(360), self._theme.px(140))

    def minimumSizeHint(self) -> QSize:
        """Stay readable."""
        return QSize(self._theme.px(200), self._theme.px(96))

    def event(self, event: QEvent) -> bool:
        """Show the values of the month under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._place_at(event.pos().x())
            if place is not None:
                QToolTip.showText(event.globalPos(), plain_tooltip(self._words(self._pairs[place])), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bars and names."""
        painter = QPainter(self)
        if self._pairs:
            self._paint_bars(painter)
        painter.end()

    def _paint_bars(self, painter: QPainter) -> None:
        theme = self._theme
        font = theme.font(TextRole.KEY_CAP)
        font.setWeight(theme.font(TextRole.CAPTION).weight())
        foot = line_height(font) + theme.px(2)
        room = self.height() - foot
        top = max(1, *(max(pair.first, pair.second) for pair in self._pairs), 1)
        step = self.width() / len(self._pairs)
        bar = max(2, round(step * BAR_SHARE))
        base = self.height() - foot
        for place, pair in enumerate(self._pairs):
            left = round(step * place + (step - 2 * bar - 1) / 2)
            for value, x, token in ((pair.first, left, SERIES[0]), (pair.second, left + bar + 1, SERIES[1])):
                high = round(room * HEAD_ROOM * value / top)
                painter.fillRect(QRect(x, base - high, bar, high), theme.colour(token))
                figure = format_count(value)
                if value and text_width(figure, font) <= bar:
                    above = QRect(x, base - high - foot, bar, foot - theme.px(2))
                    draw_text(painter, above, figure, font=font, colour=theme.colour("text_secondary"), align=CENTRE)
            rect = QRect(round(step * place), base + theme.px(2), round(step), foot - theme.px(2))
            ink = theme.colour("text_secondary")
            draw_text(painter, rect, pair.label, font=font, colour=ink, align=CENTRE)
        painter.fillRect(QRect(0, base, self.width(), 1), theme.colour("border"))

    def _words(self, pair: BarPair) -> str:
        first, second = self._names
        return f"{pair.label}: {first} {format_count(pair.first)}, {second} {format_count(pair.second)}"

    def _place_at(self, x: int) -> int | None:
        if not self._pairs or not 0 <= x < self.width():
            return None
        return int(x * len(self._pairs) / self.width())

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
