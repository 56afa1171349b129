"""The page for the words of a recovery sheet, behind the sign-in page."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from core.domain.ids import UserId
from desktop.viewmodels.recovery_entry import RecoveryEntry
from desktop.views.messages import sentence_for
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.fields import Field, FieldErrors, FormLayout
from desktop.widgets.line_edits import SecretEdit, TextEdit
from desktop.widgets.sheet import Sheet, SheetPage
from desktop.widgets.theme import Theme, Tone

WIDTH = 520


class RecoveryEntryView(SheetPage):
    """Asks for the words, the person and a new password.

    Signals: `left()` when the person goes back.
    """

    left = Signal()

    def __init__(self, theme: Theme, view_model: RecoveryEntry, *, office: str, parent: QWidget | None = None) -> None:
        self._entry = view_model
        sheet = Sheet(theme, office, icon="key", width=WIDTH)
        super().__init__(theme, sheet, parent=parent)
        sheet.set_text(
            self.tr(
                "Lembar pemulihan membuka data komputer ini bila kuncinya hilang atau kata sandi terlupa, "
                "juga tanpa server. Data tetap seperti adanya."
            )
        )
        form = QWidget()
        self.words = TextEdit(theme, placeholder=self.tr("empat belas kata, atau pindai kode QR di sini"), lines=3)
        self.person = ComboBox(theme, placeholder=self.tr("Pilih nama Anda"))
        self.person.set_choices([(str(one.user), f"{one.name} — {one.title}") for one in view_model.people])
        if len(view_model.people) == 1:
            self.person.select(str(view_model.people[0].user))
        self.password, self.repeated = SecretEdit(theme), SecretEdit(theme)
        self.fields = {
            "words": Field(theme, self.tr("Kata-kata pada lembar"), self.words),
            "person": Field(theme, self.tr("Siapa yang akan masuk"), self.person),
            "password": Field(theme, self.tr("Kata sandi"), self.password),
            "repeated": Field(theme, self.tr("Ulangi kata sandi"), self.repeated),
        }
        self.fields["words"].set_hint(
            self.tr("Huruf besar, koma, dan nomor tidak berpengaruh; empat huruf pertama setiap kata sudah cukup.")
        )
        self.fields["password"].set_hint(self.tr("Bila Anda masih ingat kata sandi lama, pakai yang itu."))
        self._errors = FieldErrors(self.fields, parent=self)
        layout = FormLayout(theme, parent=form)
        layout.add_field(self.fields["words"], span=2)
        layout.add_field(self.fields["person"], span=2)
        layout.add_field(self.fields["password"])
        layout.add_field(self.fields["repeated"])
        self._form = form
        self._banner = Banner(theme, tone=Tone.WARNING, card=True)
        self._banner.hide()
        self._back = Button(theme, self.tr("Kembali"), kind=ButtonKind.QUIET, key_hint="Esc")
        self.go = Button(theme, self.tr("Pulihkan"), kind=ButtonKind.PRIMARY, key_hint="Enter")
        sheet.body.add(form, self._banner)
        sheet.add_button(self._back, left=True)
        sheet.add_button(self.go)
        self._back.clicked.connect(self.left)
        self.go.clicked.connect(self._on_go)
        self.words.textChanged.connect(self._errors.clear)
        for edit in (self.password, self.repeated):
            edit.returnPressed.connect(self._on_go)
            edit.textEdited.connect(self._errors.clear)
        view_model.busy_changed.connect(self._on_busy)
        view_model.refused.connect(self._on_refused)
        view_model.word_unknown.connect(self._on_word_unknown)

    def focus_first(self) -> None:
        """Begin with the words."""
        self.words.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape and self._back.isEnabled():
            self.left.emit()
            return
        super().keyPressEvent(event)

    @Slot()
    def _on_go(self) -> None:
        self._banner.hide()
        key = self.person.current_key()
        self._entry.enter(
            self.words.toPlainText(),
            user=UserId(int(key)) if key else None,
            password=self.password.text(),
            repeated=self.repeated.text(),
        )

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        for part in (self._form, self._back, self.go):
            part.setEnabled(not busy)

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        if field in self.fields:
            self._errors.show_errors({field: sentence_for(code)})
        else:
            self._banner.set_message(sentence_for(code), Tone.WARNING)
            self._banner.show()

    @Slot(int, str, str)
    def _on_word_unknown(self, position: int, word: str, like: str) -> None:
        sentence = self.tr("Kata ke-{position}, “{word}”, tidak ada dalam daftar.").format(position=position, word=word)
        if like:
            sentence += self.tr(" Mungkin “{word}”?").format(word=like)
        self._errors.show_errors({"words": sentence})
