"""A small form over its window: fields by name, filled in, checked by whoever asked, and closed when it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.choice_chips import ChoiceGrid
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.date_field import DateField
from desktop.widgets.fields import Field, FieldErrors, FormLayout
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.literal import window_title
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone

WIDTH = 560
Choices = Sequence[tuple[str, str]]
"""Pairs of key and text."""


class EntryKind(Enum):
    """How a field is filled in."""

    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    """One of a list that opens."""
    ONE = "one"
    """One of a few chips."""
    SEVERAL = "several"
    """Any number of a few chips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormEntry:
    """One field: its name in the values, its caption, and how it is filled in; `half` shares a row with the next."""

    name: str
    caption: str
    kind: EntryKind = EntryKind.TEXT
    required: bool = False
    placeholder: str = ""
    choices: Choices = ()
    half: bool = False


Values = dict[str, str | date | list[str] | None]
Editor = LineEdit | DateField | ComboBox | ChoiceGrid


class FormSheet(SheetDialog):
    """Asks for values; the caller says when it is done (`accept`) or what is wrong (`show_error`).

    Signals: `confirmed(object)` with the values by name: a text, a date or None, a list of keys; `edited()` while
    somebody types a text, `chosen()` when somebody chose from a list.
    """

    confirmed = Signal(object)
    edited = Signal()
    chosen = Signal()

    def __init__(
        self,
        theme: Theme,
        entries: Sequence[FormEntry],
        *,
        title: str,
        confirm: str,
        today: date,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._sheet = Sheet(theme, title, icon=icon, width=WIDTH, card=False)
        super().__init__(theme, self._sheet, parent=parent)
        self.setWindowTitle(window_title(title))
        body = QWidget()
        layout = FormLayout(theme, parent=body)
        self._editors: dict[str, Editor] = {}
        fields: dict[str, Field] = {}
        for entry in entries:
            editor = _editor(theme, entry, today)
            self._editors[entry.name] = editor
            if isinstance(editor, LineEdit):
                editor.textEdited.connect(self.edited)
            elif isinstance(editor, ComboBox):
                editor.activated.connect(self.chosen)
            fields[entry.name] = Field(theme, entry.caption, editor, required=entry.required)
            layout.add_field(fields[entry.name], span=1 if entry.half else 2)
        self._fields = fields
        self._errors = FieldErrors(fields, parent=self)
        self._trouble = Banner(theme, tone=Tone.DANGER, card=True)
        self._trouble.hide()
        self._sheet.body.add(body, self._trouble)
        cancel = Button(theme, self.tr("Batal"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"))
        self.confirm_button = Button(theme, confirm, kind=ButtonKind.PRIMARY, key_hint=self.tr("Ctrl ↵"))
        self._sheet.add_button(cancel)
        self._sheet.add_button(self.confirm_button)
        cancel.clicked.connect(self.reject)
        self.confirm_button.clicked.connect(self.confirm)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.confirm)

    def begin(
        self, *, text: str = "", choices: Mapping[str, Choices] | None = None, values: Values | None = None
    ) -> None:
        """Open the form, with other choices and values where they are given, and the keyboard on its first field."""
        self._sheet.set_text(text)
        self._errors.clear()
        self._trouble.hide()
        for name, editor in self._editors.items():
            offered = (choices or {}).get(name)
            if offered is not None and isinstance(editor, ComboBox | ChoiceGrid):
                editor.set_choices(offered)
            _fill(editor, (values or {}).get(name))
        self.open()
        first = next(iter(self._editors.values()))
        if isinstance(first, ChoiceGrid):
            first.focus_first()
        else:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def fill(self, values: Values) -> None:
        """Put these values into their fields and leave the others as they are."""
        for name, value in values.items():
            _fill(self._editors[name], value)

    def value(self, name: str) -> str | date | list[str] | None:
        """What stands in a field."""
        return _value(self._editors[name])

    def show_hint(self, name: str, sentence: str) -> None:
        """A quiet remark at a field; one that was wrong is no more."""
        self._errors.clear()
        self._fields[name].set_hint(sentence)

    def show_error(self, name: str, sentence: str) -> None:
        """Say what is wrong next to the field, or in the form where no field has that name."""
        self._errors.clear()
        if name in self._editors:
            self._errors.show_errors({name: sentence})
            self._trouble.hide()
        else:
            self._trouble.set_message(sentence, Tone.DANGER)
            self._trouble.show()

    def set_busy(self, *, busy: bool) -> None:
        """Take no second wish while one is under way."""
        self.confirm_button.setEnabled(not busy)

    @Slot()
    def confirm(self) -> None:
        """Hand the values over."""
        if self.isVisible() and self.confirm_button.isEnabled():
            self._errors.clear()
            self._trouble.hide()
            self.confirmed.emit({name: _value(editor) for name, editor in self._editors.items()})


def _editor(theme: Theme, entry: FormEntry, today: date) -> Editor:
    if entry.kind is EntryKind.DATE:
        return DateField(theme, today=today, placeholder=entry.placeholder)
    if entry.kind is EntryKind.CHOICE:
        box = ComboBox(theme, placeholder=entry.placeholder)
        box.set_choices(entry.choices)
        return box
    if entry.kind in {EntryKind.ONE, EntryKind.SEVERAL}:
        grid = ChoiceGrid(theme, columns=max(2, min(3, len(entry.choices))), single=entry.kind is EntryKind.ONE)
        grid.set_choices(entry.choices)
        return grid
    return LineEdit(theme, placeholder=entry.placeholder)


def _fill(editor: Editor, value: str | date | list[str] | None) -> None:
    if isinstance(editor, DateField):
        editor.set_value(value if isinstance(value, date) else None)
    elif isinstance(editor, ComboBox):
        editor.select(value if isinstance(value, str) else "")
    elif isinstance(editor, ChoiceGrid):
        editor.select(value if isinstance(value, list) else [])
    else:
        editor.setText(value if isinstance(value, str) else "")


def _value(editor: Editor) -> str | date | list[str] | None:
    if isinstance(editor, DateField):
        return editor.value()
    if isinstance(editor, ComboBox):
        return editor.current_key()
    if isinstance(editor, ChoiceGrid):
        return editor.selected()
    return editor.text().strip()
