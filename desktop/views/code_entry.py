"""The page for a code from the administrator, behind the sign-in page."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.code_entry import CodeEntry
from desktop.views.joining_messages import joining_sentence
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field, FieldErrors, FormLayout
from desktop.widgets.line_edits import LineEdit, SecretEdit
from desktop.widgets.sheet import Sheet, SheetPage
from desktop.widgets.theme import Theme, Tone


class CodeEntryView(SheetPage):
    """Asks for code and new password.

    Signals: `left()` when the person goes back.
    """

    left = Signal()

    def __init__(self, theme: Theme, view_model: CodeEntry, *, office: str, parent: QWidget | None = None) -> None:
        self._entry = view_model
        sheet = Sheet(theme, office, icon="building")
        super().__init__(theme, sheet, parent=parent)
        sheet.set_text(
            self.tr(
                "Minta kode sekali pakai kepada admin bila Anda lupa kata sandi atau baru di komputer ini. "
                "Data di komputer ini tetap seperti adanya."
            )
        )
        form = QWidget()
        self.code = LineEdit(theme, tabular=True)
        self.password, self.repeated = SecretEdit(theme), SecretEdit(theme)
        self.fields = {
            "code": Field(theme, self.tr("Kode sekali pakai"), self.code),
            "password": Field(theme, self.tr("Kata sandi"), self.password),
            "repeated": Field(theme, self.tr("Ulangi kata sandi"), self.repeated),
        }
        self.fields["password"].set_hint(
            self.tr("Paling sedikit 12 huruf atau angka. Bila Anda sudah bergabung di komputer lain, pakai yang sama.")
        )
        self._errors = FieldErrors(self.fields, parent=self)
        layout = FormLayout(theme, parent=form)
        for field in self.fields.values():
            layout.add_field(field, span=2)
        self._form = form
        self._banner = Banner(theme, tone=Tone.WARNING, card=True)
        self._banner.hide()
        self._back = Button(theme, self.tr("Kembali"), kind=ButtonKind.QUIET, key_hint="Esc")
        self._go = Button(theme, self.tr("Lanjut"), kind=ButtonKind.PRIMARY, key_hint="Enter")
        sheet.body.add(form, self._banner)
        sheet.add_button(self._back, left=True)
        sheet.add_button(self._go)
        self._back.clicked.connect(self.left)
        self._go.clicked.connect(self._on_go)
        for edit in (self.code, self.password, self.repeated):
            edit.returnPressed.connect(self._on_go)
            edit.textEdited.connect(self._errors.clear)
        view_model.busy_changed.connect(self._on_busy)
        view_model.refused.connect(self._on_refused)

    def focus_first(self) -> None:
        """Begin with the code."""
        self.code.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape and self._back.isEnabled():
            self.left.emit()
            return
        super().keyPressEvent(event)

    @Slot()
    def _on_go(self) -> None:
        self._banner.hide()
        self._entry.enter(self.code.text(), password=self.password.text(), repeated=self.repeated.text())

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        for part in (self._form, self._back, self._go):
            part.setEnabled(not busy)
        self._go.setText(self.tr("Menghubungi server…") if busy else self.tr("Lanjut"))

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        sentence = joining_sentence(code)
        if field in self.fields:
            self._errors.show_errors({field: sentence})
        else:
            self._banner.set_message(sentence, Tone.WARNING)
            self._banner.show()
