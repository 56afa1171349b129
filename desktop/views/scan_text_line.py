"""The line at the foot of Pindaian: how many pages wait to be read for the search, and the switch that pauses it."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.scan_text_queue import ScanTextQueue
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.figures import format_count
from desktop.widgets.labels import ElidedLabel
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole


class ScanTextLine(Surface):
    """One line; it looks how much waits while it is on the screen."""

    def __init__(self, theme: Theme, queue: ScanTextQueue, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, edges=Edge.TOP, parent=parent)
        self._queue = queue
        self._text = ElidedLabel(theme, role=TextRole.CAPTION)
        self._switch = Button(theme, self.tr("Jeda"), kind=ButtonKind.QUIET)
        row = Row(theme, margins=(16, 4, 16, 4), parent=self)
        row.add(self._text, self._switch)
        row.setStretch(0, 1)
        self._switch.clicked.connect(queue.switch)
        queue.changed.connect(self._refresh)
        self._refresh()

    @property
    def text(self) -> str:
        """What the line says."""
        return self._text.text()

    def showEvent(self, event: QShowEvent) -> None:
        """Look how much waits from now on."""
        super().showEvent(event)
        self._queue.show(shown=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it."""
        super().hideEvent(event)
        self._queue.show(shown=False)

    @Slot()
    def _refresh(self) -> None:
        state = self._queue.state
        pages, paused = state.waiting.pages, state.paused
        if not pages:
            text = self.tr("Pencarian: teks pindaian surat dibaca di latar belakang; tidak ada halaman yang menunggu.")
        elif paused:
            text = self.tr("Pencarian: pembacaan teks dijeda; {pages} halaman pindaian surat menunggu.")
        else:
            text = self.tr("Pencarian: {pages} halaman pindaian surat menunggu dibaca di latar belakang.")
        self._text.setText(text.format(pages=format_count(pages)))
        name = self.tr("Lanjutkan membaca teks pindaian") if paused else self.tr("Jeda membaca teks pindaian")
        self._switch.setText(self.tr("Lanjutkan") if paused else self.tr("Jeda"))
        self._switch.setAccessibleName(name)
