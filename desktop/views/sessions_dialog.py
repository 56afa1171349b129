"""Keluarkan komputer lain: the password once more."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.session_entry import SessionEntry
from desktop.views.act_dialog import ActDialog
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import SecretEdit
from desktop.widgets.theme import Theme, Tone

WIDTH = 460


class SessionsDialog(ActDialog):
    """Ends the sessions of whoever is signed in, on all PCs but this one.

    Signals: `ended(str)` with a sentence.
    """

    ended = Signal(str)

    def __init__(self, theme: Theme, entry: SessionEntry, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, entry, icon="logout", width=WIDTH, parent=parent)
        self._set_head(
            self.tr("Keluarkan semua komputer lain"),
            self.tr(
                "Di komputer lain server meminta kata sandi Anda lagi, begitu mendengarnya dari komputer ini. "
                "Surat dan pekerjaan yang belum terkirim di sana tetap ada."
            ),
        )
        self._entry = entry
        self.password = SecretEdit(theme)
        self.fields = {"password": Field(theme, self.tr("Kata sandi Anda"), self.password)}
        self._lay_out(fields=self.fields, confirm=self.tr("Keluarkan"), back=self.tr("Batal"), tone=Tone.WARNING)
        self.password.textEdited.connect(self._refusals.clear_fields)
        entry.ended.connect(self._on_ended)
        entry.held_off.connect(self._on_held_off)
        self.finished.connect(self.password.clear)

    def begin(self) -> None:
        """Open the dialog."""
        self._refusals.clear()
        self.open()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """End them."""
        self._refusals.banner.hide()
        self._entry.end(self.password.text())

    @Slot()
    def _on_ended(self) -> None:
        self.accept()
        self.ended.emit(self.tr("Komputer lain dikeluarkan begitu server mendengarnya. Komputer ini tetap masuk."))

    @Slot(int)
    def _on_held_off(self, seconds: int) -> None:
        text = self.tr("Terlalu banyak kata sandi keliru; data tetap aman. Coba lagi dalam {seconds} detik.")
        self._refusals.say(text.format(seconds=seconds))
