"""Ganti kata sandi: the old one, a new one, and that again."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.password_entry import PasswordEntry
from desktop.views.act_dialog import ActDialog
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import SecretEdit
from desktop.widgets.theme import Theme, Tone

WIDTH = 460


class PasswordDialog(ActDialog):
    """Changes the password of whoever is signed in.

    Signals: `changed(str)` with a sentence.
    """

    changed = Signal(str)

    def __init__(self, theme: Theme, entry: PasswordEntry, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, entry, icon="key", width=WIDTH, parent=parent)
        self._set_head(
            self.tr("Ganti kata sandi"),
            self.tr("Berlaku di komputer ini sekarang juga; server diberi tahu begitu ada jaringan."),
        )
        self._entry = entry
        self.old, self.new, self.repeated = SecretEdit(theme), SecretEdit(theme), SecretEdit(theme)
        self.fields = {
            "old": Field(theme, self.tr("Kata sandi sekarang"), self.old),
            "new": Field(theme, self.tr("Kata sandi baru"), self.new),
            "repeated": Field(theme, self.tr("Ulangi kata sandi baru"), self.repeated),
        }
        self._lay_out(fields=self.fields, confirm=self.tr("Ganti kata sandi"), back=self.tr("Batal"), tone=Tone.WARNING)
        for edit in (self.old, self.new, self.repeated):
            edit.textEdited.connect(self._refusals.clear_fields)
        entry.changed.connect(self._on_changed)
        entry.held_off.connect(self._on_held_off)
        self.finished.connect(self._forget)

    def begin(self) -> None:
        """Open the dialog."""
        self._refusals.clear()
        self.fields["new"].set_hint(
            self.tr(
                "Paling sedikit 12 karakter: huruf besar, huruf kecil, angka, dan tanda baca, seperti diminta kantor."
            )
            if self._entry.wants_mix
            else self.tr("Paling sedikit 12 huruf atau angka. Tiga atau empat kata yang tidak berkaitan mudah diingat.")
        )
        self.open()
        self.old.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Change it."""
        self._refusals.banner.hide()
        self._entry.change(self.old.text(), new=self.new.text(), repeated=self.repeated.text())

    @Slot()
    def _on_changed(self) -> None:
        self.accept()
        self.changed.emit(self.tr("Kata sandi diganti. Kata sandi lama tidak berlaku lagi di komputer ini."))

    @Slot(int)
    def _on_held_off(self, seconds: int) -> None:
        text = self.tr("Terlalu banyak kata sandi keliru; data tetap aman. Coba lagi dalam {seconds} detik.")
        self._refusals.say(text.format(seconds=seconds))

    @Slot()
    def _forget(self) -> None:
        for edit in (self.old, self.new, self.repeated):
            edit.clear()
