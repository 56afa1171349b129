"""The page for a code from the administrator, behind the sign-in page."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.code_entry import CodeEntry
from desktop.views.entry_page import EntryPage
from desktop.views.joining_messages import joining_sentence
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import LineEdit, SecretEdit
from desktop.widgets.theme import Theme


class CodeEntryView(EntryPage):
    """Asks for code and new password."""

    def __init__(self, theme: Theme, view_model: CodeEntry, *, office: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, view_model, office=office, icon="building", sentence=joining_sentence, parent=parent)
        self._entry = view_model
        self.code = LineEdit(theme, tabular=True)
        self.password, self.repeated = SecretEdit(theme), SecretEdit(theme)
        password = Field(theme, self.tr("Kata sandi"), self.password)
        password.set_hint(
            self.tr("Paling sedikit 12 huruf atau angka. Bila Anda sudah bergabung di komputer lain, pakai yang sama.")
        )
        self._lay_out(
            self.tr(
                "Minta kode sekali pakai kepada admin bila Anda lupa kata sandi atau baru di komputer ini. "
                "Data di komputer ini tetap seperti adanya."
            ),
            {
                "code": (Field(theme, self.tr("Kode sekali pakai"), self.code), 2),
                "password": (password, 2),
                "repeated": (Field(theme, self.tr("Ulangi kata sandi"), self.repeated), 2),
            },
            go=self.tr("Lanjut"),
        )

    def focus_first(self) -> None:
        """Begin with the code."""
        self.code.setFocus(Qt.FocusReason.TabFocusReason)

    def _enter(self) -> None:
        self._entry.enter(self.code.text(), password=self.password.text(), repeated=self.repeated.text())

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001  # the signature of the signal
        super()._on_busy(busy)
        self.go.setText(self.tr("Menghubungi server…") if busy else self.tr("Lanjut"))
