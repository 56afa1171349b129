"""Beranda: eight counters that lead to what they count, the latest letters, and the months."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.viewmodels.home import Home
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.viewmodels.screen_facts import AgendaItem, HomeCounts, HomeFacts
from desktop.views.device_words import alarm_sentence
from desktop.views.event_words import times_text
from desktop.views.letter_lines import LetterLines
from desktop.views.messages import sentence_for
from desktop.views.pane_scroll import PaneScroll
from desktop.views.screen import Screen
from desktop.widgets.banner import Banner
from desktop.widgets.bar_chart import BarChart, BarPair
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.counter_card import CounterCard
from desktop.widgets.dates import SHORT_MONTHS, format_date_long
from desktop.widgets.labels import Label
from desktop.widgets.page_header import PageHeader
from desktop.widgets.surfaces import Surface
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

IN_A_ROW = 4
MOST_EVENTS = 3
GAP, MARGIN, INSIDE = 12, 16, 14


class _Counter(msgspec.Struct, frozen=True):
    """A card: where it leads, as `place` and the list there."""

    key: str
    place: str
    listed: str
    icon: str
    tone: Tone


COUNTERS = (
    _Counter("today", "letters", "all", "inbox", Tone.PRIMARY),
    _Counter("undisposed", "letters", "undisposed", "hourglass", Tone.WARNING),
    _Counter("due", "letters", "due", "alarm", Tone.DANGER),
    _Counter("waiting", "sync", "", "cloud-upload", Tone.SUCCESS),
    _Counter("to_decide", "dispositions", "to_decide", "rubber-stamp", Tone.GOLD),
    _Counter("unread", "dispositions", "for_me", "mail", Tone.INFO),
    _Counter("for_me", "dispositions", "for_me", "arrow-ramp-right", Tone.INFO),
    _Counter("refused", "sync", "", "cloud-exclamation", Tone.WARNING),
)


class HomeScreen(Screen):
    """The first page.

    Signals besides those of Screen: `place_wanted(str, str)` with the key of a place and of a list there;
    `letter_requested(bytes)` with the id of a letter.
    """

    place_wanted = Signal(str, str)
    letter_requested = Signal(bytes)

    def __init__(self, theme: Theme, home: Home, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._home = home
        self.title = self.tr("Beranda")
        self.day = Label(theme, colour="text_secondary")
        self._failure = Banner(theme)
        self._failure.hide()
        self.alarms = Banner(theme, card=True)
        self.alarms.hide()
        self.alarms.action_triggered.connect(self._on_alarms)
        self.events = Banner(theme, card=True)
        self.events.hide()
        self.events.action_triggered.connect(self._on_events)
        self.cards: dict[str, CounterCard] = {}
        self.lines = LetterLines(theme)
        self.none = Banner(theme)
        self.none.set_message(self.tr("Belum ada surat yang tercatat."), Tone.INFO)
        self.chart = BarChart(theme, first=self.tr("diterima"), second=self.tr("selesai"))
        self._lay_out()
        self.lines.opened.connect(self._on_letter)
        home.changed.connect(self._show)
        home.failed.connect(self._on_failed)

    def activate(self) -> None:
        """Read anew."""
        self._home.set_watched(watched=True)
        if self.focusWidget() is None:
            self.cards["today"].setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Read nothing while another screen is shown."""
        super().hideEvent(event)
        self._home.set_watched(watched=False)

    def _lay_out(self) -> None:
        theme = self._theme
        header = PageHeader(theme, self.title)
        header.add_beside(self.day)
        middle = Row(theme, gap=GAP)
        middle.add(self._latest(), self._months())
        middle.setStretch(0, 5)
        middle.setStretch(1, 4)
        body = Surface(theme, fill="window")
        inside = Column(theme, gap=GAP, margins=(MARGIN, 4, MARGIN, MARGIN), parent=body)
        inside.add(self._failure, self.alarms, self.events, self._counters(), middle)
        inside.setStretch(4, 1)
        column = Column(theme, gap=0, parent=self)
        column.add(header, PaneScroll(body))  # large letters on a small screen: higher than the window
        column.setStretch(1, 1)

    def _counters(self) -> QWidget:
        names = {
            "today": self.tr("Masuk hari ini"),
            "undisposed": self.tr("Belum didisposisi"),
            "due": self.tr("Jatuh tempo"),
            "waiting": self.tr("Menunggu kirim"),
            "to_decide": self.tr("Perlu keputusan saya"),
            "unread": self.tr("Disposisi belum dibaca"),
            "for_me": self.tr("Disposisi belum dijawab"),
            "refused": self.tr("Perlu perhatian"),
        }
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(self._theme.px(GAP))
        for place, counter in enumerate(COUNTERS):
            card = CounterCard(self._theme, names[counter.key], icon=counter.icon, tone=counter.tone)
            card.setObjectName(counter.key)
            card.clicked.connect(self._on_card)
            grid.addWidget(card, place // IN_A_ROW, place % IN_A_ROW)
            self.cards[counter.key] = card
        return box

    def _latest(self) -> QWidget:
        theme = self._theme
        card = Surface(theme, card=True)
        every = Button(theme, self.tr("Lihat semua"), kind=ButtonKind.LINK)
        every.clicked.connect(self._on_every)
        column = Column(theme, gap=4, margins=(1, 4, 1, 8), parent=card)
        column.add(self._head(self.tr("Surat terakhir"), every), self.none, self.lines)
        column.setStretch(2, 1)
        return card

    def _months(self) -> QWidget:
        theme = self._theme
        card = Surface(theme, card=True)
        bars = Column(theme, margins=(INSIDE, 0, INSIDE, 0))
        bars.add(self.chart)
        column = Column(theme, gap=4, margins=(1, 4, 1, 12), parent=card)
        column.add(self._head(self.tr("Surat per bulan"), self.chart.legend), bars)
        column.setStretch(1, 1)
        return card

    def _head(self, title: str, beside: QWidget) -> Row:
        """The heading of a card: of one height in all cards, as what stands beside it is."""
        head = Row(self._theme, margins=(INSIDE, 8, INSIDE, 0))
        head.add(Label(self._theme, title, role=TextRole.BODY_STRONG), None, beside)
        return head

    @Slot()
    def _show(self) -> None:
        facts = self._home.facts
        if facts is None:
            return
        self._failure.hide()
        self.day.setText(format_date_long(facts.day))
        self._show_counts(facts.counts)
        self.alarms.set_message(alarm_sentence(facts.alarms), Tone.WARNING, action=self.tr("Buka Pengelolaan"))
        self.alarms.setVisible(not facts.alarms.calm)
        self._show_events(facts.events)
        self.lines.show_rows(facts.latest)
        self.none.setVisible(not facts.latest)
        self.chart.set_pairs(_pairs(facts))

    def _show_events(self, events: Sequence[AgendaItem]) -> None:
        """Today's invitations in one line; how many more there are, where they are many."""
        told = [f"{times_text(one.time)} {subject_text(one.subject)}" for one in events[:MOST_EVENTS]]
        if len(events) > MOST_EVENTS:
            told.append(self.tr("{count} acara lain").format(count=len(events) - MOST_EVENTS))
        meets = any(one.meets for one in events)
        text = (
            self.tr("Acara hari ini, ada yang bertabrakan: {events}") if meets else self.tr("Acara hari ini: {events}")
        )
        tone = Tone.WARNING if meets else Tone.INFO
        self.events.set_message(
            text.format(events=" · ".join(told)), tone, icon="calendar-event", action=self.tr("Buka Agenda")
        )
        self.events.setVisible(bool(events))

    def _show_counts(self, counts: HomeCounts) -> None:
        remarks = {
            "today": self.tr("surat diterima"),
            "undisposed": self._oldest(counts.oldest_days),
            "due": self.tr("{count} sudah lewat").format(count=counts.overdue) if counts.due else "",
            "waiting": self.tr("{count} pindaian").format(count=counts.files_waiting) if counts.files_waiting else "",
            "to_decide": self.tr("surat menunggu disposisi") if counts.to_decide else "",
            "unread": self.tr("untuk saya"),
            "for_me": self.tr("untuk saya"),
            "refused": self.tr("tidak diterima server") if counts.refused else "",
        }
        for key, card in self.cards.items():
            card.set_count(getattr(counts, key), remarks[key])

    def _oldest(self, days: int | None) -> str:
        if days is None:
            return ""
        return self.tr("tertua hari ini") if days < 1 else self.tr("tertua {days} hari").format(days=days)

    @Slot()
    def _on_card(self) -> None:
        card = self.sender()
        counter = next(one for one in COUNTERS if card is self.cards[one.key])
        self.place_wanted.emit(counter.place, counter.listed)

    @Slot()
    def _on_alarms(self) -> None:
        self.place_wanted.emit("people", "")

    @Slot()
    def _on_events(self) -> None:
        self.place_wanted.emit("agenda", "today")

    @Slot()
    def _on_every(self) -> None:
        self.place_wanted.emit("letters", "all")

    @Slot(object)
    def _on_letter(self, letter_id: object) -> None:
        self.letter_requested.emit(letter_id)

    @Slot(str, str)
    def _on_failed(self, code: str, _field: str) -> None:
        self._failure.set_message(sentence_for(code), Tone.DANGER)
        self._failure.show()


def _pairs(facts: HomeFacts) -> list[BarPair]:
    return [BarPair(SHORT_MONTHS[month.month - 1], month.received, month.done) for month in facts.months]
