"""From which day to which a book is printed."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.paper_desk import PaperDesk
from desktop.viewmodels.screen_facts import AGENDA_FORMS, BOOK_FORMS
from desktop.widgets.boxes import Column
from desktop.widgets.date_field import DateField
from desktop.widgets.dates import Leaning
from desktop.widgets.fields import Field
from desktop.widgets.theme import Theme

# A person types on: the book is made when the keys rest.
REST_MS = 600


class PaperDays(QWidget):
    """Two dates, shown for books only.

    Signals: `chosen()` when other days were chosen.
    """

    chosen = Signal()

    def __init__(self, theme: Theme, desk: PaperDesk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        today = desk.days[1]
        self._since = DateField(theme, today=today, leaning=Leaning.PAST)
        self._until = DateField(theme, today=today, leaning=Leaning.PAST)
        column = Column(theme, gap=12, parent=self)
        column.add(Field(theme, self.tr("Dari tanggal"), self._since))
        column.add(Field(theme, self.tr("Sampai tanggal"), self._until))
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._choose)
        for field in (self._since, self._until):
            field.date_changed.connect(self._rest.start)
            field.returnPressed.connect(self._choose)
        self.hide()

    def show_days(self) -> None:
        """The days of the desk; nothing for the form of a letter."""
        self.setVisible(self._desk.form in (*BOOK_FORMS, *AGENDA_FORMS) and not self._desk.chosen)
        for field, day in zip((self._since, self._until), self._desk.days, strict=True):
            if field.value() != day:
                blocked = field.blockSignals(True)
                field.set_value(day)
                field.blockSignals(blocked)

    @Slot()
    def _choose(self) -> None:
        self._rest.stop()
        since, until = self._since.value(), self._until.value()
        if since is None or until is None or (since, until) == self._desk.days:
            return
        self._desk.choose_days(since, until)
        self.chosen.emit()
