"""People to choose one from: initials, name and what they are."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from desktop.widgets.boxes import Column
from desktop.widgets.literal import LiteralButton
from desktop.widgets.painting import CENTRE, draw_icon, draw_text, fill_box, line_height
from desktop.widgets.surfaces import Surface
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

ROW_HEIGHT = 48
AVATAR = 32
PADDING = 10
MOST_SHOWN = 6
GAP = 4


class PersonEntry(msgspec.Struct, frozen=True):
    """One person: `key` for the program, two letters, and two lines."""

    key: str
    initials: str
    name: str
    detail: str


class PersonRow(LiteralButton):
    """One person of the list."""

    opened = Signal()

    def __init__(self, theme: Theme, entry: PersonEntry, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entry = entry
        self.setText(entry.name)
        self.setAccessibleName(f"{entry.name}, {entry.detail}")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    @property
    def key(self) -> str:
        """Whom it stands for."""
        return self._entry.key

    def sizeHint(self) -> QSize:
        """Give every row the same height."""
        return QSize(self._theme.px(240), self._theme.px(ROW_HEIGHT))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open with a double click."""
        super().mouseDoubleClickEvent(event)
        self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave arrows and Enter to the list."""
        keys = Qt.Key
        if event.key() in {keys.Key_Up, keys.Key_Down, keys.Key_Return, keys.Key_Enter}:
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row."""
        theme, colour = self._theme, self._theme.colour
        painter = QPainter(self)
        chosen = self.isChecked()
        ground = "selection" if chosen else "hover" if self.underMouse() else "surface"
        radius = theme.px(MEASURES.radius)
        border = colour("primary") if chosen else None
        fill_box(painter, QRectF(self.rect()), radius=radius, fill=colour(ground), border=border)
        side = theme.px(AVATAR)
        mark = QRect(theme.px(PADDING), (self.height() - side) // 2, side, side)
        fill_box(painter, QRectF(mark), radius=side / 2, fill=colour("avatar"))
        letters = theme.font(TextRole.CAPTION_STRONG)
        draw_text(painter, mark, self._entry.initials, font=letters, colour=colour("nav_text_strong"), align=CENTRE)
        x = mark.right() + theme.px(PADDING)
        width = self.width() - x - theme.px(PADDING + MEASURES.icon)
        strong, quiet = theme.font(TextRole.BODY_STRONG), theme.font(TextRole.CAPTION)
        first, second = line_height(strong), line_height(quiet)
        top = (self.height() - first - second) // 2
        draw_text(painter, QRect(x, top, width, first), self._entry.name, font=strong, colour=colour("text"))
        below = QRect(x, top + first, width, second)
        draw_text(painter, below, self._entry.detail, font=quiet, colour=colour("text_secondary"))
        if chosen:
            side = theme.px(MEASURES.icon)
            place = QRect(self.width() - side - theme.px(PADDING), 0, side, self.height())
            draw_icon(painter, theme, place, "check", colour=colour("primary"))
        painter.end()

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class PersonList(QScrollArea):
    """The people; one of them is chosen.

    Signals: `chosen(str)` with the key of another person; `opened(str)` on Enter or a double click.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[PersonRow] = []
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = Surface(theme)
        self._column = Column(theme, gap=GAP, margins=(4, 4, 4, 4), parent=inner)
        self._column.addStretch(1)
        self.setWidget(inner)
        theme.changed.connect(self._restyle)

    def set_people(self, people: Sequence[PersonEntry]) -> None:
        """Show these; the first one is chosen."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [PersonRow(self._theme, one, parent=self.widget()) for one in people]
        for place, row in enumerate(self._rows):
            row.setChecked(place == 0)
            row.clicked.connect(self._on_clicked)
            row.opened.connect(self._on_opened)
            self._column.insertWidget(place, row)
            row.show()  # the layout would do it a turn of the event loop later, and what is hidden takes no keyboard
        self._restyle()
        if self._rows:
            self.chosen.emit(self.current())

    def current(self) -> str:
        """Give the key of the chosen person, or an empty text."""
        return next((row.key for row in self._rows if row.isChecked()), "")

    def focus_current(self) -> None:
        """Give the keyboard to the chosen person."""
        for row in self._rows:
            if row.isChecked():
                row.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with the arrows, open with Enter."""
        keys = Qt.Key
        step = {keys.Key_Up: -1, keys.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if event.key() in {keys.Key_Return, keys.Key_Enter} and self.current():
            self.opened.emit(self.current())
        elif step:
            place = next((at for at, row in enumerate(self._rows) if row.isChecked()), -1) + step
            if 0 <= place < len(self._rows):
                self._rows[place].setFocus(Qt.FocusReason.TabFocusReason)
                self._rows[place].click()
                self.ensureWidgetVisible(self._rows[place])
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self.current())

    @Slot()
    def _on_opened(self) -> None:
        self.opened.emit(self.current())

    @Slot()
    def _restyle(self) -> None:
        shown = max(1, min(MOST_SHOWN, len(self._rows)))
        self.setFixedHeight(self._theme.px(shown * (ROW_HEIGHT + GAP) + 2 * GAP))
