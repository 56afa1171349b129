"""A pane that scrolls up and down when its content is higher, and never sideways."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

ROOM = 16


class PaneScroll(QScrollArea):
    """Holds one widget as wide as the pane; the control to which the keyboard goes comes into sight."""

    def __init__(self, content: QWidget, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            # Qt scrolls by itself only when the Tab key moves the focus; here digits and Enter do so too.
            app.focusChanged.connect(self._on_focus)

    @Slot(QWidget, QWidget)
    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        # What is pressed is in sight, and must not slip away from under the pointer before it is let go.
        pressed = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if now is not None and not pressed and self._content.isAncestorOf(now):
            self.ensureWidgetVisible(now, ROOM, ROOM)
