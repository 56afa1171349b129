"""Pusat Sinkron: is everything at the server, what waits, what was refused, how the last rounds went."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.viewmodels.conflict_list import ConflictList
from desktop.viewmodels.facts import QueueItem
from desktop.viewmodels.file_traffic import FileTraffic
from desktop.viewmodels.held_review import HeldReview
from desktop.viewmodels.hub_choice import HubChoice
from desktop.viewmodels.stick_exchange import StickExchange
from desktop.viewmodels.sync_center import SyncCenter
from desktop.views.care_words import care_sentence
from desktop.views.conflict_pane import ConflictPane
from desktop.views.held_panel import HeldPanel
from desktop.views.hub_card import HubCard
from desktop.views.messages import sentence_for
from desktop.views.pane_scroll import PaneScroll
from desktop.views.presented_rows import PresentedRows, Wording
from desktop.views.screen import Screen
from desktop.views.stick_card import StickCard
from desktop.views.sync_figures import SyncFigures
from desktop.views.sync_files import SyncFiles
from desktop.views.sync_tray import SyncTray
from desktop.views.sync_words import line_sentence, log_words, queue_words
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figures import format_count
from desktop.widgets.page_header import PageHeader
from desktop.widgets.record_table import RecordTable
from desktop.widgets.scaled import Scaled
from desktop.widgets.surfaces import Surface
from desktop.widgets.tab_strip import TabStrip
from desktop.widgets.theme import Theme, Tone

LEAST_LIST = 240
QUEUE_COLUMNS = (
    Column(ColumnKind.TEXT, 190),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.DATE, 150),
    Column(ColumnKind.NUMBER, 90),
    Column(ColumnKind.STATUS, 150),
)
LOG_COLUMNS = (
    Column(ColumnKind.DATE, 160),
    Column(ColumnKind.STATUS),
    Column(ColumnKind.NUMBER, 100),
    Column(ColumnKind.NUMBER, 100),
    Column(ColumnKind.NUMBER, 100),
    Column(ColumnKind.NUMBER, 100),
    Column(ColumnKind.NUMBER, 80),
)
QUEUE, FILES, CONFLICTS, TRAY, HELD, LOG = "queue", "files", "conflicts", "tray", "held", "log"


class SyncCenterScreen(Screen):
    """The page of the sync. F5 asks the view-model for a round."""

    def __init__(
        self,
        theme: Theme,
        center: SyncCenter,
        *,
        traffic: FileTraffic,
        exchange: StickExchange | None = None,
        review: HeldReview | None = None,
        hub: HubChoice | None = None,
        conflicts: ConflictList | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`exchange` offers the way by stick as well, `hub` the choice of a hub; the practice office shows neither.

        `review` is there for whoever may decide over what others did when their right had ended, `conflicts` for
        whoever may correct letters.
        """
        super().__init__(parent)
        self._center = center
        self._traffic = traffic
        self._conflicts = conflicts
        self._theme = theme
        self._stick = None if exchange is None else StickCard(theme, exchange, parent=self)
        if self._stick is not None:
            self._stick.told.connect(self.status_message)
        self._hub = hub
        self._hub_card = None if hub is None else HubCard(theme, hub, parent=self)
        self.title = self.tr("Pusat Sinkron")
        self._sync_button = Button(
            theme, self.tr("Sinkron sekarang"), kind=ButtonKind.PRIMARY, icon="refresh", key_hint=self.tr("F5")
        )
        self._line = Banner(theme, card=True)
        self._care = Banner(theme, tone=Tone.WARNING, card=True)
        self._figures = SyncFigures(theme, center)
        self._tabs = TabStrip(theme)
        self._pages = QStackedWidget()
        self._by_key: dict[str, QWidget] = {}
        self._review = review
        self._add_page(QUEUE, self.tr("Antrean"), self._make_queue(theme))
        self._files = SyncFiles(theme, traffic)
        self._add_page(FILES, self.tr("Pindaian"), self._files)
        self._add_page(TRAY, self.tr("Perlu perhatian"), SyncTray(theme, center))
        if review is not None:
            review.changed.connect(self._on_changed)
            if review.decides:
                self._add_held(review)
        if conflicts is not None:
            differences = ConflictPane(theme, conflicts)
            differences.told.connect(self.status_message)
            conflicts.changed.connect(self._on_changed)
            self._add_page(CONFLICTS, self.tr("Perbedaan"), differences)
        self._add_page(LOG, self.tr("Catatan"), self._make_log(theme))
        self.addAction(self._files.action())
        self._lay_out(theme)
        self._sync_button.clicked.connect(self._on_sync)
        self._tabs.changed.connect(self._show_tab)
        center.changed.connect(self._on_changed)
        center.failed.connect(self._on_failed)
        traffic.changed.connect(self._on_files)
        traffic.failed.connect(self._on_failed)
        self._on_changed()

    def activate(self) -> None:
        """Read everything anew and put the keyboard on the list."""
        self._center.refresh()
        self._traffic.refresh()
        if self._conflicts is not None:
            self._conflicts.refresh()
        if self._review is not None:
            self._review.refresh()
        if self._hub is not None:
            self._hub.refresh()
        self._focus_list()

    def actions_for_menu(self) -> list[QAction]:
        """The ways by stick, and stopping files; in a menu their keys hold in the whole window.

        None in the practice office: the list of keys names what the menus have, and there is nothing to send.
        """
        return [] if self._stick is None else [*self._stick.actions_for_menu(), self._files.action()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for a round with F5: in a window its menu has the key already, and two of one key are none."""
        if event.key() == Qt.Key.Key_F5 and self._sync_button.isEnabled():
            self._on_sync()
            return
        super().keyPressEvent(event)

    def _lay_out(self, theme: Theme) -> None:
        header = PageHeader(theme, self.title, line=True)
        header.add_action(self._sync_button)
        top = Stack(theme, gap=12, margins=(16, 12, 16, 12))
        top.add(self._line, self._care, self._figures)
        if self._stick is not None:
            top.add(self._stick)
        if self._hub_card is not None:
            top.add(self._hub_card)
        lists = Surface(theme, card=True)
        inner = Stack(theme, gap=0, margins=(1, 1, 1, 1), parent=lists)
        inner.add(self._tabs, self._pages)
        inner.setStretch(1, 1)
        bottom = Stack(theme, gap=0, margins=(16, 0, 16, 16))
        bottom.add(lists)
        ground = Surface(theme, fill="window")
        content = Stack(theme, gap=0, parent=ground)
        content.add(top, bottom)
        content.setStretch(1, 1)
        Scaled(theme, self._pages, least_height=LEAST_LIST)
        column = Stack(theme, gap=0, parent=self)
        column.add(header, PaneScroll(ground))  # large letters on a small screen: higher than the window

    def _add_page(self, key: str, name: str, page: QWidget) -> None:
        self._tabs.add_tab(key, name)
        self._by_key[key] = page
        self._pages.addWidget(page)

    def _add_held(self, review: HeldReview) -> None:
        held = HeldPanel(self._theme, review)
        held.told.connect(self.act_done)
        self._add_page(HELD, self.tr("Keputusan Anda"), held)

    def _make_queue(self, theme: Theme) -> RecordTable:
        headers = (
            self.tr("Pekerjaan"),
            self.tr("Tentang"),
            self.tr("Dibuat"),
            self.tr("Ukuran"),
            self.tr("Status"),
        )
        table = RecordTable(theme, QUEUE_COLUMNS, name=self.tr("Antrean kirim"))
        table.setModel(PresentedRows(self._center.queue, self._queue_words, headers=headers, parent=table))
        table.set_sortable(sortable=False)
        empty = EmptyState(theme, self.tr("Tidak ada yang menunggu kirim."), icon="circle-check")
        table.overlay.set_placeholder(empty)
        return table

    def _make_log(self, theme: Theme) -> RecordTable:
        headers = (
            self.tr("Waktu"),
            self.tr("Hasil"),
            self.tr("Dikirim"),
            self.tr("Diterima"),
            self.tr("Pekerjaan"),
            self.tr("Baris"),
            self.tr("Detik"),
        )
        table = RecordTable(theme, LOG_COLUMNS, name=self.tr("Catatan sinkron"))
        table.setModel(PresentedRows(self._center.log, log_words, headers=headers, parent=table))
        table.set_sortable(sortable=False)
        empty = EmptyState(theme, self.tr("Belum pernah sinkron."), icon="history")
        table.overlay.set_placeholder(empty)
        return table

    def _queue_words(self, item: QueueItem) -> Wording:
        return queue_words(item, practice=self._center.practice)

    @Slot(str)
    def _show_tab(self, key: str) -> None:
        self._pages.setCurrentWidget(self._by_key[key])

    @Slot()
    def _on_sync(self) -> None:
        self._center.request_sync()

    @Slot()
    def _on_changed(self) -> None:
        center = self._center
        sentence, tone = line_sentence(center)
        self._line.set_message(sentence, tone)
        care = "" if center.overview is None else care_sentence(center.overview.trouble)
        self._care.set_message(care, Tone.WARNING)
        self._care.setVisible(bool(care))
        self._figures.refresh()
        waits = center.queue.rowCount()
        refused = center.tray.rowCount()
        self._tabs.set_text(QUEUE, _counted(self.tr("Antrean"), waits))
        self._tabs.set_text(TRAY, _counted(self.tr("Perlu perhatian"), refused))
        to_decide = 0 if self._review is None else self._review.items.rowCount()
        if self._review is not None and to_decide and HELD not in self._by_key:
            self._add_held(self._review)  # nobody else in the office decides
        if HELD in self._by_key:
            self._tabs.set_text(HELD, _counted(self.tr("Keputusan Anda"), to_decide))
        can_sync = not center.practice
        self._sync_button.setVisible(can_sync)
        self._sync_button.setEnabled(can_sync and not center.running)
        self._files.action().setVisible(can_sync)
        if self._stick is not None:
            self._stick.setVisible(can_sync)
            for action in self._stick.actions_for_menu():
                action.setVisible(can_sync)
        if self._hub_card is not None:
            self._hub_card.setVisible(can_sync)
        overview = center.overview
        if overview is not None:
            waiting = 0 if center.practice else overview.waiting
            self.badge_changed.emit(overview.refused + waiting + to_decide + self._tell_conflicts())

    def _tell_conflicts(self) -> int:
        if self._conflicts is None:
            return 0
        count = self._conflicts.lines.rowCount()
        self._tabs.set_text(CONFLICTS, _counted(self.tr("Perbedaan"), count))
        return count

    @Slot()
    def _on_files(self) -> None:
        self._tabs.set_text(FILES, _counted(self.tr("Pindaian"), self._traffic.lines.rowCount()))

    @Slot(str, str)
    def _on_failed(self, code: str, _field: str) -> None:
        self.status_message.emit(sentence_for(code))

    def _focus_list(self) -> None:
        page = self._pages.currentWidget()
        if page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)


def _counted(name: str, count: int) -> str:
    return f"{name} ({format_count(count)})" if count else name
