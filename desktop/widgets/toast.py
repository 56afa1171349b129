"""A short message at the foot of the window that goes by itself and never takes the focus."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.widgets.announcing import announce
from desktop.widgets.boxes import Row
from desktop.widgets.focus_ring import ring_in
from desktop.widgets.labels import ElidedLabel, IconLabel
from desktop.widgets.painting import CENTRE, draw_text, fill_box, text_width
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

SECOND = 1000
USUAL_SECONDS = 6
MARGIN = 20
# Over the buttons with which most screens end.
LIFT = 76
HEIGHT = 40
# The right of the strip tells of the sync.
WIDEST_ON_STRIP = 0.66


class Toast(QWidget):
    """One message, with an action at most and the seconds left for it.

    Signals: `action_triggered()`; `expired()` when the time is over or the message is put away.
    """

    action_triggered = Signal()
    expired = Signal()

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        icon: str = "check",
        action: str = "",
        seconds: int = USUAL_SECONDS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._action = action
        self._left = seconds
        self._text = ElidedLabel(theme, text, colour="toast_text")
        self._icon = IconLabel(theme, icon, colour="toast_text")
        self._button = _ToastButton(theme, self)
        self._button.setVisible(bool(action))
        self._button.clicked.connect(self._on_action)
        row = Row(theme, gap=12, margins=(16, 0, 8, 0) if action else (16, 4, 16, 4), parent=self)
        row.add(self._icon, self._text, self._button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        self._timer = QTimer(self)
        self._timer.setInterval(SECOND)
        self._timer.timeout.connect(self._on_second)
        self._count()

    def start(self) -> None:
        """Begin to count down."""
        self._timer.start()
        announce(self, self._text.text())

    def text(self) -> str:
        """Give the message."""
        return self._text.text()

    def offers_action(self) -> bool:
        """Tell whether the message has a button."""
        return bool(self._action)

    def seconds_left(self) -> int:
        """Give the seconds that are left."""
        return self._left

    @Slot()
    def put_away(self) -> None:
        """End before the time is over."""
        if self._timer.isActive():
            self._timer.stop()
            self.expired.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dark ground."""
        painter = QPainter(self)
        radius = self._theme.px(MEASURES.radius)
        border = self._theme.colour("border") if self._theme.tokens.dark else None
        fill_box(painter, QRectF(self.rect()), radius=radius, fill=self._theme.colour("toast"), border=border)
        painter.end()

    @Slot()
    def _on_second(self) -> None:
        self._left -= 1
        self._count()
        if self._left <= 0:
            self.put_away()

    @Slot()
    def _on_action(self) -> None:
        self._timer.stop()
        self.action_triggered.emit()
        self.expired.emit()

    def _count(self) -> None:
        if self._action:
            self._button.show_text(
                self.tr("{action} ({seconds})").format(action=self._action, seconds=max(0, self._left))
            )


class _ToastButton(QPushButton):
    """The action, in the light colour that is readable on the dark ground."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._widest = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("ringColour", "toast_action")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Write another text; the button never gets narrower, so that the count does not make it jump."""
        self.setText(text)
        self.setAccessibleName(text)
        self._widest = max(self._widest, text_width(text, self._font()) + 1)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Fit the text."""
        return QSize(self._widest + 2 * self._theme.px(8), self._theme.px(MEASURES.control))

    def minimumSizeHint(self) -> QSize:
        """Never shorten an action."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the action, underlined while the mouse is over it."""
        painter = QPainter(self)
        font = self._font()
        font.setUnderline(self.underMouse())
        draw_text(painter, self.rect(), self.text(), font=font, colour=self._theme.colour("toast_action"), align=CENTRE)
        painter.end()

    def _font(self) -> QFont:
        return self._theme.font(TextRole.BODY_STRONG, tabular=True)


class ToastHost(QObject):
    """Shows toasts over a window, one after the other, centred at its foot above the status strip.

    What offers an action stays up for long: it lies on the strip, and covers no button with which people go on.
    """

    def __init__(self, theme: Theme, window: QWidget, *, above: int = 32) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._above = above
        self._waiting: list[Toast] = []
        self._shown: Toast | None = None
        window.installEventFilter(self)

    def show_toast(self, text: str, *, icon: str = "check", action: str = "", seconds: int = USUAL_SECONDS) -> Toast:
        """Queue a message and give it, so that its `action_triggered` can be connected."""
        toast = Toast(self._theme, text, icon=icon, action=action, seconds=seconds, parent=self._window)
        toast.hide()
        toast.expired.connect(self._on_expired)
        self._waiting.append(toast)
        # A message that is still up yields to the newer one, unless it offers something.
        if self._shown is None:
            self._show_next()
        elif not self._shown.offers_action():
            self._shown.put_away()
        return toast

    def shown(self) -> Toast | None:
        """Give the message that is up."""
        return self._shown

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay centred when the window changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    @Slot()
    def _on_expired(self) -> None:
        if self._shown is not None:
            self._shown.hide()
            self._shown.deleteLater()
            self._shown = None
            self._keep_ring_away()
        self._show_next()

    def _show_next(self) -> None:
        if not self._waiting:
            return
        self._shown = self._waiting.pop(0)
        self._place()
        self._shown.show()
        self._shown.raise_()
        self._shown.start()
        self._keep_ring_away()

    def _keep_ring_away(self) -> None:
        # The ring lies over all of the window, a message over the controls.
        ring = ring_in(self._window.window())
        if ring is not None:
            ring.give_way(self._shown)

    def _place(self) -> None:
        if self._shown is None:
            return
        if self._shown.offers_action():
            strip = self._theme.px(self._above)
            width = min(self._shown.sizeHint().width(), round(self._window.width() * WIDEST_ON_STRIP))
            self._shown.setGeometry(0, self._window.height() - strip, width, strip)
            return
        room = self._window.width() - 2 * self._theme.px(MARGIN)
        width = min(self._shown.sizeHint().width(), room)
        height = max(self._shown.sizeHint().height(), self._theme.px(HEIGHT))
        y = self._window.height() - self._theme.px(self._above) - self._theme.px(LIFT) - height
        self._shown.setGeometry((self._window.width() - width) // 2, y, width, height)
