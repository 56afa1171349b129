"""The strip at the foot of the window: is my work safe, what waits, when was the last contact."""

from enum import Enum

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.boxes import Row
from desktop.widgets.labels import plain_tooltip
from desktop.widgets.literal import LiteralButton
from desktop.widgets.painting import draw_icon, draw_text, fill_box, text_width
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

HEIGHT = 32
PADDING = 8
GAP = 6


class Side(Enum):
    """Where in the strip a segment stands."""

    LEFT = "left"
    RIGHT = "right"


class StatusSegment(LiteralButton):
    """An icon and a few words; a click leads to the details."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = ""
        self._tone = Tone.NEUTRAL
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def set_status(self, text: str, *, icon: str, tone: Tone) -> None:
        """State something else."""
        self.setText(text)
        self.setAccessibleName(text)
        self._icon_name, self._tone = icon, tone
        self._restyle()

    def sizeHint(self) -> QSize:
        """Fit icon and words."""
        width = text_width(self.text(), self._font()) + 1 + 2 * self._theme.px(PADDING)
        if self._icon_name:
            width += self._theme.px(MEASURES.icon_small + GAP)
        return QSize(width, self._theme.px(HEIGHT - 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint icon and words."""
        theme = self._theme
        painter = QPainter(self)
        if self.underMouse():
            fill_box(painter, QRectF(self.rect()), radius=theme.px(4), fill=theme.colour("hover"))
        ink = theme.tone(self._tone)
        x = theme.px(PADDING)
        if self._icon_name:
            side = theme.px(MEASURES.icon_small)
            place = QRect(x, 0, side, self.height())
            draw_icon(painter, theme, place, self._icon_name, colour=ink, size=MEASURES.icon_small)
            x += side + theme.px(GAP)
        draw_text(painter, QRect(x, 0, self.width() - x, self.height()), self.text(), font=self._font(), colour=ink)
        painter.end()

    def _font(self) -> QFont:
        return self._theme.font(TextRole.CAPTION, tabular=True)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class StatusStrip(Surface):
    """The strip; segments are named by keys and appear in the order they were first set.

    When the window is too narrow the segments of the lowest `weight` are left out first.
    Signals: `activated(str)` with the key of a segment a person clicked.
    """

    activated = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, edges=Edge.TOP, parent=parent)
        self._strip_theme = theme
        self._segments: dict[str, StatusSegment] = {}
        self._weights: dict[str, int] = {}
        self.setAccessibleName(self.tr("Keadaan program"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._left = Row(theme, gap=4)
        self._right = Row(theme, gap=4)
        row = Row(theme, gap=4, margins=(8, 1, 8, 0), parent=self)
        row.add(self._left, None, self._right)
        self._restyle()
        theme.changed.connect(self._restyle)

    def set_segment(
        self,
        key: str,
        text: str,
        *,
        icon: str = "",
        tone: Tone = Tone.NEUTRAL,
        side: Side = Side.LEFT,
        weight: int = 1,
        tooltip: str = "",
    ) -> None:
        """Add or change a segment; an empty text takes it away. `side` counts only the first time."""
        segment = self._segments.get(key)
        if segment is None:
            segment = StatusSegment(self._strip_theme, parent=self)
            segment.setProperty("key", key)
            segment.clicked.connect(self._on_clicked)
            self._segments[key] = segment
            (self._left if side is Side.LEFT else self._right).add(segment)
        self._weights[key] = weight
        segment.set_status(text, icon=icon, tone=tone)
        segment.setToolTip(plain_tooltip(tooltip))
        self._fit()

    def text_of(self, key: str) -> str:
        """Give what a segment says, or an empty text if it is not there."""
        segment = self._segments.get(key)
        return "" if segment is None else segment.text()

    def minimumSizeHint(self) -> QSize:
        """Never widen the window."""
        return QSize(0, self._strip_theme.px(HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out or bring back segments."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - self._strip_theme.px(2 * 8 + 4)
        gap = self._strip_theme.px(4)
        said = [key for key, segment in self._segments.items() if segment.text()]
        for key in sorted(said, key=lambda key: -self._weights[key]):
            room -= self._segments[key].sizeHint().width() + gap
            self._segments[key].setVisible(room >= 0)
        for key in self._segments.keys() - set(said):
            self._segments[key].hide()

    @Slot()
    def _on_clicked(self) -> None:
        self.activated.emit(str(self.sender().property("key")))

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(self._strip_theme.px(HEIGHT))
        self._fit()
