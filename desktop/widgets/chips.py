"""Filter chips above a list: each with a count, one chosen or several, removable ones with a cross."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.figures import format_count
from desktop.widgets.flow_layout import FlowLayout
from desktop.widgets.literal import LiteralButton
from desktop.widgets.painting import draw_icon, draw_text, fill_box, text_width
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

HEIGHT = 28
PADDING = 12
GAP = 7
CROSS = 14


class FilterChip(LiteralButton):
    """A rounded chip that can be switched on; a removable one has a cross.

    Signals: the button's own `toggled(bool)`, and `removed()` when the cross or the Delete key is pressed.
    """

    removed = Signal()

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        count: int | None = None,
        removable: bool = False,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count = count
        self._removable = removable
        self._icon_name = icon
        self.setText(text)
        self.setCheckable(not removable and not icon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name()
        theme.changed.connect(self._restyle)

    def set_count(self, count: int | None) -> None:
        """Show another count, or none."""
        self._count = count
        self._name()
        self._restyle()

    def sizeHint(self) -> QSize:
        """Fit the text as if it were chosen, so that choosing moves nothing."""
        theme = self._theme
        width = text_width(self.text(), self._font(strong=True)) + 1 + 2 * theme.px(PADDING)
        if self._count is not None:
            width += theme.px(GAP) + text_width(format_count(self._count), self._font(strong=True)) + 1
        if self._removable or self._icon_name:
            width += theme.px(GAP + CROSS)
        return QSize(width, theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Never shorten a filter."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip in its present state."""
        theme = self._theme
        painter = QPainter(self)
        chosen = self.isChecked()
        ground = "selection" if chosen else "hover" if self.underMouse() else "surface"
        # A radius above half the height would not be drawn as a half circle by every backend.
        fill_box(
            painter,
            QRectF(self.rect()),
            radius=self.height() / 2,
            fill=theme.colour(ground),
            border=theme.colour("primary" if chosen else "control_border"),
            dashed=bool(self._icon_name),
        )
        ink = theme.colour("primary" if chosen else "text")
        x = theme.px(PADDING)
        if self._icon_name:
            side = theme.px(CROSS)
            draw_icon(painter, theme, QRect(x, 0, side, self.height()), self._icon_name, colour=ink, size=CROSS)
            x += side + theme.px(GAP)
        font = self._font(strong=chosen)
        end = self.width() - theme.px(PADDING)
        if self._removable:
            end -= theme.px(CROSS)
            draw_icon(painter, theme, self._cross(), "x", colour=theme.colour("text_secondary"), size=CROSS)
        if self._count is not None:
            number = format_count(self._count)
            width = text_width(number, self._font(strong=True)) + 1
            rect = QRect(end - width, 0, width, self.height())
            draw_text(painter, rect, number, font=self._font(strong=True), colour=ink)
        draw_text(painter, QRect(x, 0, end - x, self.height()), self.text(), font=font, colour=ink)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Remove the chip when its cross is clicked."""
        if self._removable and self._cross().contains(event.position().toPoint()) and self.isDown():
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the chip with Delete or Backspace."""
        if self._removable and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.removed.emit()
            return
        super().keyPressEvent(event)

    def _cross(self) -> QRect:
        side = self._theme.px(CROSS)
        return QRect(self.width() - self._theme.px(PADDING) - side + self._theme.px(2), 0, side, self.height())

    def _font(self, *, strong: bool) -> QFont:
        return self._theme.font(TextRole.CAPTION_STRONG if strong else TextRole.CAPTION, tabular=True)

    def _name(self) -> None:
        count = "" if self._count is None else f", {format_count(self._count)}"
        self.setAccessibleName(self.text() + count)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class FilterChipBar(QWidget):
    """Chips of which exactly one is chosen, named by keys; further chips may be added behind them.

    Signals: `chosen(str)` with the key when a person chooses another chip.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: dict[str, FilterChip] = {}
        self._flow = FlowLayout(theme, parent=self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add_choice(self, key: str, text: str, *, count: int | None = None) -> FilterChip:
        """Add one of the exclusive chips; the first is chosen."""
        chip = FilterChip(self._theme, text, count=count, parent=self)
        chip.setChecked(not self._chips)
        chip.setProperty("key", key)
        chip.clicked.connect(self._on_clicked)
        self._chips[key] = chip
        self._flow.addWidget(chip)
        return chip

    def add_chip(self, chip: FilterChip) -> None:
        """Add a removable chip or a button; its signals are the caller's to connect."""
        self._flow.addWidget(chip)

    def remove_chip(self, chip: FilterChip) -> None:
        """Take a chip away that add_chip added."""
        self._flow.removeWidget(chip)
        chip.hide()
        chip.deleteLater()

    def set_count(self, key: str, count: int | None) -> None:
        """Show another count on a chip; raises KeyError for an unknown key."""
        self._chips[key].set_count(count)

    def current(self) -> str:
        """Give the key of the chosen chip, or an empty text if there is none."""
        return next((key for key, chip in self._chips.items() if chip.isChecked()), "")

    def set_current(self, key: str) -> None:
        """Choose a chip without the signal; raises KeyError for an unknown key."""
        self._chips[key].setChecked(True)
        for other, chip in self._chips.items():
            chip.setChecked(other == key)

    @Slot()
    def _on_clicked(self) -> None:
        before = self.sender()
        key = str(before.property("key"))
        self.set_current(key)
        self.chosen.emit(key)
