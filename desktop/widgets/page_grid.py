"""Pages side by side as small pictures, in as many lines as it takes; one of them is the current one."""

from PySide6.QtCore import QAbstractListModel, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.widgets.item_roles import Index
from desktop.widgets.opening_list import OpeningList
from desktop.widgets.painting import CENTRE, draw_text
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

CELL = (168, 228)
MARGIN = 10
CAPTION = 22
RING = 2


class PageModel(QAbstractListModel):
    """Pages by their numbers, each with its picture once it is here."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []

    def rowCount(self, parent: Index | None = None) -> int:
        """How many pages there are."""
        return 0 if parent is not None and parent.isValid() else len(self._images)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The number of the page, for the eye and the ear."""
        if not index.isValid():
            return None
        if role == int(Qt.ItemDataRole.DisplayRole):
            return str(index.row() + 1)
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            text = self.tr("Halaman {number} dari {pages}")
            return text.format(number=index.row() + 1, pages=len(self._images))
        return None

    def reset(self, count: int) -> None:
        """Show other pages, without pictures at first."""
        self.beginResetModel()
        self._images = [QImage() for _ in range(count)]
        self.endResetModel()

    def image(self, row: int) -> QImage:
        """The picture of a page; null while it is not here."""
        return self._images[row]

    def put(self, row: int, image: QImage) -> None:
        """Show the picture of a page."""
        if 0 <= row < len(self._images):
            self._images[row] = image
            self.dataChanged.emit(self.index(row), self.index(row))


class PageDelegate(QStyledItemDelegate):
    """Paints a page with its number under it."""

    def __init__(self, theme: Theme, pages: PageModel, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pages = pages
        self._view = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every page has the same room."""
        return QSize(self._theme.px(CELL[0]), self._theme.px(CELL[1]))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the page."""
        theme, colour = self._theme, self._theme.colour
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        margin = theme.px(MARGIN)
        room = rect.adjusted(margin, margin, -margin, -theme.px(CAPTION))
        image = self._pages.image(index.row())
        size = image.size() if not image.isNull() else QSize(210, 297)
        size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        sheet = QRect(0, 0, size.width(), size.height())
        sheet.moveCenter(room.center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(sheet, colour("paper"))
        if not image.isNull():
            painter.drawImage(sheet, image)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        ring = theme.px(RING if selected else 1)
        shade = "primary" if selected and self._view.hasFocus() else "control_border"
        for side in range(ring):
            painter.setPen(colour(shade))
            painter.drawRect(sheet.adjusted(-1 - side, -1 - side, side, side))
        caption = QRect(rect.x(), rect.bottom() - theme.px(CAPTION), rect.width(), theme.px(CAPTION))
        font = theme.font(TextRole.CAPTION_STRONG if selected else TextRole.CAPTION, tabular=True)
        ink = colour("text" if selected else "text_secondary")
        draw_text(painter, caption, str(index.row() + 1), font=font, colour=ink, align=CENTRE)
        painter.restore()


class PageGrid(OpeningList):
    """The pages; rows are pages, counted from 0."""

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        """`name` is read aloud."""
        super().__init__(theme, name=name, parent=parent)
        self._pages = PageModel(self)
        self.setModel(self._pages)
        self.setItemDelegate(PageDelegate(theme, self._pages, self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def set_page_count(self, count: int, *, current: int = 0) -> None:
        """Show other pages."""
        self._pages.reset(count)
        if count:
            self.setCurrentIndex(self._pages.index(max(0, min(current, count - 1))))

    def set_image(self, page: int, image: QImage) -> None:
        """Show the picture of a page, counted from 0."""
        self._pages.put(page, image)
