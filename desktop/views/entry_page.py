"""A page behind the sign-in page, by which somebody comes in who cannot sign in."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.views.messages import sentence_for
from desktop.views.refusals import Refusals
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field, FormLayout
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.sheet import WIDTH, Sheet, SheetPage
from desktop.widgets.theme import Theme, Tone


class EntryPage(SheetPage):
    """The frame of such a page: fields, a way back, and going on. Escape goes back, Enter in a line goes on.

    Signals: `left()` when the person goes back.
    """

    left = Signal()

    def __init__(
        self,
        theme: Theme,
        entry: OneAtATime,
        *,
        office: str,
        icon: str,
        width: int = WIDTH,
        sentence: Callable[[str], str] = sentence_for,
        parent: QWidget | None = None,
    ) -> None:
        """Empty; `_lay_out` fills it. `sentence` turns a code into words."""
        self._sheet_of_entry = Sheet(theme, office, icon=icon, width=width)
        super().__init__(theme, self._sheet_of_entry, parent=parent)
        self._theme = theme
        self._entered = entry
        self._sentence = sentence
        self.fields: dict[str, Field] = {}

    def _lay_out(self, text: str, fields: Mapping[str, tuple[Field, int]], *, go: str) -> None:
        """Say what the page is for, and put the fields below, each over so many of two columns."""
        self.fields = {name: field for name, (field, _) in fields.items()}
        self._sheet_of_entry.set_text(text)
        self._form = QWidget()
        layout = FormLayout(self._theme, parent=self._form)
        for field, span in fields.values():
            layout.add_field(field, span=span)
        self._refusals = Refusals(self._theme, self.fields, tone=Tone.WARNING, sentence=self._sentence, parent=self)
        self._back = Button(self._theme, self.tr("Kembali"), kind=ButtonKind.QUIET, key_hint="Esc", parent=self)
        self.go = Button(self._theme, go, kind=ButtonKind.PRIMARY, key_hint="Enter", parent=self)
        self._sheet_of_entry.body.add(self._form, self._refusals.banner)
        self._sheet_of_entry.add_button(self._back, left=True)
        self._sheet_of_entry.add_button(self.go)
        self._back.clicked.connect(self.left)
        self.go.clicked.connect(self._on_go)
        for field in self.fields.values():
            if isinstance(field.editor, LineEdit):
                field.editor.returnPressed.connect(self._on_go)
                field.editor.textEdited.connect(self._refusals.clear_fields)
        self._entered.busy_changed.connect(self._on_busy)
        self._entered.refused.connect(self._refusals.show)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape and self._back.isEnabled():
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _enter(self) -> None:
        """Ask the view-model to let the person in."""
        raise NotImplementedError

    @Slot()
    def _on_go(self) -> None:
        self._refusals.banner.hide()
        self._enter()

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001  # the signature of the signal
        for part in (self._form, self._back, self.go):
            part.setEnabled(not busy)
