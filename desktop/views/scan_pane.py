"""The preview of a letter's scans."""

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.scan_preview import DrawnPage, PreviewState, ScanPreview
from desktop.views.messages import sentence_for
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button
from desktop.widgets.figures import format_size
from desktop.widgets.labels import Label
from desktop.widgets.page_view import PageView
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

SETTLE_MS = 150
RGB_BYTES = 3


class ScanPane(QWidget):
    """Shows what a ScanPreview has to show, and offers to fetch what is not here."""

    def __init__(self, theme: Theme, view_model: ScanPreview, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview = view_model
        self._empty_text = self.tr("Surat ini tidak mempunyai pindaian.")
        self._view = PageView(theme)
        self._view.page_wanted.connect(self._on_page_wanted)
        self._view.action_triggered.connect(self._on_action)
        self._view.image_view().zoomed.connect(self._on_zoomed)
        self._note = Surface(theme, edges=Edge.TOP)
        self._note_text = Label(theme, role=TextRole.SECONDARY, wrap=True)
        self._fetch = Button(theme, self.tr("Unduh"), icon="download")
        self._fetch.clicked.connect(self._on_fetch)
        row = Row(theme, gap=12, margins=(16, 6, 16, 6), parent=self._note)
        row.add(self._note_text, self._fetch)
        row.setStretch(0, 1)
        column = Column(theme, gap=0, parent=self)
        column.add(self._view, self._note)
        column.setStretch(0, 1)
        # The width is told once it stands still, not at every pixel of a moving splitter.
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._tell_width)
        view_model.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def page_view(self) -> PageView:
        """The widget that holds the page, for its keys and the focus."""
        return self._view

    def set_empty_text(self, text: str) -> None:
        """Say something else while there is no scan."""
        self._empty_text = text
        self._on_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Note another width."""
        super().resizeEvent(event)
        self._settle.start()

    @Slot()
    def _on_changed(self) -> None:
        preview = self._preview
        self._show_note()
        match preview.state:
            case PreviewState.EMPTY:
                self._view.show_empty(self._empty_text)
            case PreviewState.BUSY:
                self._show_busy()
            case PreviewState.PAGE | PreviewState.THUMBNAIL:
                self._show_page()
            case PreviewState.ELSEWHERE:
                size = format_size(preview.missing.size) if preview.missing else ""
                text = self.tr("Pindaian ({size}) masih di server, belum ada di komputer ini.")
                self._view.show_empty(text.format(size=size), action=self.tr("Unduh saat tersambung"))
            case PreviewState.WANTED:
                self._view.show_empty(self._wanted_text())
            case PreviewState.HIDDEN:
                self._view.show_empty(self.tr("Surat rahasia. Pindaian hanya untuk penerima surat."))
            case PreviewState.FAILED:
                self._view.show_error(sentence_for(preview.failure.code), action=self.tr("Coba lagi"))

    def _show_note(self) -> None:
        """Under the small picture: that it is one, and where the scan is."""
        preview, missing = self._preview, self._preview.missing
        if preview.state is PreviewState.BUSY:
            return  # what stood there stays until the page is known
        small = preview.state is PreviewState.THUMBNAIL and missing is not None
        self._note.setVisible(small)
        if not small or missing is None:
            return
        self._fetch.setVisible(not missing.wanted)
        if missing.damaged:
            self._note_text.setText(self._wanted_text())
        elif missing.stopped:
            self._note_text.setText(self.tr("Pindaian lengkap dijeda di Pusat Sinkron."))
        elif missing.wanted:
            self._note_text.setText(self.tr("Pindaian lengkap sedang diambil."))
        else:
            text = self.tr("Gambar kecil halaman pertama. Pindaian lengkap ({size}) masih di server.")
            self._note_text.setText(text.format(size=format_size(missing.size)))

    def _wanted_text(self) -> str:
        missing = self._preview.missing
        if missing is not None and missing.damaged:
            return self.tr("Berkas pindaian di komputer ini rusak. Salinan yang utuh diminta dari server.")
        if missing is not None and missing.stopped:
            return self.tr("Pindaian sudah diminta, tetapi berkas sedang dijeda di Pusat Sinkron.")
        return self.tr("Pindaian sudah diminta dan akan diunduh saat tersambung.")

    def _show_busy(self) -> None:
        # The page before stays up while the next one of the same scan is drawn: no flicker.
        if self._view.page() == 0 or self._preview.image is None:
            self._view.show_busy()

    def _show_page(self) -> None:
        drawn = self._preview.image
        if drawn is None:
            return
        line = RGB_BYTES * drawn.width
        image = QImage(drawn.rgb, drawn.width, drawn.height, line, QImage.Format.Format_RGB888).copy()
        self._view.show_image(image, page=self._preview.page, pages=self._preview.pages, sharper=self._preview.sharper)
        self._tell_width()

    @Slot(int)
    def _on_page_wanted(self, page: int) -> None:
        self._preview.show_page(page)

    @Slot()
    def _on_action(self) -> None:
        if self._preview.state is PreviewState.ELSEWHERE:
            self._preview.request()
        else:
            self._preview.refresh()

    @Slot()
    def _on_fetch(self) -> None:
        self._preview.request()

    @Slot(float)
    def _on_zoomed(self, _zoom: float) -> None:
        self._settle.start()

    @Slot()
    def _tell_width(self) -> None:
        if self.isVisible():
            zoom = self._view.image_view().zoom()
            self._preview.set_width(round(self._view.width() * zoom * self.devicePixelRatioF()))


def image_of(page: DrawnPage) -> QImage:
    """A drawn page as an image that holds its own bytes."""
    line = RGB_BYTES * page.width
    return QImage(page.rgb, page.width, page.height, line, QImage.Format.Format_RGB888).copy()
