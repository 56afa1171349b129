"""The strip under the preview of the form: which files and pages there are, and taking one off."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QScrollArea, QWidget

from core.domain.attachments import Attachment
from desktop.viewmodels.scan_intake import ScanIntake
from desktop.viewmodels.scan_preview import DrawnPage
from desktop.views.scan_pane import image_of
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind, IconButton
from desktop.widgets.figures import format_size, format_span
from desktop.widgets.labels import ElidedLabel
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.thumbnail_strip import ThumbnailStrip
from desktop.widgets.typography import TextRole

MOST_THUMBNAILS = 24
STRIP_WIDTH = 254
PAGE_WIDTH = 62
PAGE_GAP = 6
STRIP_HEIGHT = 84


class ScanIntakeBar(Surface):
    """Pages, the name of the shown file, its size, and a button that takes it off."""

    def __init__(self, theme: Theme, intake: ScanIntake, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, edges=Edge.TOP, parent=parent)
        self._intake = intake
        self._bar_theme = theme
        self._count = 0
        self._images: list[QImage] = []
        self._pages = ThumbnailStrip(theme)
        self._pages.page_chosen.connect(self._on_page)
        self._scroll = QScrollArea()
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the pages in it take the keys
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._pages)
        self._pages.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        self._name = ElidedLabel(theme, role=TextRole.BODY_STRONG)
        self._facts = ElidedLabel(theme, role=TextRole.CAPTION, tabular=True)
        self._hint = ElidedLabel(theme, role=TextRole.CAPTION)
        words = Column(theme, gap=2)
        words.add(None, self._name, self._facts, self._hint, None)
        self._exchange = Button(theme, self.tr("Simpan asli"), kind=ButtonKind.QUIET, icon="restore")
        self._exchange.clicked.connect(self._on_exchange)
        self._remove = IconButton(theme, "trash", self.tr("Lepaskan berkas pindaian ini"))
        self._remove.clicked.connect(self._on_remove)
        row = Row(theme, gap=12, margins=(12, 6, 16, 6), parent=self)
        row.add(self._scroll, words, self._exchange, self._remove)
        row.setStretch(1, 1)
        intake.scans_changed.connect(self._on_scans)
        intake.thumbnails.drawn.connect(self._on_drawn)
        intake.preview.changed.connect(self._refresh)
        intake.busy_changed.connect(self._refresh)
        if intake.tidier is not None:
            intake.tidier.progressed.connect(self._on_progress)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        scans, preview = self._intake.scans, self._intake.preview
        self.setVisible(bool(scans))
        pages = min(preview.pages, MOST_THUMBNAILS)
        if pages != self._count:
            self._count = pages
            self._pages.set_page_count(pages)
            self._restyle()
        self._pages.set_current(preview.page)
        if not scans:
            return
        scan = scans[min(preview.source, len(scans) - 1)]
        self._name.setText(scan.name or self.tr("Pindaian"))
        facts = self.tr("{pages} halaman · {size}").format(pages=scan.pages, size=format_size(scan.size))
        if len(scans) > 1:
            which = self.tr("berkas {number} dari {count}").format(number=preview.source + 1, count=len(scans))
            facts = f"{facts} · {which}"
        self._facts.setText(facts)
        self._say_what_was_done(scan)

    def _say_what_was_done(self, scan: Attachment) -> None:
        """How long all of it takes over the line, and whether the shown scan is a clean copy."""
        tidier, scans = self._intake.tidier, self._intake.scans
        other = None if tidier is None else tidier.other(scan)
        self._exchange.setVisible(other is not None)
        self._hint.setText(self.tr("Tersimpan di komputer ini bersama suratnya."))
        if tidier is None:
            return
        if other is not None and tidier.is_clean(scan):
            text = self.tr("Dirapikan dari {size}; aslinya masih ada.")
            self._hint.setText(text.format(size=format_size(other.size)))
            self._exchange.setText(self.tr("Simpan asli"))
        elif other is not None:
            text = self.tr("Ini berkas asli. Yang dirapikan hanya {size}.")
            self._hint.setText(text.format(size=format_size(other.size)))
            self._exchange.setText(self.tr("Simpan rapi"))
        elif tidier.busy:
            self._hint.setText(self.tr("Merapikan pindaian…"))
        if tidier.rate > 0:
            size = sum(one.size for one in scans)
            text = self.tr("{facts} · {span} pada kecepatan Anda")
            self._facts.setText(text.format(facts=self._facts.text(), span=format_span(size / tidier.rate)))

    @Slot(int, int)
    def _on_progress(self, done: int, pages: int) -> None:
        text = self.tr("Merapikan halaman {number} dari {pages}…")
        self._hint.setText(text.format(number=min(done + 1, pages), pages=pages))

    @Slot()
    def _on_exchange(self) -> None:
        self._intake.exchange(self._intake.preview.source)

    @Slot()
    def _on_scans(self) -> None:
        self._images = []
        self._count = 0
        self._refresh()

    @Slot(object)
    def _on_drawn(self, page: DrawnPage) -> None:
        self._images.append(image_of(page))
        self._pages.set_images(self._images)

    @Slot(int)
    def _on_page(self, page: int) -> None:
        self._intake.preview.show_page(page)

    @Slot()
    def _on_remove(self) -> None:
        self._intake.remove(self._intake.preview.source)

    @Slot()
    def _restyle(self) -> None:
        width = min(STRIP_WIDTH, max(1, self._count) * PAGE_WIDTH + PAGE_GAP)
        self._scroll.setFixedSize(self._bar_theme.px(width), self._bar_theme.px(STRIP_HEIGHT))
