"""Agenda: the events of a position day by day, what is decided on them, and the letters that want an answer."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.domain.ids import LetterId, PositionId
from desktop.viewmodels.agenda_desk import AgendaDesk, AgendaSpan
from desktop.viewmodels.event_desk import EventDesk
from desktop.viewmodels.reply_desk import ENDED, ReplyDesk
from desktop.views.agenda_words import agenda_words, reply_words
from desktop.views.event_actions import EventActions
from desktop.views.event_card import EventCard
from desktop.views.messages import sentence_for
from desktop.views.presented_rows import PresentedRows
from desktop.views.reply_dialogs import EndReplyDialog
from desktop.views.screen import Screen, make_action
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.dates import format_date_long
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import Label
from desktop.widgets.page_header import PageHeader
from desktop.widgets.record_table import RecordTable
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.tab_strip import TabStrip
from desktop.widgets.theme import Theme, Tone

EVENT_COLUMNS = (
    Column(ColumnKind.TEXT, 132, sample="Kamis, 30 Nov"),
    Column(ColumnKind.CODE, 112, sample="jam belum dicatat"),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.TEXT, 190),
    Column(ColumnKind.STATUS, 210),
)
REPLY_COLUMNS = (
    Column(ColumnKind.DATE, 100),
    Column(ColumnKind.TEXT, 200),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.CODE, 170),
    Column(ColumnKind.STATUS, 130),
)
NARROW = 820


class AgendaScreen(Screen):
    """The page of events and answers.

    Signals besides those of Screen: `letter_requested(bytes)` with the id of a letter; `print_wanted(int, object)` with
    a position and a day.
    """

    letter_requested = Signal(bytes)
    print_wanted = Signal(int, object)

    def __init__(
        self,
        theme: Theme,
        desk: AgendaDesk,
        *,
        events: EventDesk,
        replies: ReplyDesk,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._desk = desk
        self._events = events
        self._replies = replies
        self._ending: EndReplyDialog | None = None
        self.title = self.tr("Agenda")
        self._day = Label(theme, colour="text_secondary")
        self._whose = ComboBox(theme)
        self._whose.setAccessibleName(self.tr("Agenda siapa"))
        self._print_button = Button(
            theme, self.tr("Cetak agenda…"), kind=ButtonKind.PRIMARY, icon="printer", key_hint=self.tr("Ctrl P")
        )
        self._failure = Banner(theme)
        self._failure.hide()
        self.tabs = TabStrip(theme)
        for key, text in (
            (AgendaSpan.TODAY, self.tr("Hari ini")),
            (AgendaSpan.TOMORROW, self.tr("Besok")),
            (AgendaSpan.WEEK, self.tr("Minggu ini")),
            (AgendaSpan.NEXT_WEEK, self.tr("Minggu depan")),
            (AgendaSpan.UNANSWERED, self.tr("Belum dijawab")),
        ):
            self.tabs.add_tab(key.value, text)
        self.table = self._events_table()
        self.awaited = self._awaited_table()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.awaited)
        self.card = EventCard(theme, events)
        self._foot = self._make_foot()
        self.acts = EventActions(theme, events, screen=self)
        self._make_actions()
        self._lay_out()
        self._wire()
        self._show()

    def activate(self) -> None:
        """Read anew, and put the keys on the list."""
        self._desk.refresh()
        shown = self.awaited if self._desk.span is AgendaSpan.UNANSWERED else self.table
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave away what does not fit."""
        super().resizeEvent(event)
        narrow = self.width() < self._theme.px(NARROW)
        self._day.setVisible(not narrow)
        self.awaited.setColumnHidden(3, narrow)

    def actions_for_menu(self) -> list[QAction]:
        """What stands in the menu Agenda."""
        return [self._print, *self.acts.actions(), self._open, self._end]

    def show_tab(self, key: str) -> None:
        """Turn to `today`, `tomorrow`, `week`, `next_week` or `unanswered`."""
        self.tabs.set_current(key)
        self._on_tab(key)

    def _events_table(self) -> RecordTable:
        headers = (self.tr("Hari"), self.tr("Jam"), self.tr("Acara"), self.tr("Tempat"), self.tr("Kehadiran"))
        table = RecordTable(self._theme, EVENT_COLUMNS, name=self.tr("Daftar acara"))
        table.setModel(PresentedRows(self._desk.rows, agenda_words, headers=headers, parent=self))
        table.set_sortable(sortable=False)
        self._none = EmptyState(self._theme, icon="calendar-event")
        table.overlay.set_placeholder(self._none)
        return table

    def _awaited_table(self) -> RecordTable:
        headers = (self.tr("Paling lambat"), self.tr("Asal"), self.tr("Perihal"), self.tr("Nomor"), self.tr("Sisa"))
        table = RecordTable(self._theme, REPLY_COLUMNS, name=self.tr("Surat yang belum dijawab"))
        table.setModel(PresentedRows(self._desk.awaited, reply_words, headers=headers, parent=self))
        table.set_sortable(sortable=False)
        text = self.tr("Tidak ada surat yang menunggu balasan. Tanggalnya ditetapkan di Surat Masuk: Kapan balasnya.")
        table.overlay.set_placeholder(EmptyState(self._theme, text, icon="circle-check"))
        return table

    def _make_foot(self) -> Surface:
        foot = Surface(self._theme, edges=Edge.TOP)
        self._open_button = Button(self._theme, self.tr("Buka surat"), icon="mail-opened", key_hint="↵")
        self._end_button = Button(self._theme, self.tr("Catat balasan…"), icon="send", key_hint="B")
        row = Row(self._theme, gap=8, margins=(16, 10, 16, 12), parent=foot)
        row.add(self._open_button, self._end_button, None)
        return foot

    def _make_actions(self) -> None:
        self._print = make_action(self, self.tr("&Cetak agenda…"), shortcut="Ctrl+P", name="agenda_print")
        self._open = make_action(self, self.tr("&Buka surat"), name="agenda_open")
        self._end = make_action(self, self.tr("Catat ba&lasan…"), shortcut="B", name="agenda_end_reply")
        for action in (self._print, self._open, self._end):
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.addAction(action)

    def _lay_out(self) -> None:
        theme = self._theme
        header = PageHeader(theme, self.title)
        header.add_beside(self._day)
        header.add_action(self._whose)
        header.add_action(self._print_button)
        column = Stack(theme, gap=0, parent=self)
        column.add(header, self._failure, self.tabs, self._pages, self.card, self._foot)
        column.setStretch(3, 1)

    def _wire(self) -> None:
        desk = self._desk
        self.tabs.changed.connect(self._on_tab)
        self._whose.activated.connect(self._on_whose)
        self._print_button.clicked.connect(self._on_print)
        self._print.triggered.connect(self._on_print)
        self._open.triggered.connect(self._on_open)
        self._open_button.clicked.connect(self._on_open)
        self._end.triggered.connect(self._on_end)
        self._end_button.clicked.connect(self._on_end)
        self.table.opened.connect(self._on_opened)
        self.awaited.opened.connect(self._on_opened)
        self.table.current_row_changed.connect(self._on_row)
        self.awaited.current_row_changed.connect(self._on_row)
        self.acts.act_done.connect(self.act_done)
        self.acts.told.connect(self.status_message)
        self._replies.done.connect(self._on_replied)
        desk.changed.connect(self._show)
        desk.failed.connect(self._on_failed)

    @Slot()
    def _show(self) -> None:
        desk = self._desk
        unanswered = desk.span is AgendaSpan.UNANSWERED
        self._failure.hide()
        first, last = desk.days
        days = format_date_long(first)
        if first != last:
            days = self.tr("{first} s.d. {last}").format(first=days, last=format_date_long(last))
        self._day.setText("" if unanswered else days)
        self._none.set_content(self.tr("Tidak ada acara pada {days}.").format(days=days), icon="calendar-event")
        self._whose.set_choices([(str(one.position), one.title) for one in desk.chairs])
        if desk.position is not None:
            self._whose.select(str(desk.position))
        self._whose.setVisible(len(desk.chairs) > 1 and not unanswered)
        count = len(desk.awaited.rows())
        text = self.tr("Belum dijawab ({count})").format(count=count) if count else self.tr("Belum dijawab")
        self.tabs.set_text(AgendaSpan.UNANSWERED.value, text)
        late = sum(one.days < 0 for one in desk.awaited.rows())
        self.badge_changed.emit(late)
        table = self.awaited if unanswered else self.table
        if table.current_row() < 0:
            table.select_row(0)
        self._on_row()

    @Slot()
    def _on_row(self) -> None:
        letter = self._letter()
        unanswered = self._desk.span is AgendaSpan.UNANSWERED
        self._events.show_letter(None if unanswered else letter)
        self._foot.setVisible(letter is not None)
        may_end = letter is not None and unanswered and self._replies.may_set
        self._end_button.setVisible(may_end)
        self._end.setEnabled(may_end)
        self._open.setEnabled(letter is not None)
        self._print.setEnabled(not unanswered)
        self._print_button.setEnabled(not unanswered)

    def _letter(self) -> LetterId | None:
        if self._desk.span is AgendaSpan.UNANSWERED:
            awaited = self._desk.awaited.row(self.awaited.current_row())
            return None if awaited is None else awaited.letter
        item = self._desk.rows.row(self.table.current_row())
        return None if item is None else item.letter

    @Slot(str)
    def _on_tab(self, key: str) -> None:
        span = AgendaSpan(key)
        self._pages.setCurrentWidget(self.awaited if span is AgendaSpan.UNANSWERED else self.table)
        self._desk.choose_span(span)

    @Slot()
    def _on_whose(self) -> None:
        key = self._whose.current_key()
        if key:
            self._desk.choose_position(PositionId(int(key)))

    @Slot()
    def _on_print(self) -> None:
        """The page of the days that are looked at; today, that of tomorrow: it is what is printed the day before."""
        desk = self._desk
        if desk.position is not None and desk.span is not AgendaSpan.UNANSWERED:
            self.print_wanted.emit(desk.position, desk.print_days)

    @Slot()
    def _on_open(self) -> None:
        letter = self._letter()
        if letter is not None:
            self.letter_requested.emit(letter)

    @Slot(int)
    def _on_opened(self, _row: int) -> None:
        self._on_open()

    @Slot()
    def _on_end(self) -> None:
        letter = self._letter()
        if letter is not None and self._end.isEnabled():
            if self._ending is None:
                self._ending = EndReplyDialog(self._theme, self._replies, parent=self)
            self._ending.begin(letter)

    @Slot(str)
    def _on_replied(self, what: str) -> None:
        if what == ENDED and self.isVisible():
            self.act_done.emit(self.tr("Balasan dicatat"))

    @Slot(str, str)
    def _on_failed(self, code: str, _field: str) -> None:
        self._failure.set_message(sentence_for(code), Tone.DANGER)
        self._failure.show()
