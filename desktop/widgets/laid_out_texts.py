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


class _Kept:
    """What a list keeps."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, int, TextRole, bool, bool], Words] = {}
        self.wrapped: dict[tuple[str, int, TextRole, int], list[str]] = {}
        self.fonts: dict[tuple[TextRole, bool, bool], QFont] = {}

    def empty(self) -> None:
        """Let all of it go."""
        self.texts.clear()
        self.wrapped.clear()
        self.fonts.clear()


class LaidOutTexts(QObject):
    """Belongs to one list."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._kept = _Kept()
        theme.changed.connect(self._forget)
        # Fonts and laid out texts may be freed on the thread that draws alone, and Python's collector frees what hangs
        # in a circle on whichever thread it runs: so all of it goes with the list. It is a method of what is kept, no
        # slot of this object: by then the collector may have taken this object's attributes.
        parent.destroyed.connect(self._kept.empty)

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
        words = self._kept.texts.get(key)
        font = self.font(role, tabular=tabular, struck=struck)
        if words is None:
            words = self._lay_out(text, room, font)
            if len(self._kept.texts) >= MOST_TEXTS:
                self._kept.texts.clear()
            self._kept.texts[key] = words
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
        lines = self._kept.wrapped.get(key)
        if lines is None:
            if len(self._kept.wrapped) >= MOST_TEXTS:
                self._kept.wrapped.clear()
            lines = self._kept.wrapped[key] = wrap_lines(text, self.font(role), width, most=most)
        return lines

    def font(self, role: TextRole, *, tabular: bool = False, struck: bool = False) -> QFont:
        """The font of a role; not to be changed."""
        made = self._kept.fonts.get((role, tabular, struck))
        if made is None:
            made = self._theme.font(role, tabular=tabular)
            made.setStrikeOut(struck)
            self._kept.fonts[role, tabular, struck] = made
        return made

    @Slot()
    def _forget(self) -> None:
        self._kept.empty()
