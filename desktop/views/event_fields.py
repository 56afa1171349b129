"""When and where the event of an invitation is, and by when an answer is wanted: the part of the form for these."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.domain.attendance import clock_of
from desktop.viewmodels.event_proposal import EventProposal, proposed_event
from desktop.viewmodels.letter_editor import LetterEditor
from desktop.views.event_words import CLOCKS, clock_text, event_text
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.date_field import DateField
from desktop.widgets.dates import Leaning
from desktop.widgets.disclosure import Disclosure
from desktop.widgets.fields import Field, FormLayout
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

DAYS = ("event_on", "reply_by")
SETTLE_MS = 200


class EventFields(QWidget):
    """Folded away until something stands in it; what the subject plainly says is offered in one line.

    Signals: `edited(str)` with the name of a field that was typed into.
    """

    edited = Signal(str)

    def __init__(self, theme: Theme, editor: LetterEditor, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._filling = False
        today = editor.today()
        self.event_on = DateField(theme, today=today, leaning=Leaning.FUTURE)
        self.reply_by = DateField(theme, today=today, leaning=Leaning.FUTURE)
        self.event_from = LineEdit(theme, tabular=True, placeholder=self.tr("Misalnya 09.00"))
        self.event_until = LineEdit(theme, tabular=True, placeholder=self.tr("Kosong: sampai selesai"))
        self.event_place = LineEdit(theme)
        self.fields: dict[str, Field] = {}
        folded = QWidget()
        form = FormLayout(theme, margins=(0, 4, 0, 0), parent=folded)
        for name, caption, span in (
            ("event_on", self.tr("Tanggal acara"), 1),
            ("reply_by", self.tr("Balasan paling lambat"), 1),
            ("event_from", self.tr("Jam mulai"), 1),
            ("event_until", self.tr("Jam selesai"), 1),
            ("event_place", self.tr("Tempat acara"), 2),
        ):
            field: QWidget = getattr(self, name)
            field.setObjectName(name)
            self.fields[name] = Field(theme, caption, field)
            form.add_field(self.fields[name], span=span)
        self._fold = Disclosure(theme, self.tr("Acara dan balasan (tanggal, jam, tempat, kapan balasnya)"), folded)
        self._said = Label(theme, role=TextRole.CAPTION, wrap=True)
        self._take = Button(theme, self.tr("Isikan acara"), kind=ButtonKind.QUIET, key_hint="F7")
        self._take.clicked.connect(self._on_take)
        self._bar = QWidget()
        self._offer = Row(theme, gap=8, parent=self._bar)
        self._offer.add(IconLabel(theme, "calendar-event", size=18), self._said, self._take)
        self._offer.setStretch(1, 1)
        column = Column(theme, gap=4, parent=self)
        column.add(self._bar, self._fold)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._show_offer)
        editor.edited.connect(self._settle.start)
        for name in DAYS:
            self._day(name).textChanged.connect(self._on_day)
        for line in (self.event_from, self.event_until, self.event_place):
            line.textChanged.connect(self._on_line)
        for name in CLOCKS:
            self._clock(name).editingFinished.connect(self._on_clock_left)

    def fill(self) -> None:
        """Show the draft as it is."""
        draft = self._editor.draft
        self._filling = True
        for name in DAYS:
            self._day(name).set_today(self._editor.today())
            self._day(name).set_value(getattr(draft, name))
        for name in CLOCKS:
            self._clock(name).setText(clock_text(getattr(draft, name)))
        self.event_place.setText(draft.event_place)
        self._filling = False
        self.open(is_open=any(getattr(draft, name) for name in self.fields))
        self._show_offer()

    def open(self, *, is_open: bool = True) -> None:
        """Unfold it, or fold it."""
        self._fold.set_open(is_open=is_open)

    @Slot()
    def take(self) -> None:
        """Fill in what the letter says of its event."""
        found = self._proposal()
        if found is None:
            return
        for name, value in found.values().items():
            self._editor.edit(name, value)
        self.fill()

    @Slot()
    def _on_take(self) -> None:
        """The button goes; the keys go on with what it filled in."""
        self.take()
        self.event_on.setFocus()

    def _proposal(self) -> EventProposal | None:
        return proposed_event(self._editor.draft, self._editor.today())

    @Slot()
    def _show_offer(self) -> None:
        found = self._proposal()
        self._bar.setVisible(found is not None)
        if found is not None:
            self._said.setText(self.tr("Terbaca di surat: {event}").format(event=event_text(found.time, found.place)))

    def _day(self, name: str) -> DateField:
        field: DateField = getattr(self, name)
        return field

    def _clock(self, name: str) -> LineEdit:
        field: LineEdit = getattr(self, name)
        return field

    @Slot(str)
    def _on_day(self, _text: str) -> None:
        name = self.sender().objectName()
        if self._filling:
            return
        self._tell(name, self._day(name).value())
        if not self._day(name).is_understood():
            self._editor.note_unread(name)

    @Slot(str)
    def _on_line(self, text: str) -> None:
        name = self.sender().objectName()
        if not self._filling:
            read = clock_of(text) if name in CLOCKS else text
            self._tell(name, text if read is None else read)

    def _tell(self, name: str, value: object) -> None:
        self.fields[name].set_error("")
        self._editor.edit(name, value)
        self.edited.emit(name)

    @Slot()
    def _on_clock_left(self) -> None:
        name = self.sender().objectName()
        read = clock_of(self._clock(name).text())
        if read:
            self._filling = True
            self._clock(name).setText(clock_text(read))
            self._filling = False
