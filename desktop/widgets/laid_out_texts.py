"""Texts of a list as they were shortened and laid out, so that a repaint shapes no letter anew.

They are kept plain, for as long as the theme stays and there are not too many.
"""

from typing import NamedTuple

from PySide6.QtCore import QObject, QRect, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText, QTransform

from desktop.widgets.painting import LEFT, RIGHT, one_line, wrap_lines
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

MOST_TEXTS = 4_000


class Words(NamedTuple):
    """A text that is shortened and laid out, and how large it is."""

    laid_out: QStaticText
    width: float
    height: float


class LaidOutTexts(QObject):
    """Belongs to one list."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._texts: dict[tuple[str, int, TextRole, bool, bool], Words] = {}
        self._wrapped: dict[tuple[str, int, TextRole, int], list[str]] = {}
        self._fonts: dict[tuple[TextRole, bool, bool], QFont] = {}
        theme.changed.connect(self._forget)

    def write(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        *,
        role: TextRole,
        ink: QColor,
        tabular: bool = False,
        struck: bool = False,
        align: Qt.AlignmentFlag = LEFT,
    ) -> None:
        """As `draw_text`, with LEFT or RIGHT."""
        room = rect.width()
        if not text or room <= 0:
            return
        key = (text, room, role, tabular, struck)
        words = self._texts.get(key)
        font = self.font(role, tabular=tabular, struck=struck)
        if words is None:
            words = self._lay_out(text, room, font)
            if len(self._texts) >= MOST_TEXTS:
                self._texts.clear()
            self._texts[key] = words
        painter.setFont(font)
        painter.setPen(ink)
        left = rect.x() + (int(room - words.width) if align == RIGHT else 0)
        painter.drawStaticText(left, rect.y() + int(rect.height() - words.height) // 2, words.laid_out)

    def _lay_out(self, text: str, room: int, font: QFont) -> Words:
        shown = QFontMetrics(font).elidedText(one_line(text), Qt.TextElideMode.ElideRight, room)
        laid_out = QStaticText(shown)
        laid_out.setTextFormat(Qt.TextFormat.PlainText)
        laid_out.prepare(QTransform(), font)
        size = laid_out.size()
        return Words(laid_out, size.width(), size.height())

    def wrap(self, text: str, width: int, *, role: TextRole, most: int) -> list[str]:
        """As `wrap_lines`."""
        key = (text, width, role, most)
        lines = self._wrapped.get(key)
        if lines is None:
            if len(self._wrapped) >= MOST_TEXTS:
                self._wrapped.clear()
            lines = self._wrapped[key] = wrap_lines(text, self.font(role), width, most=most)
        return lines

    def font(self, role: TextRole, *, tabular: bool = False, struck: bool = False) -> QFont:
        """The font of a role; not to be changed."""
        made = self._fonts.get((role, tabular, struck))
        if made is None:
            made = self._theme.font(role, tabular=tabular)
            made.setStrikeOut(struck)
            self._fonts[role, tabular, struck] = made
        return made

    @Slot()
    def _forget(self) -> None:
        self._texts.clear()
        self._wrapped.clear()
        self._fonts.clear()
