"""Ganti kata sandi: the old one, a new one, and that again."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.password_entry import PasswordEntry
from desktop.views.messages import sentence_for
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field, FieldErrors
from desktop.widgets.line_edits import SecretEdit
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone

WIDTH = 460


class PasswordDialog(SheetDialog):
    """Changes the password of whoever is signed in.

    Signals: `changed(str)` with a sentence.
    """

    changed = Signal(str)

    def __init__(self, theme: Theme, entry: PasswordEntry, *, parent: QWidget | None = None) -> None:
        sheet = Sheet(theme, "", icon="key", width=WIDTH, card=False)
        super().__init__(theme, sheet, parent=parent)
        sheet.set_title(self.tr("Ganti kata sandi"))
        sheet.set_text(self.tr("Berlaku di komputer ini sekarang juga; server diberi tahu begitu ada jaringan."))
        self.setWindowTitle(self.tr("Ganti kata sandi"))
        self._entry = entry
        self.old, self.new, self.repeated = SecretEdit(theme), SecretEdit(theme), SecretEdit(theme)
        self.fields = {
            "old": Field(theme, self.tr("Kata sandi sekarang"), self.old),
            "new": Field(theme, self.tr("Kata sandi baru"), self.new),
            "repeated": Field(theme, self.tr("Ulangi kata sandi baru"), self.repeated),
        }
        self.fields["new"].set_hint(
            self.tr("Paling sedikit 12 huruf atau angka. Tiga atau empat kata yang tidak berkaitan mudah diingat.")
        )
        self._errors = FieldErrors(self.fields, parent=self)
        self._trouble = Banner(theme, tone=Tone.WARNING, card=True)
        self._trouble.hide()
        sheet.body.add(*self.fields.values(), self._trouble)
        cancel = Button(theme, self.tr("Batal"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"))
        self.go = Button(theme, self.tr("Ganti kata sandi"), kind=ButtonKind.PRIMARY, key_hint=self.tr("↵"))
        sheet.add_button(cancel)
        sheet.add_button(self.go)
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._on_go)
        for edit in (self.old, self.new, self.repeated):
            edit.returnPressed.connect(self._on_go)
            edit.textEdited.connect(self._errors.clear)
        entry.changed.connect(self._on_changed)
        entry.refused.connect(self._on_refused)
        entry.held_off.connect(self._on_held_off)
        entry.busy_changed.connect(self._on_busy)
        self.finished.connect(self._forget)

    def begin(self) -> None:
        """Open the dialog."""
        self._errors.clear()
        self._trouble.hide()
        self.open()
        self.old.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_go(self) -> None:
        self._trouble.hide()
        self._entry.change(self.old.text(), new=self.new.text(), repeated=self.repeated.text())

    @Slot()
    def _on_changed(self) -> None:
        self.accept()
        self.changed.emit(self.tr("Kata sandi diganti. Kata sandi lama tidak berlaku lagi di komputer ini."))

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        if field in self.fields:
            self._errors.show_errors({field: sentence_for(code)})
        else:
            self._say(sentence_for(code))

    @Slot(int)
    def _on_held_off(self, seconds: int) -> None:
        text = self.tr("Terlalu banyak kata sandi keliru; data tetap aman. Coba lagi dalam {seconds} detik.")
        self._say(text.format(seconds=seconds))

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self.go.setEnabled(not busy)

    @Slot()
    def _forget(self) -> None:
        for edit in (self.old, self.new, self.repeated):
            edit.clear()

    def _say(self, sentence: str) -> None:
        self._trouble.set_message(sentence, Tone.WARNING)
        self._trouble.show()
