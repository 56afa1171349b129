"""A few letters, one below the other, each a line that opens it: number, subject, where it stands."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLayout, QSizePolicy, QWidget

from core.domain.ids import LetterId
from desktop.viewmodels.facts import LetterRow
from desktop.viewmodels.letter_row_texts import row_sentence, state_words, subject_text
from desktop.widgets.boxes import Column
from desktop.widgets.painting import LEFT, Mark, draw_mark, draw_text, text_width
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

LINE_HEIGHT = 31
AGENDA_WIDTH = 54
PAD = 14
GAP = 12
FEWEST = 3


class LetterLine(QAbstractButton):
    """One letter; a click, Space or Enter emits the button's own `clicked`."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.row: LetterRow | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def show_row(self, row: LetterRow, place: int) -> None:
        """Show a letter, the `place`-th of its list, counted from 1."""
        self.row = row
        self.setAccessibleName(row_sentence(row, place))
        self.update()

    def sizeHint(self) -> QSize:
        """Be one line high."""
        return QSize(self._theme.px(320), self._theme.px(LINE_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line, with a hairline below."""
        if self.row is None:
            return
        theme, row = self._theme, self.row
        painter = QPainter(self)
        if self.underMouse() or self.isDown():
            painter.fillRect(self.rect(), theme.colour("hover"))
        font, words = theme.font(TextRole.BODY), state_words(row.state)
        pad, high, width = theme.px(PAD), self.height() - 1, self.width()
        quiet, ink = theme.colour("text_secondary"), theme.colour("text")
        draw_text(painter, QRect(pad, 0, theme.px(AGENDA_WIDTH), high), row.agenda or "—", font=font, colour=quiet)
        state = text_width(words.text, font) + 1
        tone = theme.tone(Tone[words.tone])
        at = width - pad - state
        draw_text(painter, QRect(at, 0, state, high), words.text, font=font, colour=tone, align=LEFT)
        mark = at - theme.px(GAP)
        draw_mark(painter, theme, QPointF(mark + theme.px(2), high / 2), Mark[words.mark], colour=tone)
        left = pad + theme.px(AGENDA_WIDTH)
        room = QRect(left, 0, mark - left - theme.px(GAP), high)
        draw_text(painter, room, subject_text(row.subject), font=font, colour=ink)
        painter.fillRect(pad, high, width - 2 * pad, 1, theme.colour("border"))
        painter.end()

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class LetterLines(QWidget):
    """The lines.

    Signals: `opened(object)` with a LetterId.
    """

    opened = Signal(object)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: list[LetterLine] = []
        self._count = 0
        # The lines that are hidden must not ask for room.
        self._column = Column(theme, gap=0, parent=self)
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._column.addStretch(1)

    @property
    def lines(self) -> list[LetterLine]:
        """The lines that are shown."""
        return [line for line in self._lines if not line.isHidden()]

    def sizeHint(self) -> QSize:
        """Ask for a few; what room there is besides is filled."""
        return QSize(self._theme.px(320), self._theme.px(LINE_HEIGHT) * FEWEST)

    def minimumSizeHint(self) -> QSize:
        """Show a few."""
        return QSize(self._theme.px(240), self._theme.px(LINE_HEIGHT) * FEWEST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many lines as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def show_rows(self, rows: Sequence[LetterRow]) -> None:
        """Show other letters; a line keeps the keyboard where it has it."""
        for place in range(len(self._lines), len(rows)):
            line = LetterLine(self._theme, parent=self)
            line.hide()
            line.clicked.connect(self._on_clicked)
            self._lines.append(line)
            self._column.insertWidget(place, line)
        self._count = len(rows)
        for place, row in enumerate(rows):
            self._lines[place].show_row(row, place + 1)
        self._fit()

    def _fit(self) -> None:
        room = self.height() // self._theme.px(LINE_HEIGHT)
        for place, line in enumerate(self._lines):
            line.setVisible(place < min(room, self._count))

    @Slot()
    def _on_clicked(self) -> None:
        line = self.sender()
        if isinstance(line, LetterLine) and line.row is not None:
            self.opened.emit(LetterId(line.row.id))
