"""Small statements about a record: a mark with a word, and soft pills."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.painting import Mark, draw_icon, draw_mark, draw_text, fill_box, line_height, text_width
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

PILL_HEIGHT = 22
PILL_PADDING = 8
MARK_ROOM = 13
PILL_GAP = 6


class StatusText(QWidget):
    """A mark and a word in the colour of a tone, such as a hollow ring and "Belum didisposisi"."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        tone: Tone = Tone.NEUTRAL,
        mark: Mark | None = Mark.DOT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_status(text, tone, mark=mark)
        theme.changed.connect(self._restyle)

    def set_status(self, text: str, tone: Tone, *, mark: Mark | None = Mark.DOT) -> None:
        """State something else."""
        self._text, self._tone, self._mark = text, tone, mark
        self.setAccessibleName(text)
        self._restyle()

    def sizeHint(self) -> QSize:
        """Fit mark and word."""
        font = self._theme.font(TextRole.STATUS)
        return QSize(self._room() + text_width(self._text, font) + 1, line_height(font))

    def minimumSizeHint(self) -> QSize:
        """Never shorten a state."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint mark and word."""
        painter = QPainter(self)
        ink = self._theme.tone(self._tone)
        if self._mark is not None:
            centre = QPointF(self._theme.px(8) / 2, self.height() / 2)
            draw_mark(painter, self._theme, centre, self._mark, colour=ink)
        rect = self.rect().adjusted(self._room(), 0, 0, 0)
        draw_text(painter, rect, self._text, font=self._theme.font(TextRole.STATUS), colour=ink)
        painter.end()

    def _room(self) -> int:
        return self._theme.px(MARK_ROOM) if self._mark is not None else 0

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class Pill(QWidget):
    """A word on a soft ground, with an optional icon: "Segera", "Biasa/Terbuka", "LATIHAN"."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        tone: Tone = Tone.INFO,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_pill(text, tone, icon=icon)
        theme.changed.connect(self._restyle)

    def set_pill(self, text: str, tone: Tone, *, icon: str = "") -> None:
        """State something else."""
        self._text, self._tone, self._icon = text, tone, icon
        self.setAccessibleName(text)
        self._restyle()

    def sizeHint(self) -> QSize:
        """Fit icon and word."""
        width = text_width(self._text, self._theme.font(TextRole.CAPTION_STRONG)) + 1
        if self._icon:
            width += self._theme.px(MEASURES.icon_small + PILL_GAP)
        return QSize(width + 2 * self._theme.px(PILL_PADDING), self._theme.px(PILL_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Never shorten the word."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pill."""
        theme = self._theme
        painter = QPainter(self)
        ink = theme.tone(self._tone)
        # On the white grounds of high contrast only a border still makes it a pill.
        border = ink if theme.soft(self._tone) == theme.colour("surface") else None
        fill_box(painter, QRectF(self.rect()), radius=theme.px(4), fill=theme.soft(self._tone), border=border)
        x = theme.px(PILL_PADDING)
        if self._icon:
            side = theme.px(MEASURES.icon_small)
            place = QRect(x, 0, side, self.height())
            draw_icon(painter, theme, place, self._icon, colour=ink, size=MEASURES.icon_small)
            x += side + theme.px(PILL_GAP)
        rect = QRect(x, 0, self.width() - x, self.height())
        draw_text(painter, rect, self._text, font=theme.font(TextRole.CAPTION_STRONG), colour=ink)
        painter.end()

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
