"""The first start: practise with an invented office, or join a real one."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.viewmodels.first_start import FirstStart
from desktop.views.joining_messages import joining_sentence
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field, FieldErrors, FormLayout
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit, SecretEdit
from desktop.widgets.option_card import OptionCard
from desktop.widgets.sheet import Sheet, SheetPage
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

WIDTH = 560


class FirstStartView(SheetPage):
    """The page of the first start."""

    def __init__(self, theme: Theme, view_model: FirstStart, *, parent: QWidget | None = None) -> None:
        self._start = view_model
        sheet = Sheet(theme, "", icon="stack-2", width=WIDTH)
        super().__init__(theme, sheet, parent=parent)
        sheet.set_title(self.tr("Selamat datang di Pesagi"))
        sheet.set_text(self.tr("Surat, disposisi, dan arsip kantor, juga saat jaringan putus. Pilih cara memulai."))
        options = QWidget()
        self.practise = OptionCard(
            theme,
            self.tr("Latihan"),
            text=self.tr("Kecamatan rekaan dengan 300 surat untuk belajar. Tidak ada yang dikirim ke mana pun."),
            icon="book",
            parent=options,
        )
        self.join = OptionCard(
            theme,
            self.tr("Gabung dengan kantor"),
            text=self.tr("Hubungkan komputer ini dengan server kantor memakai kode sekali pakai dari admin."),
            icon="building",
            parent=options,
        )
        cards = FormLayout(theme, parent=options)
        cards.add_field(self.practise)
        cards.add_field(self.join)
        self._form = self._make_form(theme)
        self._banner = Banner(theme, tone=Tone.WARNING, card=True)
        self._banner.hide()
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Kemajuan persiapan"))
        self._progress_text = Label(theme, role=TextRole.CAPTION, tabular=True)
        self._progress.hide()
        self._progress_text.hide()
        self.go = Button(theme, "", kind=ButtonKind.PRIMARY, key_hint="Enter")
        sheet.body.add(options, self._form, self._banner, self._progress_text, self._progress)
        sheet.add_button(self.go)
        self.practise.setChecked(True)
        self.practise.toggled.connect(self._on_choice)
        self.go.clicked.connect(self._on_go)
        view_model.busy_changed.connect(self._on_busy)
        view_model.progressed.connect(self._on_progress)
        view_model.refused.connect(self._on_refused)
        self._on_choice()

    def focus_first(self) -> None:
        """Begin at the first choice."""
        self.practise.setFocus(Qt.FocusReason.TabFocusReason)

    def _make_form(self, theme: Theme) -> QWidget:
        form = QWidget()
        self.address = LineEdit(theme, placeholder="https://pesagi.kab.go.id")
        self.code = LineEdit(theme, tabular=True)
        self.password, self.repeated = SecretEdit(theme), SecretEdit(theme)
        self.fields = {
            "address": Field(theme, self.tr("Alamat server"), self.address),
            "code": Field(theme, self.tr("Kode sekali pakai"), self.code),
            "password": Field(theme, self.tr("Kata sandi baru"), self.password),
            "repeated": Field(theme, self.tr("Ulangi kata sandi"), self.repeated),
        }
        self.fields["password"].set_hint(self.tr("Paling sedikit 12 huruf atau angka."))
        self._errors = FieldErrors(self.fields, parent=self)
        layout = FormLayout(theme, parent=form)
        for name, field in self.fields.items():
            layout.add_field(field, span=1 if name in {"password", "repeated"} else 2)
        for edit in (self.address, self.code, self.password, self.repeated):
            edit.returnPressed.connect(self._on_go)
            edit.textEdited.connect(self._errors.clear)
        return form

    @Slot()
    def _on_choice(self) -> None:
        practise = self.practise.isChecked()
        self._form.setVisible(not practise)
        self._banner.hide()
        self.go.setText(self.tr("Mulai latihan") if practise else self.tr("Gabung"))
        if not practise and self.isVisible():
            self.address.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_go(self) -> None:
        self._banner.hide()
        if self.practise.isChecked():
            self._start.practise()
        else:
            self._start.join(
                self.address.text(),
                code=self.code.text(),
                password=self.password.text(),
                repeated=self.repeated.text(),
            )

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        for part in (self.go, self.practise, self.join, self._form):
            part.setEnabled(not busy)
        self._progress.setRange(0, 0)
        self._progress.setVisible(busy)
        self._progress_text.setVisible(busy)
        practise = self.practise.isChecked()
        self._progress_text.setText(
            self.tr("Menyiapkan kantor latihan…") if practise else self.tr("Menghubungi server kantor…")
        )

    @Slot(int, int)
    def _on_progress(self, done: int, whole: int) -> None:
        self._progress.setRange(0, whole)
        self._progress.setValue(done)
        text = self.tr("Menyiapkan kantor latihan: {done} dari {whole} surat")
        self._progress_text.setText(text.format(done=done, whole=whole))

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        sentence = joining_sentence(code)
        if field in self.fields:
            self._errors.show_errors({field: sentence})
        else:
            self._banner.set_message(sentence, Tone.WARNING)
            self._banner.show()
