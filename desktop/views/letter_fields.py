"""The fields of a letter in the order of the paper."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.domain.ids import BookId, PositionId
from core.domain.letters import Channel, SecurityLevel, Urgency
from core.domain.numbering import MAX_NUMBER
from desktop.viewmodels.facts import SenderHint
from desktop.viewmodels.letter_editor import LetterEditor
from desktop.viewmodels.letter_hints import CodeHint
from desktop.views.event_fields import EventFields
from desktop.views.letter_words import channel_text, security_text, urgency_text
from desktop.widgets.boxes import Column
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.date_field import DateField
from desktop.widgets.dates import Leaning
from desktop.widgets.disclosure import Disclosure
from desktop.widgets.fields import Field, FieldErrors, FormLayout
from desktop.widgets.figures import format_count
from desktop.widgets.line_edits import LineEdit, TextEdit
from desktop.widgets.suggest_edit import SuggestEdit, Suggestion
from desktop.widgets.theme import Theme

FOLDED = ("received_on", "channel", "insert_after", "summary")
DATES = ("letter_date", "due_on", "received_on")
NOBODY = "0"


class LetterFields(QWidget):
    """Every field of the form; what is typed goes to the LetterEditor at once.

    Signals: `number_chosen()` when the letter goes into another book of numbers, or beside another number.
    """

    number_chosen = Signal()

    def __init__(self, theme: Theme, editor: LetterEditor, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._filling = False
        today = editor.today()
        self.book = ComboBox(theme)
        self.letter_no = LineEdit(theme, tabular=True)
        self.letter_date = DateField(theme, today=today, leaning=Leaning.PAST)
        self.origin = SuggestEdit(theme)
        self.subject = LineEdit(theme)
        self.classification = SuggestEdit(
            theme, placeholder=self.tr("Kode atau kata, misalnya undangan"), offers_first=True
        )
        self.security = ComboBox(theme)
        self.urgency = ComboBox(theme)
        self.due_on = DateField(theme, today=today, leaning=Leaning.FUTURE)
        self.addressee = ComboBox(theme)
        self.received_on = DateField(theme, today=today, leaning=Leaning.PAST)
        self.channel = ComboBox(theme)
        self.insert_after = LineEdit(theme, tabular=True, placeholder=self.tr("Kosong: nomor berikutnya"))
        self.summary = TextEdit(theme, lines=4)
        self.security.set_choices([(str(int(one)), security_text(one)) for one in SecurityLevel])
        self.urgency.set_choices([(str(int(one)), urgency_text(one)) for one in Urgency])
        self.channel.set_choices([(str(int(one)), channel_text(one)) for one in Channel])
        self.fields: dict[str, Field] = {}
        self._lay_out(theme)
        self.fields |= self.events.fields
        self.errors = FieldErrors(self.fields, parent=self)
        self._wire()
        self.fill()
        self.fill_addressees()
        self.fill_books()

    def first(self) -> QWidget:
        """The field that the form begins with."""
        return self.letter_no

    @Slot()
    def fill(self) -> None:
        """Show the draft as it is; what was said to be wrong is taken away."""
        draft, editor = self._editor.draft, self._editor
        self._filling = True
        self.letter_no.setText(draft.letter_no)
        self.origin.setText(draft.sender)
        self.origin.set_note("")
        self.subject.setText(draft.subject)
        self.classification.setText(draft.classification)
        self.classification.set_note(editor.hints.code_name(draft.classification))
        for name in DATES:
            self._date_field(name).set_today(editor.today())
            self._date_field(name).set_value(getattr(draft, name))
        self.security.select(str(int(draft.security)))
        self.urgency.select(str(int(draft.urgency)))
        self.channel.select(str(int(draft.channel)))
        self.addressee.select(str(draft.addressee or NOBODY))
        self.book.select(str(draft.book))
        self.insert_after.setText(str(draft.insert_after) if draft.insert_after else "")
        self.fields["insert_after"].setVisible(editor.may_change("insert_after"))
        self.events.fill()
        self.summary.setPlainText(draft.summary)
        self._filling = False
        for name, field in self.fields.items():
            field.editor.setEnabled(editor.may_change(name))
        # What is secret says where its event is, and nothing else does.
        self.events.event_place.setEnabled(draft.subject_required)
        self.fields["subject"].set_required(required=draft.subject_required)
        self.errors.clear()

    @Slot()
    def fill_addressees(self) -> None:
        """Offer the positions of the office."""
        self._filling = True
        positions = [(str(one.number), one.title) for one in self._editor.hints.positions]
        self.addressee.set_choices([(NOBODY, self.tr("Belum ditentukan")), *positions])
        self.addressee.select(str(self._editor.draft.addressee or NOBODY))
        self._filling = False

    @Slot()
    def fill_books(self) -> None:
        """Offer the books of numbers, where there is a choice."""
        self._filling = True
        books = self._editor.hints.books
        self.book.set_choices([(str(one.book), one.name or self.tr("Agenda surat masuk")) for one in books])
        self.book.select(str(self._editor.draft.book))
        self._filling = False
        self.fields["book"].setVisible(len(books) > 1)

    def show_error(self, name: str, sentence: str) -> bool:
        """Say beside a field what is wrong, and go there; whether there is such a field."""
        if name not in self.fields:
            return False
        if name in FOLDED:
            self._more.set_open(is_open=True)
        if name in self.events.fields:
            self.events.open()
        self.errors.show_errors({name: sentence})
        return True

    def _lay_out(self, theme: Theme) -> None:
        self._form = FormLayout(theme)
        for name, caption, span in (
            ("book", self.tr("Buku nomor"), 2),
            ("letter_no", self.tr("Nomor surat"), 1),
            ("letter_date", self.tr("Tanggal surat"), 1),
            ("sender", self.tr("Asal surat"), 2),
            ("subject", self.tr("Perihal"), 2),
            ("classification", self.tr("Klasifikasi"), 2),
            ("security", self.tr("Sifat keamanan"), 1),
            ("urgency", self.tr("Derajat"), 1),
            ("due_on", self.tr("Tenggat"), 1),
            ("addressee", self.tr("Diteruskan kepada"), 1),
        ):
            self._add(self._form, name, caption=caption, span=span, theme=theme)
        folded = QWidget()
        more = FormLayout(theme, margins=(0, 4, 0, 0), parent=folded)
        for name, caption, span in (
            ("received_on", self.tr("Tanggal diterima"), 1),
            ("channel", self.tr("Kanal"), 1),
            ("insert_after", self.tr("Sisipkan setelah nomor agenda"), 2),
            ("summary", self.tr("Isi ringkas"), 2),
        ):
            self._add(more, name, caption=caption, span=span, theme=theme)
        self._more = Disclosure(theme, self.tr("Rincian lain (tanggal diterima, kanal, sisipan, isi ringkas)"), folded)
        self.events = EventFields(theme, self._editor)
        column = Column(theme, gap=8, parent=self)
        column.add(self._form, self.events, self._more, None)

    def _add(self, form: FormLayout, name: str, *, caption: str, span: int, theme: Theme) -> None:
        # A widget's own `sender` is the one Qt knows; the field has another name for this reason.
        editor: QWidget = getattr(self, "origin" if name == "sender" else name)
        editor.setObjectName(name)
        field = Field(theme, caption, editor, required=name in {"sender", "subject"})
        self.fields[name] = field
        form.add_field(field, span=span)

    def _wire(self) -> None:
        for line in (self.letter_no, self.origin, self.subject, self.classification):
            line.textChanged.connect(self._on_line)
        for name in DATES:
            self._date_field(name).textChanged.connect(self._on_date)
        for box in (self.book, self.security, self.urgency, self.channel, self.addressee):
            box.currentIndexChanged.connect(self._on_choice)
        self.insert_after.textChanged.connect(self._on_insertion)
        self.summary.textChanged.connect(self._on_summary)
        self.origin.suggestions_wanted.connect(self._on_sender_typed)
        self.classification.suggestions_wanted.connect(self._on_code_typed)
        hints = self._editor.hints
        hints.senders_found.connect(self._on_senders)
        hints.changed.connect(self.fill_addressees)
        hints.changed.connect(self.fill_books)
        self._editor.draft_replaced.connect(self.fill)

    def _date_field(self, name: str) -> DateField:
        field: DateField = getattr(self, name)
        return field

    def _take(self, source: QObject, value: object) -> None:
        if not self._filling:
            name = source.objectName()
            self.fields[name].set_error("")
            self._editor.edit(name, value)

    @Slot(str)
    def _on_line(self, text: str) -> None:
        field = self.sender()
        self._take(field, text)
        if field is self.classification:
            self.classification.set_note(self._editor.hints.code_name(text))

    @Slot(str)
    def _on_date(self, _text: str) -> None:
        field = self._date_field(self.sender().objectName())
        self._take(field, field.value())
        if not self._filling and not field.is_understood():
            self._editor.note_unread(field.objectName())

    @Slot(int)
    def _on_choice(self, _index: int) -> None:
        box = self.sender()
        if not isinstance(box, ComboBox) or not box.current_key():
            return
        number = int(box.current_key())
        makers: dict[str, Callable[[int], object]] = {
            "security": SecurityLevel,
            "urgency": Urgency,
            "channel": Channel,
            "addressee": _addressee,
            "book": BookId,
        }
        self._take(box, makers[box.objectName()](number))
        if box is self.book:
            self.number_chosen.emit()
        required = self._editor.draft.subject_required
        self.fields["subject"].set_required(required=required)
        self.events.event_place.setEnabled(required)

    @Slot(str)
    def _on_insertion(self, text: str) -> None:
        typed = text.strip()
        understood = not typed or (typed.isascii() and typed.isdecimal() and 0 < int(typed) <= MAX_NUMBER)
        self._take(self.insert_after, int(typed) if typed and understood else 0)
        if not self._filling and not understood:
            self._editor.note_unread("insert_after")
        self.number_chosen.emit()

    @Slot()
    def _on_summary(self) -> None:
        self._take(self.summary, self.summary.toPlainText())

    @Slot(str)
    def _on_sender_typed(self, text: str) -> None:
        self._editor.hints.suggest_senders(text)

    @Slot(str, object)
    def _on_senders(self, typed: str, senders: tuple[SenderHint, ...]) -> None:
        if self.origin.text() == typed:
            known = [Suggestion(one.name, one.name, self._about(one)) for one in senders if one.name != typed]
            self.origin.set_suggestions(known)

    def _about(self, sender: SenderHint) -> str:
        return self.tr("dahulu {name}").format(name=sender.former) if sender.former else ""

    @Slot(str)
    def _on_code_typed(self, text: str) -> None:
        draft, hints = self._editor.draft, self._editor.hints
        found = hints.codes_for(text) if text.strip() else hints.codes_like(draft.subject, draft.sender)
        self.classification.set_suggestions([Suggestion(one.code, one.code, self._reason(one)) for one in found])

    def _reason(self, hint: CodeHint) -> str:
        """The name of a code, and why it is offered where letters of the office speak for it."""
        name = hint.name.split("antara lain", maxsplit=1)[0].rstrip(" (:,") or hint.name
        if not hint.letters:
            return name
        return self.tr("{count} surat serupa · {name}").format(name=name, count=format_count(hint.letters))


def _addressee(number: int) -> PositionId | None:
    return PositionId(number) if number else None
