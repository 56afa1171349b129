"""Reminding, withdrawing and confirming, as actions of the disposition screen."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.domain.ids import PositionId
from desktop.viewmodels.disposition_inbox import DispositionInbox, InboxTab
from desktop.viewmodels.follow_up import CONFIRMED, NOT_REMINDED, REMINDED, WITHDRAWN, FollowUp
from desktop.views.messages import sentence_for
from desktop.views.screen import make_action
from desktop.views.withdraw_dialog import WithdrawDialog
from desktop.widgets.theme import Theme


class FollowUpActions(QObject):
    """Offered for the disposition that is shown under *Saya kirim*.

    Signals: `act_done(str)` with what was done and may be undone; `told(str)` with what was not; `together(str)` when
    `remind` or `confirm` shall be done with all that are marked.
    """

    act_done = Signal(str)
    told = Signal(str)
    together = Signal(str)

    def __init__(self, theme: Theme, inbox: DispositionInbox, follow_up: FollowUp, *, screen: QWidget) -> None:
        super().__init__(screen)
        self._theme = theme
        self._inbox = inbox
        self._follow_up = follow_up
        self._dialog: WithdrawDialog | None = None
        self._screen = screen
        self._marked: tuple[str, ...] | None = None
        self.remind = make_action(screen, self.tr("&Ingatkan penerima"), shortcut="I", name="disposition.remind")
        self.withdraw = make_action(screen, self.tr("Tari&k disposisi…"), shortcut="K", name="disposition.withdraw")
        self.confirm = make_action(screen, self.tr("Be&narkan"), shortcut="B", name="disposition.confirm")
        self.remind.triggered.connect(self._on_remind)
        self.withdraw.triggered.connect(self._on_withdraw)
        self.confirm.triggered.connect(self._on_confirm)
        for action in self.actions():
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            screen.addAction(action)
        follow_up.changed.connect(self._refresh)
        follow_up.busy_changed.connect(self._refresh)
        follow_up.done.connect(self._on_done)
        follow_up.refused.connect(self._on_refused)
        inbox.letter_changed.connect(self._on_entry)
        inbox.changed.connect(self._on_entry)
        self._refresh()

    def actions(self) -> list[QAction]:
        """All of them, for a menu."""
        return [self.remind, self.withdraw, self.confirm]

    def mark(self, offers: tuple[str, ...] | None) -> None:
        """Several are marked, for all of which these can be done; None: the one that is shown counts."""
        if offers != self._marked:
            self._marked = offers
            self._refresh()

    @Slot()
    def _on_remind(self) -> None:
        if self._marked is not None:
            self.together.emit("remind")
        else:
            self._follow_up.remind()

    @Slot()
    def _on_confirm(self) -> None:
        if self._marked is not None:
            self.together.emit("confirm")
        else:
            self._follow_up.confirm()

    @Slot()
    def _on_entry(self) -> None:
        entry = self._inbox.entry
        sent = self._inbox.tab is InboxTab.SENT and entry is not None
        self._follow_up.open(entry.disposition if sent and entry is not None else None)

    @Slot()
    def _refresh(self) -> None:
        follow_up, marked = self._follow_up, self._marked
        for action, possible in (
            (self.remind, bool(follow_up.waiting) if marked is None else "remind" in marked),
            (self.withdraw, bool(follow_up.waiting) and marked is None),
            (self.confirm, follow_up.may_confirm if marked is None else "confirm" in marked),
        ):
            action.setEnabled(possible and not follow_up.busy)

    @Slot()
    def _on_withdraw(self) -> None:
        if self._dialog is None:
            self._dialog = WithdrawDialog(self._theme, self._follow_up, parent=self._screen)
        self._dialog.begin(self._titles())

    def _titles(self) -> dict[PositionId, str]:
        entry = self._inbox.entry
        if entry is None or entry.disposition is None:
            return {}
        return {to.position: title for to, title in zip(entry.disposition.recipients, entry.to, strict=True)}

    @Slot(str)
    def _on_done(self, what: str) -> None:
        if what == NOT_REMINDED:
            self.told.emit(self.tr("Mereka baru saja diingatkan; paling cepat dua kali sehari."))
            return
        sentences = {
            WITHDRAWN: self.tr("Disposisi ditarik"),
            REMINDED: self.tr("Penerima yang belum melapor diingatkan"),
            CONFIRMED: self.tr("Disposisi yang dicatatkan itu Anda benarkan"),
        }
        self.act_done.emit(sentences[what])

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        if self._dialog is None or not self._dialog.isVisible():
            self.told.emit(sentence_for(code))
