"""The page for the words of a recovery sheet, behind the sign-in page."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from core.domain.ids import UserId
from desktop.viewmodels.recovery_entry import RecoveryEntry
from desktop.views.entry_page import EntryPage
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import SecretEdit, TextEdit
from desktop.widgets.theme import Theme

WIDTH = 520


class RecoveryEntryView(EntryPage):
    """Asks for the words, the person and a new password."""

    def __init__(self, theme: Theme, view_model: RecoveryEntry, *, office: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, view_model, office=office, icon="key", width=WIDTH, parent=parent)
        self._entry = view_model
        self.words = TextEdit(theme, placeholder=self.tr("empat belas kata, atau pindai kode QR di sini"), lines=3)
        self.person = ComboBox(theme, placeholder=self.tr("Pilih nama Anda"))
        self.person.set_choices([(str(one.user), f"{one.name} — {one.title}") for one in view_model.people])
        if len(view_model.people) == 1:
            self.person.select(str(view_model.people[0].user))
        self.password, self.repeated = SecretEdit(theme), SecretEdit(theme)
        words = Field(theme, self.tr("Kata-kata pada lembar"), self.words)
        words.set_hint(
            self.tr("Huruf besar, koma, dan nomor tidak berpengaruh; empat huruf pertama setiap kata sudah cukup.")
        )
        password = Field(theme, self.tr("Kata sandi"), self.password)
        password.set_hint(self.tr("Bila Anda masih ingat kata sandi lama, pakai yang itu."))
        self._lay_out(
            self.tr(
                "Lembar pemulihan membuka data komputer ini bila kuncinya hilang atau kata sandi terlupa, "
                "juga tanpa server. Data tetap seperti adanya."
            ),
            {
                "words": (words, 2),
                "person": (Field(theme, self.tr("Siapa yang akan masuk"), self.person), 2),
                "password": (password, 1),
                "repeated": (Field(theme, self.tr("Ulangi kata sandi"), self.repeated), 1),
            },
            go=self.tr("Pulihkan"),
        )
        self.words.textChanged.connect(self._refusals.clear_fields)
        view_model.word_unknown.connect(self._on_word_unknown)

    def focus_first(self) -> None:
        """Begin with the words."""
        self.words.setFocus(Qt.FocusReason.TabFocusReason)

    def _enter(self) -> None:
        key = self.person.current_key()
        self._entry.enter(
            self.words.toPlainText(),
            user=UserId(int(key)) if key else None,
            password=self.password.text(),
            repeated=self.repeated.text(),
        )

    @Slot(int, str, str)
    def _on_word_unknown(self, position: int, word: str, like: str) -> None:
        sentence = self.tr("Kata ke-{position}, “{word}”, tidak ada dalam daftar.").format(position=position, word=word)
        if like:
            sentence += self.tr(" Mungkin “{word}”?").format(word=like)
        self._refusals.show_beside("words", sentence)
