"""Notices that nobody has touched the PC for a while."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication

_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class IdleWatch(QObject):
    """Watches the windows of the application, each from when it is first the one that has the keyboard.

    All that a person does comes to a window before it goes on to a control. A filter on the application would see it
    too, but be called for every paint, layout and timer of every control as well: thousands of times at a start.

    Signals: `idle()` when neither key nor mouse was used for so long; again only after the next sign of life.
    """

    idle = Signal()

    def __init__(self, application: QApplication, after_ms: int, *, parent: QObject | None = None) -> None:
        """`after_ms` of 0 or less: never."""
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timeout)
        self._after_ms = after_ms
        if after_ms > 0:
            application.focusWindowChanged.connect(self._watch)
            self._watch(application.focusWindow())
            self._timer.start(after_ms)

    def left_ms(self) -> int:
        """Milliseconds until the PC counts as left; -1 when it does already, or never will."""
        return self._timer.remainingTime()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin to count anew; the event goes on to whom it is for."""
        if event.type() in _SIGNS_OF_LIFE:
            self._timer.start(self._after_ms)
        return super().eventFilter(watched, event)

    @Slot(QWindow)
    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)  # twice is once

    @Slot()
    def _on_timeout(self) -> None:
        self.idle.emit()
