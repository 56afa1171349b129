"""Push buttons: one primary action a screen, secondary and quiet ones, the gold stamp, links and icon buttons."""

from enum import Enum

import msgspec
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.widgets.labels import plain_tooltip
from desktop.widgets.painting import (
    draw_icon,
    draw_key_cap,
    draw_text,
    fill_box,
    key_cap_size,
    line_height,
)
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

PADDING = 13
STAMP_PADDING = 18
GAP = 8
STAMP_SPACING = 104
"""Letter spacing of the stamp in percent: set like a rubber stamp, a little apart."""


class ButtonKind(Enum):
    """How loud a button is."""

    PRIMARY = "primary"
    """The one action of a screen."""
    SECONDARY = "secondary"
    QUIET = "quiet"
    """No border until the mouse is over it."""
    LINK = "link"
    """Only text in the colour of links, for "Lihat semua" and the like."""
    STAMP = "stamp"
    """The gold stamp: disposing, approving, signing."""
    DANGER = "danger"
    """Removes or refuses something."""


# Tokens of each kind: text, ground at rest, ground under the mouse, ground while pressed, border.
GROUNDS = {
    ButtonKind.PRIMARY: ("on_primary", "primary", "primary_hover", "primary_pressed", ""),
    ButtonKind.SECONDARY: ("text", "surface", "hover", "selection", "control_border"),
    ButtonKind.QUIET: ("text", "", "hover", "selection", ""),
    ButtonKind.LINK: ("primary", "", "", "", ""),
    ButtonKind.STAMP: ("gold_ink", "gold_soft", "warning_soft", "warning_soft", "gold"),
    ButtonKind.DANGER: ("danger", "surface", "danger_soft", "danger_soft", "danger"),
}


class _Look(msgspec.Struct, frozen=True):
    """Colours of a button in its present state."""

    ink: QColor
    fill: QColor | None
    border: QColor | None


