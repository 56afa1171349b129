"""The cards of the disposition screen, and what stands there when there are none."""

from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QWidget

from desktop.viewmodels.disposition_inbox import DispositionInbox, InboxTab
from desktop.views.disposition_cards import disposition_cards
from desktop.widgets.card_list import CardList
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.theme import Theme


class DispositionList(CardList):
    """Shows the rows of an inbox and opens the current one in it.

    Signals: `tab_wanted(object)` with an InboxTab, `all_wanted()` when the search shall be forgotten.
    """

    tab_wanted = Signal(object)
    all_wanted = Signal()

    def __init__(self, theme: Theme, inbox: DispositionInbox, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, name=self.tr("Daftar disposisi"), parent=parent)
        self._inbox = inbox
        self._words = disposition_cards(inbox.rows, self._today, parent=self)
        self._empty = EmptyState(theme, icon="inbox")
        self._empty.action_triggered.connect(self._on_empty_action)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setModel(self._words)
        self.overlay.set_placeholder(self._empty)
        self.overlay.set_busy(busy=True)
        self.current_row_changed.connect(self._on_row)
        inbox.changed.connect(self._on_changed)

    def reword(self) -> None:
        """Word the cards again, on another day."""
        self._words.reword()

    def _today(self) -> date:
        return self._inbox.today

    @Slot(int)
    def _on_row(self, row: int) -> None:
        self._inbox.open(self._inbox.rows.row(row))

    @Slot()
    def _on_changed(self) -> None:
        self.overlay.set_busy(busy=not self._inbox.loaded)
        self._say_why_empty()
        if self.current_row() < 0:
            if self._inbox.rows.rowCount():
                self.select_row(0)
            else:
                self._inbox.open(None)

    def _say_why_empty(self) -> None:
        if self._inbox.filtered:
            text = self.tr("Tidak ada surat yang memuat kata itu.")
            self._empty.set_content(text, icon="search", action=self.tr("Hapus pencarian"))
            return
        decides = InboxTab.TO_DECIDE in self._inbox.tabs
        sent = self.tr("Lihat yang saya kirim")
        back = self.tr("Lihat surat yang menunggu") if decides else self.tr("Lihat disposisi untuk saya")
        text, action = {
            InboxTab.TO_DECIDE: (self.tr("Semua surat sudah didisposisi."), sent),
            InboxTab.FOR_ME: (self.tr("Tidak ada disposisi untuk Anda."), sent),
            InboxTab.SENT: (self.tr("Anda belum mengirim disposisi."), back),
        }[self._inbox.tab]
        self._empty.set_content(text, icon="circle-check", action=action)

    @Slot()
    def _on_empty_action(self) -> None:
        if self._inbox.filtered:
            self.all_wanted.emit()
        elif self._inbox.tab is InboxTab.SENT:
            self.tab_wanted.emit(self._inbox.tabs[0])
        else:
            self.tab_wanted.emit(InboxTab.SENT)
