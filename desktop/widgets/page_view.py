"""The preview of a scan: its page, the buttons beside it, and what is said while there is no page."""

from enum import Enum

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.widgets.boxes import Column
from desktop.widgets.buttons import IconButton
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import Label
from desktop.widgets.page_image import ZOOM_STEP, PageImage
from desktop.widgets.painting import fill_box
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

EDGE = 12


class PageState(Enum):
    """What the preview shows."""

    EMPTY = "empty"
    BUSY = "busy"
    ERROR = "error"
    PAGE = "page"


class PageView(QWidget):
    """Shows one page at a time; the caller renders pages and hands their images over.

    Keys while the focus is inside: + and - zoom, 0 fits the width, R turns, Page Up and Page Down ask for another page.
    Signals: `page_wanted(int)` with a page number from 1; `turned(int)` with clockwise degrees;
    `action_triggered()` when the button of an empty or error state is pressed.
    """

    page_wanted = Signal(int)
    turned = Signal(int)
    action_triggered = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = PageState.EMPTY
        self._page, self._pages = 0, 0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._image = PageImage(theme)
        self._image.setAccessibleName(self.tr("Halaman pindaian"))
        self._image.turned.connect(self.turned)
        self._message = EmptyState(theme, fill="backdrop")
        self._message.action_triggered.connect(self.action_triggered)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self._message)
        self._stack.addWidget(self._image)
        self._tools = self._make_tools()
        self._pager = self._make_pager()
        self.show_empty(self.tr("Belum ada pindaian."))
        theme.changed.connect(self._place_overlays)

    def show_image(self, image: QImage, *, page: int = 1, pages: int = 1, sharper: bool = False) -> None:
        """Show a rendered page; `page` counts from 1. An image that could not be read shows an error instead.

        `sharper` tells that it is the page shown already, only finer: its turn and its place stay as they are.
        """
        if image.isNull():
            self.show_error(self.tr("Halaman ini tidak dapat ditampilkan. Berkas aslinya tetap tersimpan."))
            return
        self._page, self._pages = page, pages
        self._image.set_image(image, sharper=sharper)
        self._image.setAccessibleName(self.tr("Halaman pindaian {page} dari {pages}").format(page=page, pages=pages))
        self._show(PageState.PAGE)

    def show_png(self, data: bytes, *, page: int = 1, pages: int = 1) -> None:
        """Show a page given as PNG bytes."""
        image = QImage()
        image.loadFromData(data, "PNG")
        self.show_image(image, page=page, pages=pages)

    def show_busy(self, text: str = "") -> None:
        """Say that the page is on its way."""
        self._message.set_content(text or self.tr("Menyiapkan halaman…"), icon="hourglass")
        self._show(PageState.BUSY)

    def show_empty(self, text: str, *, action: str = "") -> None:
        """Say that there is no scan, with one action at most."""
        self._message.set_content(text, icon="file-off", action=action)
        self._show(PageState.EMPTY)

    def show_error(self, text: str, *, action: str = "") -> None:
        """Say why the page cannot be shown, with one action at most."""
        self._message.set_content(text, icon="alert-triangle", action=action)
        self._show(PageState.ERROR)

    def state(self) -> PageState:
        """Tell what is shown."""
        return self._state

    def page(self) -> int:
        """Give the number of the shown page, from 1, or 0."""
        return self._page if self._state is PageState.PAGE else 0

    def image_view(self) -> PageImage:
        """Give the part that holds the page: its zoom, its turn, the focus."""
        return self._image

    @Slot()
    def zoom_in(self) -> None:
        """Show the page larger."""
        self._image.set_zoom(self._image.zoom() * ZOOM_STEP)

    @Slot()
    def zoom_out(self) -> None:
        """Show the page smaller."""
        self._image.set_zoom(self._image.zoom() / ZOOM_STEP)

    @Slot()
    def fit_width(self) -> None:
        """Fit the page to the width."""
        self._image.set_zoom(1.0)

    @Slot()
    def turn_right(self) -> None:
        """Turn the page by a quarter, clockwise."""
        self._image.turn_right()

    @Slot()
    def next_page(self) -> None:
        """Ask for the page behind, if there is one."""
        if self._state is PageState.PAGE and self._page < self._pages:
            self.page_wanted.emit(self._page + 1)

    @Slot()
    def previous_page(self) -> None:
        """Ask for the page before, if there is one."""
        if self._state is PageState.PAGE and self._page > 1:
            self.page_wanted.emit(self._page - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Serve the keys of the preview."""
        acts = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.fit_width,
            Qt.Key.Key_R: self.turn_right,
            Qt.Key.Key_PageDown: self.next_page,
            Qt.Key.Key_PageUp: self.previous_page,
        }
        act = acts.get(Qt.Key(event.key()))
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if act is None or held or self._state is not PageState.PAGE:
            super().keyPressEvent(event)
            return
        act()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons in their corner."""
        super().resizeEvent(event)
        self._place_overlays()

    def _make_tools(self) -> QWidget:
        tools = QWidget(self)
        column = Column(self._theme, gap=4, parent=tools)
        for icon, name, slot in (
            ("zoom-in", self.tr("Perbesar (+)"), self.zoom_in),
            ("zoom-out", self.tr("Perkecil (-)"), self.zoom_out),
            ("arrow-autofit-width", self.tr("Paskan lebar (0)"), self.fit_width),
            ("rotate-clockwise", self.tr("Putar ke kanan (R)"), self.turn_right),
        ):
            button = IconButton(self._theme, icon, name, parent=tools)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(slot)
            column.add(button)
        return tools

    def _make_pager(self) -> "_Pager":
        pager = _Pager(self._theme, self)
        pager.before.clicked.connect(self.previous_page)
        pager.behind.clicked.connect(self.next_page)
        return pager

    def _show(self, state: PageState) -> None:
        self._state = state
        shows_page = state is PageState.PAGE
        self._stack.setCurrentWidget(self._image if shows_page else self._message)
        self._tools.setVisible(shows_page)
        self._pager.setVisible(shows_page and self._pages > 1)
        self._pager.show_page(self._page, self._pages)
        self._place_overlays()

    @Slot()
    def _place_overlays(self) -> None:
        edge = self._theme.px(EDGE)
        bar = self._image.verticalScrollBar()
        right = self.width() - edge - (bar.width() if bar.isVisible() else 0)
        for overlay in (self._tools, self._pager):
            overlay.adjustSize()
            overlay.raise_()
        self._tools.move(right - self._tools.width(), edge)
        # Where both do not fit under each other, the pager stands beside the tools.
        short = self._tools.height() + self._pager.height() + 3 * edge > self.height()
        beside = self._tools.width() + self._theme.px(EDGE // 2) if short else 0
        bottom = max(0, self.height() - self._pager.height() - edge)
        self._pager.move(right - self._pager.width() - beside, bottom)


class _Pager(QWidget):
    """Page number with a button on each side."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.before = IconButton(theme, "chevron-up", self.tr("Halaman sebelumnya (Page Up)"), framed=False, small=True)
        self.behind = IconButton(
            theme, "chevron-down", self.tr("Halaman berikutnya (Page Down)"), framed=False, small=True
        )
        self._label = Label(theme, role=TextRole.CAPTION_STRONG, tabular=True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = Column(theme, gap=2, margins=(4, 4, 4, 4), parent=self)
        column.add(self.before, self._label, self.behind)

    def show_page(self, page: int, pages: int) -> None:
        """Say which page of how many this is."""
        self._label.setText(f"{page}/{pages}")
        self._label.setAccessibleName(self.tr("Halaman {page} dari {pages}").format(page=page, pages=pages))
        self.before.setEnabled(page > 1)
        self.behind.setEnabled(page < pages)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        fill, border = self._theme.colour("surface"), self._theme.colour("control_border")
        fill_box(painter, QRectF(self.rect()), radius=self._theme.px(6), fill=fill, border=border)
        painter.end()
