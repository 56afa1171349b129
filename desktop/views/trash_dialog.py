"""Tempat sampah: what was thrown away on purpose, to be had back with Enter or forgotten for good with Del."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.screen_facts import Thrown
from desktop.viewmodels.trash_desk import TrashDesk
from desktop.views.messages import sentence_for
from desktop.views.presented_rows import PresentedRows
from desktop.views.screen import make_action
from desktop.views.trash_words import TrashWords, name_text
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.card_list import CardList
from desktop.widgets.confirmation import Confirmation
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.literal import window_title
from desktop.widgets.scaled import Scaled
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone

WIDTH, LIST_HEIGHT = 600, 340


class TrashDialog(SheetDialog):
    """Stays open while several things are put back; a draft that comes back closes it."""

    def __init__(
        self, theme: Theme, desk: TrashDesk, *, today: Callable[[], date], parent: QWidget | None = None
    ) -> None:
        self._sheet = Sheet(theme, "", icon="trash", width=WIDTH, card=False)
        super().__init__(theme, self._sheet, parent=parent)
        self._theme = theme
        self._desk = desk
        self._fresh = False
        self._asked_about: Thrown | None = None
        self._sheet.set_title(self.tr("Tempat sampah"))
        self._sheet.set_text(
            self.tr(
                "Draf Anda dan pindaian yang dibuang tinggal 30 hari di sini. "
                "Surat yang sudah tercatat tidak pernah dihapus, hanya dicoret, jadi tidak ada di sini."
            )
        )
        self.setWindowTitle(window_title(self.tr("Tempat sampah")))
        self._words = PresentedRows(desk.rows, TrashWords(today), parent=self)
        self._list = CardList(theme, name=self.tr("Yang dibuang"))
        self._list.setModel(self._words)
        self._list.overlay.set_placeholder(EmptyState(theme, self.tr("Tempat sampah kosong."), icon="trash"))
        Scaled(theme, self._list, height=LIST_HEIGHT)
        self._said = Banner(theme, card=True)
        self._said.hide()
        self._sheet.body.add(self._list, self._said)
        self._restore = Button(
            theme, self.tr("Kembalikan"), kind=ButtonKind.PRIMARY, key_hint=self.tr("↵"), parent=self
        )
        self._forget = Button(theme, self.tr("Hapus selamanya…"), key_hint=self.tr("Del"), parent=self)
        close = Button(theme, self.tr("Tutup"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"), parent=self)
        for button in (close, self._forget, self._restore):
            self._sheet.add_button(button)
        delete = make_action(self, self.tr("Hapus selamanya…"), shortcut="Delete", name="trash.delete")
        self.addAction(delete)
        delete.triggered.connect(self._on_delete)
        self._forget.clicked.connect(self._on_delete)
        self._restore.clicked.connect(self._on_restore)
        close.clicked.connect(self.accept)
        self._list.opened.connect(self._on_restore)
        self._list.current_row_changed.connect(self._show_buttons)
        desk.changed.connect(self._on_changed)
        desk.scan_back.connect(self._on_scan_back)
        desk.draft_back.connect(self.accept)
        desk.refused.connect(self._on_refused)
        self._show_buttons()

    @Slot()
    def begin(self) -> None:
        """Open the list, the latest first."""
        self._said.hide()
        self._words.reword()
        self._fresh = True
        self._desk.refresh()
        self.open()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _current(self) -> Thrown | None:
        one: Thrown | None = self._desk.rows.row(self._list.current_row())
        return one

    @Slot()
    def _on_changed(self) -> None:
        rows = self._desk.rows.rowCount()
        if rows and (self._fresh or self._list.current_row() < 0):
            self._list.select_row(0)
        self._fresh = False
        self._show_buttons()

    @Slot()
    def _show_buttons(self) -> None:
        there = self._current() is not None
        self._restore.setEnabled(there)
        self._forget.setEnabled(there)

    @Slot()
    def _on_restore(self) -> None:
        one = self._current()
        if one is not None:
            self._said.hide()
            self._desk.restore(one)

    @Slot()
    def _on_delete(self) -> None:
        one = self._current()
        if one is None:
            return
        question = Confirmation(
            self._theme,
            self.tr("Hapus selamanya?"),
            self.tr("“{name}” tidak dapat dikembalikan lagi sesudah ini.").format(name=name_text(one)),
            confirm=self.tr("Hapus selamanya"),
            danger=True,
            parent=self,
        )
        self._asked_about = one
        question.accepted.connect(self._delete)
        question.finished.connect(question.deleteLater)
        question.open()

    @Slot()
    def _delete(self) -> None:
        if self._asked_about is not None:
            self._said.hide()
            self._desk.delete(self._asked_about)

    @Slot(str)
    def _on_scan_back(self, name: str) -> None:
        self._say(self.tr("“{name}” ada lagi di Pindaian.").format(name=name), Tone.SUCCESS)

    @Slot(str)
    def _on_refused(self, code: str) -> None:
        self._say(sentence_for(code), Tone.WARNING)

    def _say(self, text: str, tone: Tone) -> None:
        self._said.set_message(text, tone)
        self._said.show()
