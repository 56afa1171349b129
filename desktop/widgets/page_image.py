"""One page of a scan on a quiet ground: fitted, zoomed, turned and moved."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from desktop.widgets.theme import Theme

ZOOM_STEP = 1.25
SMALLEST_ZOOM = 0.25
LARGEST_ZOOM = 6.0
MARGIN = 12
GUTTER = 56
QUARTER = 90
FULL_TURN = 360
WHEEL_NOTCH = 120


class PageImage(QAbstractScrollArea):
    """Paints a page; a zoom of 1 fits its width.

    Signals: `zoomed(float)`; `turned(int)` with the clockwise degrees the page is turned by now.
    """

    zoomed = Signal(float)
    turned = Signal(int)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image = QImage()
        self._scaled = QPixmap()
        self._zoom = 1.0
        self._turn = 0
        self._grabbed: QPoint | None = None
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._restyle()
        theme.changed.connect(self._restyle)

    def set_image(self, image: QImage, *, sharper: bool = False) -> None:
        """Show another page at the present zoom, from its top, not turned; a `sharper` one where it stands."""
        self._image = image
        if not sharper:
            self._turn = 0
        self._rebuild()
        if not sharper:
            self.verticalScrollBar().setValue(0)

    def image(self) -> QImage:
        """Give the page as it came, not turned."""
        return self._image

    def zoom(self) -> float:
        """Give the zoom; 1 fits the width."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Zoom, within limits, keeping the middle of the view in place."""
        wanted = min(LARGEST_ZOOM, max(SMALLEST_ZOOM, zoom))
        if wanted == self._zoom:
            return
        bar = self.verticalScrollBar()
        middle = (bar.value() + bar.pageStep() / 2) / max(1, bar.maximum() + bar.pageStep())
        self._zoom = wanted
        self._rebuild()
        bar.setValue(round(middle * (bar.maximum() + bar.pageStep()) - bar.pageStep() / 2))
        self.zoomed.emit(wanted)

    def turn(self) -> int:
        """Give the clockwise degrees the page is turned by."""
        return self._turn

    def turn_right(self) -> None:
        """Turn the page by a quarter, clockwise."""
        self._turn = (self._turn + QUARTER) % FULL_TURN
        self._rebuild()
        self.turned.emit(self._turn)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the page with a thin border; in the dark look white paper is toned down."""
        theme = self._theme
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.colour("backdrop"))
        if not self._scaled.isNull():
            place = self._place()
            painter.drawPixmap(place.topLeft(), self._scaled)
            if theme.tokens.dark:
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
                painter.fillRect(place, theme.colour("paper"))
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            painter.setPen(theme.colour("border"))
            painter.drawRect(place.adjusted(-1, -1, 0, 0))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the page anew."""
        super().resizeEvent(event)
        self._rebuild()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl and the wheel; scroll without."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self._zoom * ZOOM_STEP ** (event.angleDelta().y() / WHEEL_NOTCH))
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll with arrows and by pages; the keys of the pages belong to the widget around."""
        keys = Qt.Key
        if event.key() in {keys.Key_Up, keys.Key_Down, keys.Key_Left, keys.Key_Right}:
            super().keyPressEvent(event)
            return
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab the page."""
        self._grabbed = event.position().toPoint()
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the grabbed page."""
        if self._grabbed is None:
            return
        point = event.position().toPoint()
        moved = point - self._grabbed
        self._grabbed = point
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - moved.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the page."""
        self._grabbed = None
        self.viewport().unsetCursor()

    @Slot()
    def _restyle(self) -> None:
        # What lies behind the scroll bars is not part of the viewport and would stay in the usual colour.
        palette = self.palette()
        for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base):
            palette.setColor(role, self._theme.colour("backdrop"))
        self.setPalette(palette)
        self._rebuild()
        self.viewport().update()

    def _rebuild(self) -> None:
        if self._image.isNull() or self.viewport().width() <= 0:
            self._scaled = QPixmap()
            self._set_ranges(QSize(0, 0))
            return
        turned = self._image.transformed(QTransform().rotate(self._turn)) if self._turn else self._image
        ratio = self.devicePixelRatioF()
        # The buttons beside the page have a gutter of their own, so that they hide nothing at the usual zoom.
        room = max(1, self._usual_width() - self._theme.px(MARGIN + GUTTER))
        width = max(1, round(room * self._zoom * ratio))
        smooth = Qt.TransformationMode.SmoothTransformation
        self._scaled = QPixmap.fromImage(turned.scaledToWidth(width, smooth))
        self._scaled.setDevicePixelRatio(ratio)
        self._set_ranges(self._scaled.deviceIndependentSize().toSize())
        self.viewport().update()

    def _usual_width(self) -> int:
        # As if the scroll bar were always there: else the page would change its size when it comes or goes.
        bar = self.verticalScrollBar()
        return self.viewport().width() - (0 if bar.isVisible() else bar.sizeHint().width())

    def _set_ranges(self, page: QSize) -> None:
        margin, view = 2 * self._theme.px(MARGIN), self.viewport().size()
        for bar, whole, shown in (
            (self.horizontalScrollBar(), page.width(), view.width()),
            (self.verticalScrollBar(), page.height(), view.height()),
        ):
            bar.setRange(0, max(0, whole + margin - shown) if page.width() else 0)
            bar.setPageStep(max(1, shown))
            bar.setSingleStep(self._theme.px(32))

    def _place(self) -> QRect:
        size = self._scaled.deviceIndependentSize().toSize()
        margin = self._theme.px(MARGIN)
        room = self._usual_width() - self._theme.px(MARGIN + GUTTER)
        x = margin + max(0, (room - size.width()) // 2) - self.horizontalScrollBar().value()
        y = margin - self.verticalScrollBar().value()
        return QRect(QPoint(x, y), size)
