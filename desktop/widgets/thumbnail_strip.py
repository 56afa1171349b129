"""Small pictures of pages in a row; one of them is the current one."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets.boxes import Row
from desktop.widgets.painting import CENTRE, draw_text, fill_box
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

WIDTH = 50
HEIGHT = 72
EDGE = 3


class Thumbnail(QAbstractButton):
    """One page; its number stands there until the picture is set."""

    def __init__(self, theme: Theme, number: int, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._number = number
        self._image = QImage()
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Halaman {number}").format(number=number))
        theme.changed.connect(self._restyle)

    def set_image(self, image: QImage) -> None:
        """Show the picture of the page."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        """Fit the picture and its ring."""
        return QSize(self._theme.px(WIDTH + 2 * EDGE), self._theme.px(HEIGHT + 2 * EDGE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrows to the strip, which also turns to the page they lead to."""
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, with a ring if it is the current page."""
        theme = self._theme
        painter = QPainter(self)
        edge = theme.px(EDGE)
        page = self.rect().adjusted(edge, edge, -edge, -edge)
        painter.fillRect(page, theme.colour("paper"))
        if self._image.isNull():
            font = theme.font(TextRole.CAPTION_STRONG)
            # Paper stays light in the dark look, so its number takes the dark ink of the toast ground.
            draw_text(painter, page, str(self._number), font=font, colour=theme.colour("on_nav_gold"), align=CENTRE)
        else:
            self._paint_image(painter, page)
        painter.setPen(theme.colour("border"))
        painter.drawRect(page.adjusted(0, 0, -1, -1))
        if self.isChecked():
            radius = theme.px(MEASURES.radius)
            fill_box(painter, QRectF(self.rect()), radius=radius, border=theme.colour("primary"), width=2.0)
        painter.end()

    def _paint_image(self, painter: QPainter, page: QRect) -> None:
        ratio = self.devicePixelRatioF()
        smooth = Qt.TransformationMode.SmoothTransformation
        fit = Qt.AspectRatioMode.KeepAspectRatio
        small = QPixmap.fromImage(self._image.scaled(page.size() * ratio, fit, smooth))
        small.setDevicePixelRatio(ratio)
        size = small.deviceIndependentSize().toSize()
        x = page.x() + (page.width() - size.width()) // 2
        painter.drawPixmap(x, page.y(), small)
        if self._theme.tokens.dark:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
            painter.fillRect(page, self._theme.colour("paper"))
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class ThumbnailStrip(QWidget):
    """The pages of a scan.

    Signals: `page_chosen(int)` with a number from 1.
    """

    page_chosen = Signal(int)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pages: list[Thumbnail] = []
        self._row = Row(theme, gap=6, parent=self)
        self._row.addStretch(1)

    def set_page_count(self, count: int) -> None:
        """Show `count` pages without pictures; the first is the current one."""
        for page in self._pages:
            self._row.removeWidget(page)
            page.hide()
            page.deleteLater()
        self._pages = [Thumbnail(self._theme, number + 1, parent=self) for number in range(count)]
        for place, page in enumerate(self._pages):
            page.setChecked(place == 0)
            page.clicked.connect(self._on_clicked)
            self._row.insertWidget(place, page)

    def set_images(self, images: Sequence[QImage]) -> None:
        """Set the pictures of the first pages."""
        for page, image in zip(self._pages, images, strict=False):
            page.set_image(image)

    def set_current(self, number: int) -> None:
        """Mark a page, from 1, without the signal."""
        if 1 <= number <= len(self._pages):
            self._pages[number - 1].setChecked(True)

    def current(self) -> int:
        """Give the number of the marked page, or 0."""
        return next((place + 1 for place, page in enumerate(self._pages) if page.isChecked()), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn to the page beside with the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        wanted = self.current() + step
        if step and 1 <= wanted <= len(self._pages):
            self._pages[wanted - 1].setFocus(Qt.FocusReason.TabFocusReason)
            self._pages[wanted - 1].click()
            return
        super().keyPressEvent(event)

    @Slot()
    def _on_clicked(self) -> None:
        self.page_chosen.emit(self.current())
