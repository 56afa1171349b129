"""The disposition sheet: to whom, what is asked, a note, a date, and the stamp."""

from datetime import date

import msgspec
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.domain.ids import PositionId
from desktop.viewmodels.disposition_editor import DispositionEditor
from desktop.viewmodels.entry_codes import EntryCode
from desktop.views.folded_choices import FoldedChoices
from desktop.views.instruction_dialog import InstructionDialog
from desktop.views.messages import sentence_for
from desktop.views.pane_scroll import PaneScroll
from desktop.views.written_bar import WrittenBar
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.date_field import DateField
from desktop.widgets.dates import Leaning
from desktop.widgets.fields import Field
from desktop.widgets.labels import ElidedLabel
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

# As many as fit the pane without scrolling on a screen of 768 lines.
FIRST_RECIPIENTS = 8


class DispositionSheet(Surface):
    """Fills in the draft of a DispositionEditor.

    Signals: `cancelled()` when a person leaves a sheet that passes a disposition on, or is for a pile of letters.
    """

    cancelled = Signal()

    def __init__(
        self,
        theme: Theme,
        editor: DispositionEditor,
        *,
        today: date,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent=parent)
        self._editor = editor
        self._recipients = FoldedChoices(theme, self.tr("Diteruskan kepada"))
        self._instructions = FoldedChoices(theme, self.tr("Dengan hormat harap"))
        self._note = LineEdit(theme)
        self._due = DateField(theme, today=today, leaning=Leaning.FUTURE)
        self._note_field = Field(theme, self.tr("Catatan"), self._note)
        self._due_field = Field(theme, self.tr("Tenggat"), self._due)
        self._suggestion = Banner(theme, tone=Tone.INFO, icon="bulb")
        self._suggestion.hide()
        self._trouble = Banner(theme, tone=Tone.DANGER)
        self._trouble.hide()
        self._summary = ElidedLabel(theme, role=TextRole.CAPTION)
        self._stamp = Button(
            theme, self.tr("DISPOSISIKAN"), kind=ButtonKind.STAMP, icon="rubber-stamp", key_hint=self.tr("Ctrl ↵")
        )
        self._cancel = Button(theme, self.tr("Batal"), kind=ButtonKind.QUIET, icon="arrow-back-up")
        self._written = WrittenBar(theme, editor)
        self._theme = theme
        self._list_dialog: InstructionDialog | None = None
        self._change_list = Button(theme, self.tr("Ubah daftar…"), kind=ButtonKind.LINK)
        gap = QWidget()
        gap.setFixedWidth(theme.px(10))
        self._instructions.field.add_beside(gap)
        self._instructions.field.add_beside(self._change_list)
        self._change_list.setVisible(editor.may_list)
        self._change_list.clicked.connect(self._on_change_list)
        self._lay_out(theme)
        self._connect()
        self._show_choices()
        self._show_draft()

    def set_today(self, today: date) -> None:
        """Tell the date field that the day has changed."""
        self._due.set_today(today)

    def focus_recipients(self) -> None:
        """Put the keyboard on the first recipient, so that digits choose."""
        self._recipients.grid.focus_first()

    @Slot()
    def issue(self) -> None:
        """Dispose, unless the date cannot be understood."""
        if not self._stamp.isEnabled():
            return
        self._clear_errors()
        if not self._due.is_understood():
            self._due_field.set_error(sentence_for(EntryCode.DATE_NOT_UNDERSTOOD))
            self._due.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._keep()
        self._editor.issue()

    def _lay_out(self, theme: Theme) -> None:
        last = Row(theme, gap=8)
        last.add(self._note_field, self._due_field)
        last.setStretch(0, 8)
        last.setStretch(1, 5)
        for field in (self._note_field, self._due_field):
            last.setAlignment(field, Qt.AlignmentFlag.AlignTop)
        form = Surface(theme)
        body = Column(theme, gap=10, margins=(16, 12, 16, 12), parent=form)
        body.add(self._written, self._recipients, self._instructions, last, None)
        scroll = PaneScroll(form)
        foot = Surface(theme, edges=Edge.TOP)
        buttons = Row(theme, gap=8, margins=(16, 12, 16, 12), parent=foot)
        buttons.add(self._cancel, self._summary, self._stamp)
        buttons.setStretch(1, 1)
        column = Column(theme, gap=0, parent=self)
        # Below what is chosen from: a proposal that comes a moment later must not move the chips under the hand.
        column.add(scroll, self._suggestion, self._trouble, foot)
        column.setStretch(0, 1)

    def _connect(self) -> None:
        editor = self._editor
        editor.choices_changed.connect(self._show_choices)
        editor.opened.connect(self._show_draft)
        editor.suggestion_changed.connect(self._show_suggestion)
        self._suggestion.action_triggered.connect(editor.take_suggestion)
        editor.refused.connect(self._on_refused)
        editor.busy_changed.connect(self._on_busy)
        self._recipients.selection_changed.connect(self._on_edited)
        self._instructions.selection_changed.connect(self._on_edited)
        self._recipients.confirmed.connect(self._instructions.grid.focus_first)
        self._instructions.confirmed.connect(self._note.setFocus)
        self._note.textEdited.connect(self._on_edited)
        self._due.date_changed.connect(self._on_edited)
        self._stamp.clicked.connect(self.issue)
        self._cancel.clicked.connect(self.cancelled)

    @Slot()
    def _show_choices(self) -> None:
        people = [(str(one.number), one.title) for one in self._editor.recipients]
        self._recipients.set_choices(people[:FIRST_RECIPIENTS], people)
        self._recipients.select([str(number) for number in self._editor.draft.recipients])
        usual = [(str(one.number), one.text) for one in self._editor.usual]
        everything = [(str(one.number), one.text) for one in self._editor.instructions]
        self._instructions.set_choices(usual, everything)
        self._show_suggestion()

    @Slot()
    def _show_suggestion(self) -> None:
        proposed = self._editor.suggestion
        titles = {one.number: one.title for one in self._editor.recipients}
        # The proposal may come before the people it names.
        named = proposed is not None and titles.keys() >= set(proposed.recipients)
        self._suggestion.setVisible(named)
        if proposed is None or not named:
            return
        to = ", ".join(titles[one] for one in proposed.recipients)
        wishes = ", ".join(self._editor.text_of(one) for one in proposed.instructions)
        text = self.tr("Usulan dari {count} surat serupa: {recipients} · {instructions}")
        self._suggestion.set_message(
            text.format(count=proposed.letters, recipients=to, instructions=wishes),
            Tone.INFO,
            icon="bulb",
            action=self.tr("Pakai (U)"),
        )

    @Slot()
    def _show_draft(self) -> None:
        draft, sheet = self._editor.draft, self._editor.sheet
        self._cancel.setVisible(sheet is not None and (sheet.parent is not None or bool(sheet.pile)))
        self._recipients.select([str(number) for number in draft.recipients])
        self._instructions.select([str(number) for number in draft.instructions])
        self._note.setText(draft.note)
        blocked = self._due.blockSignals(True)
        self._due.set_value(draft.due_on)
        self._due.blockSignals(blocked)
        self._clear_errors()
        self._summarise()
        self._on_busy()

    @Slot()
    def _on_edited(self) -> None:
        self._clear_errors()
        self._keep()
        self._summarise()

    @Slot()
    def _on_change_list(self) -> None:
        if self._list_dialog is None:
            self._list_dialog = InstructionDialog(self._theme, self._editor, parent=self)
        self._list_dialog.begin()

    def _keep(self) -> None:
        self._editor.keep(
            msgspec.structs.replace(
                self._editor.draft,
                recipients=tuple(PositionId(int(key)) for key in self._recipients.selected()),
                instructions=tuple(sorted(int(key) for key in self._instructions.selected())),
                note=self._note.text(),
                due_on=self._due.value(),
            )
        )

    def _summarise(self) -> None:
        people, wishes = len(self._recipients.selected()), len(self._instructions.selected())
        if not people and not wishes:
            leads_away = not self._cancel.isHidden()
            self._summary.setText("" if leads_away else self.tr("Tekan D, lalu angka penerima"))
            return
        text = self.tr("{people} penerima · {wishes} instruksi")
        self._summary.setText(text.format(people=people, wishes=wishes))

    def _clear_errors(self) -> None:
        for choices in (self._recipients, self._instructions):
            choices.set_error("")
        for field in (self._note_field, self._due_field, self._written.field):
            field.set_error("")
        self._trouble.hide()

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        if self._list_dialog is not None and self._list_dialog.isVisible():
            return  # it says so itself
        sentence = sentence_for(code)
        choices = {"recipients": self._recipients, "instructions": self._instructions}.get(field)
        fields = {"note": self._note_field, "due_on": self._due_field}
        entry = (fields | dict.fromkeys(("on_behalf", "sheets"), self._written.field)).get(field)
        if choices is not None:
            choices.set_error(sentence)
            choices.grid.focus_first()
        elif entry is not None:
            entry.set_error(sentence)
            entry.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._trouble.set_message(sentence, Tone.DANGER)
            self._trouble.show()

    @Slot()
    def _on_busy(self) -> None:
        self._stamp.setEnabled(self._editor.sheet is not None and not self._editor.busy)
