"""A picture before a sentence: on the height of its first line, however many lines the sentence has."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.theme import Theme

MOVING = (QEvent.Type.Move, QEvent.Type.Resize)


class LeadingIcon(IconLabel):
    """An icon that stands beside the first line of a label; it takes the whole height of its row."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        label: Label,
        *,
        colour: str = "text_secondary",
        size: int = 18,
        parent: QWidget | None = None,
    ) -> None:
        """`label` becomes a sibling in the same row, of which both may be parts at any depth of layouts."""
        super().__init__(theme, icon, colour=colour, size=size, parent=parent)
        self._label = label
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        label.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        """Be never less than the picture, whose height the row may then give freely."""
        return self.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the label."""
        if event.type() in MOVING:
            self.update()
        return super().eventFilter(watched, event)

    def place(self) -> QRect:
        """Where the picture is drawn."""
        side = self.sizeHint().height()
        line = QFontMetrics(self._label.font()).height()
        label = self._label
        words = label.heightForWidth(label.width()) if label.wordWrap() else line
        # Qt centres the lines of a label in its height.
        first = (label.height() - max(words, line)) // 2
        top = label.mapTo(self.window(), QPoint(0, first)).y() - self.mapTo(self.window(), QPoint(0, 0)).y()
        at = top + (line - side) // 2
        return QRect(0, min(max(at, 0), max(self.height() - side, 0)), self.width(), side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture beside the first line."""
        painter = QPainter(self)
        self.draw(painter, self.place())
        painter.end()
