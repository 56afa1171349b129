"""The only maker of labels: what is shown is always plain text, whatever it contains.

A letter's subject may hold `<b>` or a link; it must be seen as written and never be interpreted.
"""

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.widgets.painting import draw_icon, draw_text, line_height, one_line, text_width
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole


class Label(QLabel):
    """Plain text in one of the text roles; several lines if `wrap`, selectable by mouse if `selectable`."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        role: TextRole = TextRole.BODY,
        colour: str = "",
        tabular: bool = False,
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role = role
        self._colour = colour or role.colour
        self._tabular = tabular
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._restyle()
        theme.changed.connect(self._restyle)

    def set_colour(self, colour: str) -> None:
        """Change the colour to that of another token."""
        if colour != self._colour:
            self._colour = colour
            self._restyle()

    def set_tone(self, tone: Tone) -> None:
        """Change the colour to that of a tone."""
        self.set_colour(tone.value)

    @Slot()
    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._role, tabular=self._tabular))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.colour(self._colour))
        self.setPalette(palette)


class ElidedLabel(QWidget):
    """One line of plain text that is shortened with an ellipsis; the whole text is its tooltip then.

    Its accessible name is always the whole text.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        role: TextRole = TextRole.BODY,
        colour: str = "",
        tabular: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role = role
        self._colour = colour or role.colour
        self._tabular = tabular
        self._align = align
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(text)
        theme.changed.connect(self._restyle)

    def text(self) -> str:
        """Give the whole text."""
        return self._text

    def setText(self, text: str) -> None:
        """Show another text."""
        self._text = one_line(text)
        self.setAccessibleName(self._text)
        self.updateGeometry()
        self._note_whole_text()
        self.update()

    def set_colour(self, colour: str) -> None:
        """Change the colour to that of another token."""
        self._colour = colour
        self.update()

    def sizeHint(self) -> QSize:
        """Prefer the whole text."""
        font = self._theme.font(self._role, tabular=self._tabular)
        return QSize(text_width(self._text, font) + 1, line_height(font))

    def minimumSizeHint(self) -> QSize:
        """Keep room for a few letters and the ellipsis."""
        font = self._theme.font(self._role, tabular=self._tabular)
        few = QFontMetrics(font).averageCharWidth() * 4
        return QSize(min(few, self.sizeHint().width()), line_height(font))

    def is_shortened(self) -> bool:
        """Tell whether a part of the text is hidden."""
        return self.sizeHint().width() - 1 > self.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the whole text as a tooltip only while it is shortened."""
        self._note_whole_text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the text."""
        painter = QPainter(self)
        draw_text(
            painter,
            self.rect(),
            self._text,
            font=self._theme.font(self._role, tabular=self._tabular),
            colour=self._theme.colour(self._colour),
            align=self._align,
        )
        painter.end()

    def _note_whole_text(self) -> None:
        self.setToolTip(plain_tooltip(self._text) if self.is_shortened() else "")

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class IconLabel(QWidget):
    """A picture that needs no attention of its own; give `name` only if no text beside it says the same."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        *,
        colour: str = "text_secondary",
        size: int = 18,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._colour = colour
        self._size = size
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def set_icon(self, icon: str, *, colour: str = "text_secondary") -> None:
        """Show another picture."""
        self._icon = icon
        self._colour = colour
        self.update()

    def sizeHint(self) -> QSize:
        """Take just the room of the picture."""
        side = self._theme.px(self._size)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture."""
        painter = QPainter(self)
        self.draw(painter, self.rect())
        painter.end()

    def draw(self, painter: QPainter, place: QRect) -> None:
        """Draw the picture in the middle of a place."""
        colour = self._theme.colour(self._colour)
        draw_icon(painter, self._theme, place, self._icon, colour=colour, size=self._size)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


def plain_tooltip(text: str) -> str:
    """Make `text` safe as a tooltip, which Qt would otherwise read as markup when it looks like some."""
    # Qt looks for a tag, and for "&lt;" as well.
    if "<" not in text and "&lt;" not in text:
        return text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span>{escaped}</span>"
