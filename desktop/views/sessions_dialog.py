"""Sesi saya: the PCs on which somebody is signed in, and leaving one or all others, by the password once more."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from core.domain.sessions import NOWHERE
from desktop.viewmodels.screen_facts import SessionLine
from desktop.viewmodels.session_entry import SessionEntry
from desktop.views.act_dialog import ActDialog
from desktop.views.presented_rows import PresentedRows
from desktop.views.screen import make_action
from desktop.views.session_words import session_words, unlisted_sentence
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button
from desktop.widgets.card_list import CardList
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import SecretEdit
from desktop.widgets.scaled import Scaled
from desktop.widgets.theme import Theme, Tone

WIDTH, LIST_HEIGHT = 620, 190


class SessionsDialog(ActDialog):
    """Lists the sessions of whoever is signed in; stays open while several are ended, one after the other.

    Signals: `ended(str)` with a sentence.
    """

    ended = Signal(str)

    def __init__(self, theme: Theme, entry: SessionEntry, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, entry, icon="logout", width=WIDTH, parent=parent)
        self._set_head(
            self.tr("Sesi saya"),
            self.tr(
                "Komputer tempat Anda masuk. Yang dikeluarkan diminta kata sandi Anda lagi; "
                "surat dan pekerjaan yang belum terkirim di sana tetap ada."
            ),
        )
        self._entry = entry
        self._all_ended = False
        self.sessions = CardList(theme, name=self.tr("Komputer tempat Anda masuk"), lines=1)
        self.sessions.setModel(PresentedRows(entry.rows, session_words, parent=self))
        self._empty = EmptyState(theme, icon="server")
        self.sessions.overlay.set_placeholder(self._empty)
        Scaled(theme, self.sessions, height=LIST_HEIGHT)
        self.missing = Banner(theme, tone=Tone.WARNING, card=True)
        self.missing.hide()
        self.password = SecretEdit(theme)
        self.fields = {"password": Field(theme, self.tr("Kata sandi Anda"), self.password)}
        self._lay_out(
            self.missing,
            self.sessions,
            fields=self.fields,
            confirm=self.tr("Keluarkan yang dipilih"),
            back=self.tr("Tutup"),
            tone=Tone.WARNING,
        )
        self.others = Button(theme, self.tr("Keluarkan semua lain"), key_hint=self.tr("Ctrl ↵"), parent=self)
        self._sheet.add_button(self.others, left=True)
        self.others.clicked.connect(self._on_others)
        leave = make_action(self, self.tr("Keluarkan semua lain"), name="sessions.others")
        leave.setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])
        again = make_action(self, self.tr("Muat ulang"), shortcut="F5", name="sessions.again")
        self.addActions([leave, again])
        leave.triggered.connect(self._on_others)
        again.triggered.connect(entry.look)
        self.password.textEdited.connect(self._refusals.clear_fields)
        self.sessions.current_row_changed.connect(self._show_choice)
        self.sessions.opened.connect(self.confirm)
        entry.listed.connect(self._on_listed)
        entry.unlisted.connect(self._on_unlisted)
        entry.ended.connect(self._on_ended)
        entry.held_off.connect(self._on_held_off)
        self.finished.connect(self.password.clear)

    def begin(self) -> None:
        """Open the dialog, and ask for the list."""
        self._refusals.clear()
        self.missing.hide()
        self._empty.set_content(self.tr("Daftar ini ada di server."), icon="server")
        self.sessions.overlay.set_busy(busy=True)
        self._show_choice()
        self.open()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        self._entry.look()

    @Slot()
    def look_again(self) -> None:
        """The server was heard: its list may be another."""
        if self.isVisible():
            self._entry.look()

    @Slot()
    def confirm(self) -> None:
        """End the session that is chosen."""
        line = self._chosen()
        if line is None:
            self._refusals.say(
                self.tr("Belum ada yang dipilih: pilih komputer lain di daftar, atau keluarkan semua lain.")
            )
        elif not self._entry.busy:
            self._refusals.banner.hide()
            self._all_ended = False
            self._entry.end(self.password.text(), line.device)

    def _chosen(self) -> SessionLine | None:
        """The session that can be ended; this PC is left with Keluar, one that is ended already is."""
        line = self._entry.rows.row(self.sessions.current_row())
        return None if line is None or line.here or line.leaving else line

    @Slot()
    def _on_others(self) -> None:
        if not self._entry.busy:
            self._refusals.banner.hide()
            self._all_ended = True
            self._entry.end(self.password.text(), NOWHERE)

    @Slot()
    def _on_listed(self) -> None:
        self.sessions.overlay.set_busy(busy=False)
        self.missing.hide()
        if self.sessions.current_row() < 0 and self._entry.rows.rowCount():
            # The first that could be meant: this PC stands first.
            self.sessions.select_row(min(1, self._entry.rows.rowCount() - 1))
        self._show_choice()

    @Slot(str)
    def _on_unlisted(self, code: str) -> None:
        self.sessions.overlay.set_busy(busy=False)
        self.missing.set_message(unlisted_sentence(code), Tone.WARNING)
        self.missing.show()

    @Slot()
    def _on_ended(self) -> None:
        self.password.clear()
        if self._all_ended:
            self.accept()
            self.ended.emit(self.tr("Komputer lain dikeluarkan begitu server mendengarnya. Komputer ini tetap masuk."))
            return
        self._show_choice()
        self.ended.emit(self.tr("Komputer itu dikeluarkan begitu server mendengarnya."))

    @Slot()
    def _show_choice(self) -> None:
        self._confirm.setEnabled(self._chosen() is not None and not self._entry.busy)
        self.others.setEnabled(not self._entry.busy)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001  # the signature of the signal
        del busy
        self._show_choice()

    @Slot(int)
    def _on_held_off(self, seconds: int) -> None:
        text = self.tr("Terlalu banyak kata sandi keliru; data tetap aman. Coba lagi dalam {seconds} detik.")
        self._refusals.say(text.format(seconds=seconds))
