"""Marks over a window that point at its parts, one after the other; everything by keyboard, and left by Escape."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.widgets.announcing import announce
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.focus_round import go_round
from desktop.widgets.labels import Label
from desktop.widgets.sheet import Sheet
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

WIDTH, GAP, ROUND, LINE, SHADE = 400, 16, 8, 2, 120


@dataclass(frozen=True, slots=True)
class CoachMark:
    """A title, a sentence or two, and the part of the window it is about; None for none in particular."""

    title: str
    text: str
    target: QWidget | None


class CoachMarks(QWidget):
    """Lies over its parent until it is left; nothing behind it stops working.

    Enter and the right arrow go on, the left arrow goes back, Escape leaves. Signals: `closed()`.
    """

    closed = Signal()

    def __init__(self, theme: Theme, marks: Sequence[CoachMark], *, parent: QWidget) -> None:
        """`marks` point at parts of `parent`."""
        super().__init__(parent)
        self._theme, self._marks, self._covered = theme, tuple(marks), parent
        self._before: QWidget | None = parent.window().focusWidget()
        self._at = 0
        self.card = Sheet(theme, "", width=WIDTH, parent=self)
        self._count = Label(theme, role=TextRole.CAPTION)
        self.card.body.add(self._count)
        self.skip = Button(theme, self.tr("Lewati"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"), parent=self)
        self.back = Button(theme, self.tr("Kembali"), key_hint="←", parent=self)
        self.onward = Button(theme, self.tr("Lanjut"), kind=ButtonKind.PRIMARY, key_hint="↵", parent=self)
        self.card.add_button(self.skip, left=True)
        for button in (self.back, self.onward):
            self.card.add_button(button)
        for button in (self.skip, self.back, self.onward):
            button.installEventFilter(self)
        self.skip.clicked.connect(self.put_away)
        self.back.clicked.connect(self.go_back)
        self.onward.clicked.connect(self.go_on)
        theme.changed.connect(self._fit)
        parent.installEventFilter(self)
        self.setAccessibleName(self.tr("Tur singkat"))
        self.setGeometry(parent.rect())
        self._show_mark()
        self.show()
        self.raise_()
        self.onward.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def mark(self) -> CoachMark:
        """The one that is shown."""
        return self._marks[self._at]

    @Slot()
    def go_on(self) -> None:
        """To the next mark; behind the last one it is over."""
        if self._at + 1 == len(self._marks):
            self.put_away()
            return
        self._at += 1
        self._show_mark()

    @Slot()
    def go_back(self) -> None:
        """To the mark before, if there is one."""
        if self._at:
            self._at -= 1
            self._show_mark()

    @Slot()
    def put_away(self) -> None:
        """Give the window back as it was."""
        self.vanish()
        if self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def vanish(self) -> None:
        """Go, because what was covered has changed; the keyboard stays where it is now."""
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001  # Qt's signature
        """Keep Tab within the card: what it covers waits."""
        return go_round(self, forward=forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, back or away; other keys reach nothing behind."""
        self._take(event.key(), self.onward)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what it covers; the keys of the tour work on each of its buttons."""
        if watched is self._covered and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._covered.rect())
            self._fit()
        elif isinstance(watched, Button) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take(event.key(), watched)
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shade everything but the part that is spoken of, and draw a line round that."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QColor(Qt.GlobalColor.black)
        shade.setAlpha(SHADE)
        path = QPainterPath()
        path.addRect(QRectF(self.rect()))
        hole = self._hole()
        if not hole.isEmpty():
            line = self._theme.px(LINE)
            inner = QRectF(hole).adjusted(line, line, -line, -line)
            window = QPainterPath()
            window.addRoundedRect(inner, self._theme.px(ROUND), self._theme.px(ROUND))
            painter.fillPath(path.subtracted(window), shade)
            painter.setPen(QPen(self._theme.colour("nav_gold"), line))
            painter.drawPath(window)
        else:
            painter.fillPath(path, shade)
        painter.end()

    def _take(self, key: int, on: Button) -> bool:
        match key:
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                on.click()
            case Qt.Key.Key_Right:
                self.go_on()
            case Qt.Key.Key_Left:
                self.go_back()
            case Qt.Key.Key_Escape:
                self.put_away()
            case _:
                return False
        return True

    def _show_mark(self) -> None:
        mark, last = self.mark, self._at + 1 == len(self._marks)
        self.card.set_title(mark.title)
        self.card.set_text(mark.text)
        self._count.setText(self.tr("{at} dari {count}").format(at=self._at + 1, count=len(self._marks)))
        self.onward.setText(self.tr("Selesai") if last else self.tr("Lanjut"))
        if not self._at and self.back.hasFocus():
            self.onward.setFocus(Qt.FocusReason.OtherFocusReason)
        self.back.setEnabled(bool(self._at))
        announce(self, f"{mark.title}. {mark.text}")
        self._fit()

    def _hole(self) -> QRect:
        target = self.mark.target
        if target is None or not isValid(target) or not target.isVisible():
            return QRect()
        return QRect(target.mapTo(self._covered, QPoint()), target.size()).intersected(self.rect())

    @Slot()
    def _fit(self) -> None:
        """Put the card beside the part that is spoken of, within the window, and cover as little of it as may be."""
        gap, card = self._theme.px(GAP), self.card
        width = min(card.wanted_width(), self.width() - 2 * gap)
        card.setFixedWidth(width)
        layout = card.layout()
        height = layout.totalHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else 0
        card.resize(width, max(height, card.sizeHint().height()))
        hole = self._hole()
        middle = (self.width() - card.width()) // 2, (self.height() - card.height()) // 2
        if hole.isEmpty():
            x, y = middle
        elif self.width() - hole.right() > card.width() + 2 * gap:
            x, y = hole.right() + gap, hole.center().y() - card.height() // 2
        elif hole.top() > card.height() + 2 * gap:
            x, y = middle[0], hole.top() - gap - card.height()
        else:
            x, y = hole.right() - card.width() - gap, hole.bottom() - card.height() - gap
        x = max(gap, min(x, self.width() - card.width() - gap))
        y = max(gap, min(y, self.height() - card.height() - gap))
        card.move(x, y)
        self.update()
