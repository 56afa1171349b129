"""The letter that is in the register already, beside the one that is being entered."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.domain.twins import TwinSign
from desktop.viewmodels.facts import Twin
from desktop.viewmodels.letter_twins import LetterTwins
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.dates import format_date
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole


class TwinCard(Surface):
    """Says why, shows what is there, and lets the clerk join it, open it or go on. Hidden while there is none."""

    def __init__(self, theme: Theme, twins: LetterTwins, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, edges=Edge.BOTTOM, parent=parent)
        self._twins = twins
        self._icon = IconLabel(theme, "copy", size=18)
        self._icon.set_icon("copy", colour="warning")
        self._why = Label(theme, role=TextRole.BODY_STRONG, wrap=True)
        self._what = Label(theme, role=TextRole.BODY, wrap=True)
        self._facts = Label(theme, role=TextRole.CAPTION, wrap=True, tabular=True)
        self._join = Button(theme, self.tr("Gabungkan"), icon="arrow-merge", key_hint="Ctrl G")
        self._join.setToolTip(self.tr("Catat sebagai kedatangan lagi dari surat itu; nomor agendanya tetap satu"))
        self._open = Button(theme, self.tr("Buka surat itu"))
        self._other = Button(theme, self.tr("Ini surat lain"), kind=ButtonKind.QUIET)
        self._join.clicked.connect(twins.join_shown)
        self._open.clicked.connect(twins.open_shown)
        self._other.clicked.connect(twins.say_other)
        buttons = Row(theme, gap=8)
        buttons.add(self._join, self._open, self._other, None)
        words = Column(theme, gap=2)
        words.add(self._why, self._what, self._facts, buttons)
        row = Row(theme, gap=10, margins=(16, 10, 12, 10), parent=self)
        row.add(self._icon, words)
        row.setStretch(1, 1)
        row.setAlignment(self._icon, Qt.AlignmentFlag.AlignTop)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        twins.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the twin that is to be shown now."""
        twin = self._twins.shown
        self.setVisible(twin is not None)
        if twin is None:
            return
        self._why.setText(self._reason(twin))
        self._what.setText(twin.subject or self.tr("Perihal surat ini hanya untuk penerimanya"))
        facts = [twin.sender, twin.letter_no or self.tr("tanpa nomor")]
        if twin.letter_date is not None:
            facts.append(format_date(twin.letter_date))
        facts.append(self.tr("diterima {date}").format(date=format_date(twin.received_on)))
        self._facts.setText(" · ".join(facts))

    def _reason(self, twin: Twin) -> str:
        agenda = self.tr("agenda {number}").format(number=twin.agenda) if twin.agenda else self.tr("nomor menyusul")
        sentence = {
            TwinSign.SCAN: self.tr("Pindaian ini sudah ada pada surat lain ({agenda})."),
            TwinSign.NUMBER: self.tr("Nomor, asal, dan tanggalnya sama dengan surat yang sudah dicatat ({agenda})."),
            TwinSign.SUBJECT: self.tr("Mirip dengan surat yang baru dicatat ({agenda})."),
        }[twin.sign]
        return sentence.format(agenda=agenda)
