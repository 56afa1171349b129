"""The number of the letter that was just saved, large enough to be written on the paper."""

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import IconButton
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

STAYS_MS = 20_000


class AgendaNotice(Surface):
    """A strip that goes by itself after a while."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, fill="success_soft", edges=Edge.BOTTOM, parent=parent)
        self._number = Label(theme, role=TextRole.AGENDA_NUMBER, colour="success", tabular=True, selectable=True)
        self._number.setAccessibleName(self.tr("Nomor agenda"))
        said = Label(theme, self.tr("Surat tersimpan dengan nomor agenda ini."), role=TextRole.BODY_STRONG)
        advice = Label(theme, self.tr("Tulis nomornya pada surat asli."), role=TextRole.SECONDARY)
        words = Column(theme, gap=0)
        words.add(None, said, advice, None)
        close = IconButton(theme, "x", self.tr("Tutup nomor agenda"), framed=False, small=True)
        close.clicked.connect(self.hide)
        row = Row(theme, gap=16, margins=(16, 4, 16, 4), parent=self)
        row.add(IconLabel(theme, "circle-check", colour="success", size=24), self._number, words, None, close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAYS_MS)
        self._timer.timeout.connect(self._on_time)
        self.hide()

    def number(self) -> str:
        """Give the shown number."""
        return self._number.text()

    def show_number(self, number: str) -> None:
        """Show a number for a while; an empty one takes the strip away."""
        self._number.setText(number)
        self.setVisible(bool(number))
        self._timer.start()

    @Slot()
    def _on_time(self) -> None:
        self.hide()
