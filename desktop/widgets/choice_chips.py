"""Numbered choices that are switched on by a click or by their digit: recipients, instructions."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.boxes import Grid
from desktop.widgets.labels import plain_tooltip
from desktop.widgets.literal import LiteralButton
from desktop.widgets.painting import draw_icon, draw_key_cap, draw_text, fill_box, text_width, wrap_lines
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

HIGHEST_DIGIT = 9
HEIGHT = 34
"""Two lines of small text with a little air."""
PADDING = 8
GAP = 7
CAP = 18
SHORTEST_TEXT = 60
ELLIPSIS = "…"
ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ChoiceChip(LiteralButton):
    """A wide chip with its digit in front and a check mark behind when chosen."""

    def __init__(self, theme: Theme, text: str, *, digit: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._digit = digit
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        """Fit digit, text and check mark."""
        words = text_width(self.text(), self._theme.font(TextRole.BODY_STRONG)) + 1
        return QSize(words + self._frame(), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Give way to a narrow pane; the text is then shortened and is the tooltip."""
        shortest = self._theme.px(SHORTEST_TEXT) + self._frame()
        return QSize(min(shortest, self.sizeHint().width()), self._theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip in its present state."""
        theme, colour = self._theme, self._theme.colour
        painter = QPainter(self)
        chosen = self.isChecked()
        ground = "selection" if chosen else "hover" if self.underMouse() else "surface"
        border = colour("primary" if chosen else "control_border")
        radius = theme.px(MEASURES.radius)
        fill_box(painter, QRectF(self.rect()), radius=radius, fill=colour(ground), border=border)
        x = theme.px(PADDING)
        side = theme.px(CAP)
        if self._digit:
            cap = QRect(x, (self.height() - side) // 2, side, side)
            ink = colour("primary" if chosen else "text_secondary")
            edge = colour("primary" if chosen else "border")
            fill = colour("surface" if chosen else "row_alt")
            draw_key_cap(painter, theme, cap, str(self._digit), ink=ink, border=edge, fill=fill)
            x += side + theme.px(GAP)
        end = self.width() - theme.px(PADDING)
        if chosen:
            draw_icon(
                painter,
                theme,
                QRect(end - theme.px(MEASURES.icon_small), 0, theme.px(MEASURES.icon_small), self.height()),
                "check",
                colour=colour("primary"),
                size=MEASURES.icon_small,
            )
            end -= side
        self._write(painter, QRect(x, 0, end - x, self.height()))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrows and Enter to the grid, which knows its columns and what comes behind it."""
        if event.key() in ARROWS or event.key() in ENTER:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _write(self, painter: QPainter, place: QRect) -> None:
        """Write the text; what is too long for one line, as titles of positions are, in two small ones."""
        theme, chosen = self._theme, self.isChecked()
        colour = theme.colour("primary" if chosen else "text")
        font = theme.font(TextRole.BODY_STRONG if chosen else TextRole.BODY)
        lines, shortened = [self.text()], False
        if text_width(self.text(), font) > place.width():
            font = theme.font(TextRole.CAPTION_STRONG if chosen else TextRole.CAPTION)
            lines = wrap_lines(self.text(), font, place.width(), most=2)
            shortened = lines[-1].endswith(ELLIPSIS)
        self.setToolTip(plain_tooltip(self.text()) if shortened else "")
        height = QFontMetrics(font).height()
        top = (place.height() - height * len(lines)) // 2
        for number, line in enumerate(lines):
            row = QRect(place.x(), top + number * height, place.width(), height)
            draw_text(painter, row, line, font=font, colour=colour)

    def _frame(self) -> int:
        cap = self._theme.px(CAP) + self._theme.px(GAP) if self._digit else 0
        return 2 * self._theme.px(PADDING) + cap + self._theme.px(CAP)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class ChoiceGrid(QWidget):
    """Choice chips in columns; the first nine are switched by their digits while the focus is inside.

    Signals: `selection_changed()`; `confirmed()` on Enter, when the keyboard goes on to what comes behind. With
    `single`, choosing one lets go of the others.
    """

    selection_changed = Signal()
    confirmed = Signal()

    def __init__(self, theme: Theme, *, columns: int = 2, single: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns = columns
        self._single = single
        self._chips: dict[str, ChoiceChip] = {}
        self._grid = Grid(theme, gaps=(6, 4), parent=self)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Replace the choices by pairs of key and text; nothing is chosen then."""
        for chip in self._chips.values():
            self._grid.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = {}
        for place, (key, text) in enumerate(choices):
            digit = place + 1 if place < HIGHEST_DIGIT else 0
            chip = ChoiceChip(self._theme, text, digit=digit, parent=self)
            chip.setProperty("key", key)
            chip.clicked.connect(self._on_clicked)
            self._grid.addWidget(chip, place // self._columns, place % self._columns)
            # A layout shows what it is given a moment later, and what is not shown cannot take the keyboard.
            chip.show()
            self._chips[key] = chip

    def selected(self) -> list[str]:
        """Give the keys of the chosen chips in their order."""
        return [key for key, chip in self._chips.items() if chip.isChecked()]

    def select(self, keys: Sequence[str]) -> None:
        """Choose exactly these keys without the signal; unknown ones are left out."""
        for key, chip in self._chips.items():
            chip.setChecked(key in keys)

    def toggle_digit(self, digit: int) -> bool:
        """Switch the chip with this digit as if clicked; tell whether there is one."""
        chips = list(self._chips.values())
        if not 1 <= digit <= min(HIGHEST_DIGIT, len(chips)):
            return False
        chips[digit - 1].click()
        return True

    def focus_first(self) -> None:
        """Put the focus on the first chip, so that digits and arrows work."""
        for chip in self._chips.values():
            chip.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch a chip by its digit; move between chips with the arrows."""
        key = event.key()
        plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        if plain and Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and self.toggle_digit(key - Qt.Key.Key_0):
            return
        if plain and key in ENTER:
            self.confirmed.emit()
            return
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }
        if key in steps and self._move(steps[Qt.Key(key)]):
            return
        super().keyPressEvent(event)

    def _move(self, step: int) -> bool:
        chips = list(self._chips.values())
        here = next((place for place, chip in enumerate(chips) if chip.hasFocus()), None)
        if here is None or not 0 <= here + step < len(chips):
            return False
        chips[here + step].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    @Slot()
    def _on_clicked(self) -> None:
        if self._single:
            chosen = str(self.sender().property("key"))
            for key, chip in self._chips.items():
                chip.setChecked(chip.isChecked() and key == chosen)
        self.selection_changed.emit()
