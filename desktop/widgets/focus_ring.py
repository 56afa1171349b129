"""The ring round the control that has the keyboard: two pixels, one pixel away, never cut by its neighbours."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from desktop.widgets.painting import fill_box
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES

RINGED = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit)
RING_COLOUR = "ringColour"
"""Property of a control that stands on another ground: the token of its ring's colour."""
MOVES = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.ParentChange})


class FocusRing(QWidget):
    """The ring of one window; lies over everything and lets the mouse through."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._following = False
        self._above: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def target(self) -> QWidget | None:
        """Give the control the ring is round."""
        return self._target

    def surround(self, target: QWidget | None) -> None:
        """Go round another control, or away."""
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched = []
        self._target = target
        for widget in _up_to(self._window, target):
            widget.installEventFilter(self)
            self._watched.append(widget)
        if target is not None:
            target.destroyed.connect(self._on_destroyed)
        self.follow()

    def give_way(self, above: QWidget | None) -> None:
        """Stay out of what lies over a part of the window for a moment, unless the control is within it."""
        self._above = above
        self.follow()

    def follow(self) -> None:
        """Take up the place of the control, cut off where it is scrolled out of view."""
        target = self._target
        if target is None or not target.isVisible():
            self.hide()
            return
        reach = MEASURES.ring + MEASURES.ring_gap
        window = self._window
        whole = QRect(target.mapTo(window, QPoint(0, 0)), target.size()).adjusted(-reach, -reach, reach, reach)
        seen = whole
        for widget in self._watched:
            if isinstance(widget.parentWidget(), QAbstractScrollArea):
                pane = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
                seen = seen.intersected(pane)
        if seen.isEmpty():
            self.hide()
            return
        self.setGeometry(whole)
        self.setMask(QRegion(seen).subtracted(self._covered(target)).translated(-whole.topLeft()))
        self.show()
        self.raise_()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the control when it or anything around it moves."""
        if event.type() == QEvent.Type.Hide:
            self.follow()
        elif event.type() in MOVES and not self._following:
            # A form that opens moves each of its parts, some twice. The ring goes round once when all stand, which is
            # before anything is painted: that has a lower priority.
            self._following = True
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))
        return super().eventFilter(watched, event)

    def customEvent(self, event: QEvent) -> None:
        """Go round the control where it stands now."""
        self._following = False
        self.follow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring."""
        if self._target is None:
            return
        token = self._target.property(RING_COLOUR) or "primary"
        painter = QPainter(self)
        radius = self._theme.px(MEASURES.radius) + MEASURES.ring + MEASURES.ring_gap
        ink = self._theme.colour(str(token))
        fill_box(painter, QRectF(self.rect()), radius=radius, border=ink, width=MEASURES.ring)
        painter.end()

    def _covered(self, target: QWidget) -> QRegion:
        above = self._above
        if above is None or not isValid(above) or not above.isVisible() or above.isAncestorOf(target):
            return QRegion()
        return QRegion(QRect(above.mapTo(self._window, QPoint(0, 0)), above.size()))

    @Slot()
    def _on_destroyed(self) -> None:
        self._watched = []
        self._target = None
        self.hide()


def _up_to(window: QWidget, target: QWidget | None) -> list[QWidget]:
    around: list[QWidget] = []
    widget = target
    while widget is not None and widget is not window:
        around.append(widget)
        widget = widget.parentWidget()
    return around


def ring_in(window: QWidget) -> FocusRing | None:
    """The ring of a window, if it has one yet."""
    found = window.findChild(FocusRing, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, FocusRing) else None


class FocusTracker(QObject):
    """Gives every window of the program its ring; made once, beside the theme."""

    def __init__(self, theme: Theme, app: QApplication) -> None:
        super().__init__(app)
        self._theme = theme
        app.focusChanged.connect(self._on_focus)
        theme.changed.connect(self._on_theme)
        self._app = app

    @Slot(QWidget, QWidget)
    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        window = None if now is None else now.window()
        if before is not None and before.window() is not window:
            self._ring_of(before.window()).surround(None)
        if now is None or window is None:
            return
        wanted = isinstance(now, RINGED)
        # A button one clicks needs no ring; a field one clicks into does, to show where typing goes.
        if isinstance(now, QAbstractButton) and QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            wanted = False
        self._ring_of(window).surround(now if wanted else None)

    @Slot()
    def _on_theme(self) -> None:
        now = self._app.focusWidget()
        if now is not None:
            self._ring_of(now.window()).follow()

    def _ring_of(self, window: QWidget) -> FocusRing:
        return ring_in(window) or FocusRing(self._theme, window)