class Button(QPushButton):
    """A button with an optional icon and the picture of its shortcut keys.

    `key_hint` is only shown; the shortcut itself belongs to the view's QAction. The hint gives way when there is
    no room.
    """

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        kind: ButtonKind = ButtonKind.SECONDARY,
        icon: str = "",
        key_hint: str = "",
        tooltip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._kind = kind
        self._icon_name = icon
        self._key_hint = key_hint
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        # Enter presses the focused button of a dialog even when no button was made its default.
        self.setAutoDefault(False)
        if tooltip:
            self.setToolTip(plain_tooltip(tooltip))
        if kind is ButtonKind.LINK:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._restyle)

    def set_icon_name(self, icon: str) -> None:
        """Show another icon, or none."""
        self._icon_name = icon
        self._restyle()

    def set_key_hint(self, keys: str) -> None:
        """Show other keys, or none."""
        self._key_hint = keys
        self._restyle()

    def set_kind(self, kind: ButtonKind) -> None:
        """Make the button louder or quieter."""
        self._kind = kind
        self._restyle()

    def sizeHint(self) -> QSize:
        """Fit icon, text and keys."""
        return QSize(self._width(with_keys=True), self._height())

    def minimumSizeHint(self) -> QSize:
        """Fit icon and text; the keys may go."""
        return QSize(self._width(with_keys=False), self._height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button in its present state."""
        theme = self._theme
        painter = QPainter(self)
        look = self._look()
        width = 2.0 if self._kind is ButtonKind.STAMP else 1.0
        if look.fill is not None or look.border is not None:
            fill_box(
                painter,
                QRectF(self.rect()),
                radius=theme.px(MEASURES.radius),
                fill=look.fill,
                border=look.border,
                width=width,
            )
        keys = self._key_hint if self.width() >= self._width(with_keys=True) else ""
        content = self._width(with_keys=bool(keys)) - 2 * self._padding()
        x = max(self._padding(), (self.width() - content) // 2)
        if self._icon_name:
            side = theme.px(MEASURES.icon)
            draw_icon(painter, theme, QRect(x, 0, side, self.height()), self._icon_name, colour=look.ink)
            x += side + (theme.px(GAP) if self.text() else 0)
        words = min(self._words_width(), max(0, self.width() - x - (0 if keys else self._padding())))
        self._write(painter, QRect(x, 0, words, self.height()), look.ink)
        if keys:
            size = key_cap_size(theme, keys)
            place = QRect(x + words + theme.px(GAP), (self.height() - size.height()) // 2, size.width(), size.height())
            self._draw_keys(painter, place, look)
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that the mouse is over the button."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show that the mouse has left."""
        super().leaveEvent(event)
        self.update()

    def _write(self, painter: QPainter, rect: QRect, ink: QColor) -> None:
        font = self._text_font()
        if "&" in self.text():
            painter.setFont(font)
            painter.setPen(ink)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(rect, flags | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextShowMnemonic, self.text())
        else:
            draw_text(painter, rect, self.text(), font=font, colour=ink)

    def _draw_keys(self, painter: QPainter, place: QRect, look: _Look) -> None:
        if self._kind is ButtonKind.SECONDARY or self._kind is ButtonKind.QUIET:
            ink, border = self._theme.colour("text_secondary"), self._theme.colour("border")
            fill: QColor | None = self._theme.colour("row_alt")
        else:
            ink, border, fill = look.ink, look.ink, None
        if not self.isEnabled():
            ink = border = self._theme.colour("disabled")
        draw_key_cap(painter, self._theme, place, self._key_hint, ink=ink, border=border, fill=fill)

    def _look(self) -> _Look:
        colour = self._theme.colour
        hover, down = self.underMouse() and self.isEnabled(), self.isDown() or self.isChecked()
        if not self.isEnabled():
            bare = self._kind in {ButtonKind.QUIET, ButtonKind.LINK}
            return _Look(colour("disabled"), None if bare else colour("row_alt"), None if bare else colour("border"))
        ink, resting, over, pressed, border = GROUNDS[self._kind]
        ground = pressed if down else over if hover else resting
        return _Look(colour(ink), colour(ground) if ground else None, colour(border) if border else None)

    def _text_font(self) -> QFont:
        strong = self._kind in {ButtonKind.PRIMARY, ButtonKind.STAMP}
        font = self._theme.font(TextRole.BODY_STRONG if strong else TextRole.BODY)
        if self._kind is ButtonKind.STAMP:
            font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, STAMP_SPACING)
        return font

    def _padding(self) -> int:
        if self._kind is ButtonKind.LINK:
            return 0
        return self._theme.px(STAMP_PADDING if self._kind is ButtonKind.STAMP else PADDING)

    def _words_width(self) -> int:
        # Measured as it is drawn: a single ampersand underlines the next letter, a double one is one.
        size = QFontMetrics(self._text_font()).size(Qt.TextFlag.TextShowMnemonic, self.text())
        return size.width() + 1

    def _width(self, *, with_keys: bool) -> int:
        width = self._words_width() + 2 * self._padding()
        if self._icon_name:
            width += self._theme.px(MEASURES.icon) + (self._theme.px(GAP) if self.text() else 0)
        if with_keys and self._key_hint:
            width += self._theme.px(GAP) + key_cap_size(self._theme, self._key_hint).width()
        return width

    def _height(self) -> int:
        if self._kind is ButtonKind.LINK:
            return max(line_height(self._text_font()), self._theme.px(MEASURES.link))
        return self._theme.px(MEASURES.control_large if self._kind is ButtonKind.STAMP else MEASURES.control)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class IconButton(QPushButton):
    """A square button with only an icon; `name` is read aloud and shown as the tooltip."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        name: str,
        *,
        framed: bool = True,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self._framed = framed
        self._side = 24 if small else MEASURES.control
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_name(name)
        theme.changed.connect(self._restyle)

    def set_name(self, name: str) -> None:
        """Say something else aloud and in the tooltip."""
        self.setAccessibleName(name)
        self.setToolTip(plain_tooltip(name))

    def set_icon_name(self, icon: str) -> None:
        """Show another icon."""
        self._icon_name = icon
        self.update()

    def sizeHint(self) -> QSize:
        """Be square."""
        side = self._theme.px(self._side)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Never shrink."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button in its present state."""
        colour = self._theme.colour
        painter = QPainter(self)
        hover, down = self.underMouse() and self.isEnabled(), self.isDown() or self.isChecked()
        ground = "selection" if down else "hover" if hover else "surface"
        if self._framed:
            border = colour("control_border" if self.isEnabled() else "border")
            self._box(painter, fill=colour(ground), border=border)
        elif hover or down:
            self._box(painter, fill=colour(ground), border=None)
        ink = colour("primary" if self.isChecked() else "text" if self._framed else "text_secondary")
        draw_icon(
            painter, self._theme, self.rect(), self._icon_name, colour=ink if self.isEnabled() else colour("disabled")
        )
        painter.end()

    def _box(self, painter: QPainter, *, fill: QColor, border: QColor | None) -> None:
        radius = self._theme.px(MEASURES.radius)
        fill_box(painter, QRectF(self.rect()), radius=radius, fill=fill, border=border)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
