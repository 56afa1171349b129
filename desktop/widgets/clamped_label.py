"""A text of a few lines at most; what does not fit is its tooltip."""

from PySide6.QtCore import QRect, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.labels import plain_tooltip
from desktop.widgets.painting import draw_text, line_height, one_line, wrap_lines
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole


class ClampedLabel(QWidget):
    """Plain text that wraps into at most `most` lines and ends in an ellipsis where it is longer.

    Its accessible name is always the whole text.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        role: TextRole = TextRole.BODY,
        most: int = 3,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role = role
        self._most = most
        self._text = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setText(text)
        theme.changed.connect(self._restyle)

    def text(self) -> str:
        """Give the whole text."""
        return self._text

    def setText(self, text: str) -> None:
        """Show another text."""
        self._text = one_line(text)
        self.setAccessibleName(self._text)
        self._note_whole_text()
        self._restyle()

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Give the height of the lines that are shown at `width`."""
        return max(1, len(self._lines(width, self._most))) * self._line()

    def sizeHint(self) -> QSize:
        """Prefer the height at the present width."""
        return QSize(self._theme.px(160), self.heightForWidth(max(self.width(), 1)))

    def minimumSizeHint(self) -> QSize:
        """Keep one line."""
        return QSize(self._theme.px(60), self._line())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the whole text as a tooltip only while a part is hidden, and ask for the height of this width."""
        self._note_whole_text()
        if self.heightForWidth(event.oldSize().width()) != self.heightForWidth(event.size().width()):
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the lines."""
        painter = QPainter(self)
        font, ink = self._theme.font(self._role), self._theme.colour(self._role.colour)
        for place, line in enumerate(self._lines(self.width(), self._most)):
            rect = QRect(0, place * self._line(), self.width(), self._line())
            draw_text(painter, rect, line, font=font, colour=ink)
        painter.end()

    def _lines(self, width: int, most: int) -> list[str]:
        return wrap_lines(self._text, self._theme.font(self._role), width, most=most)

    def _line(self) -> int:
        return line_height(self._theme.font(self._role))

    def _note_whole_text(self) -> None:
        hidden = self.width() > 0 and len(self._lines(self.width(), self._most + 1)) > self._most
        self.setToolTip(plain_tooltip(self._text) if hidden else "")

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
