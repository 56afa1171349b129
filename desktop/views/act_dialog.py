"""A small form over its window, by which one thing is done: what it is about, its fields, a way back, and doing it."""

from collections.abc import Mapping

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.views.refusals import Refusals
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.literal import window_title
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone

WIDTH = 480


class ActDialog(SheetDialog):
    """The frame of such a form. While the view-model is busy, its button waits; what is refused is said in the form."""

    def __init__(
        self, theme: Theme, act: OneAtATime, *, icon: str, width: int = WIDTH, parent: QWidget | None = None
    ) -> None:
        """Empty; `_lay_out` fills it."""
        self._sheet = Sheet(theme, "", icon=icon, width=width, card=False)
        super().__init__(theme, self._sheet, parent=parent)
        self._theme = theme
        self._act = act

    def _set_head(self, title: str, text: str = "") -> None:
        self._sheet.set_title(title)
        self._sheet.set_text(text)
        self.setWindowTitle(window_title(title))

    def _lay_out(
        self,
        *parts: QWidget,
        fields: Mapping[str, Field] | None = None,
        confirm: str,
        back: str = "",
        key: str = "",
        tone: Tone = Tone.DANGER,
    ) -> None:
        """Put the parts and then the fields into the form, and its buttons below; Enter in a line confirms."""
        fields = fields or {}
        self._refusals = Refusals(self._theme, fields, tone=tone, parent=self)
        self._sheet.body.add(*parts, *fields.values(), self._refusals.banner)
        cancel = Button(
            self._theme, back or self.tr("Kembali"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"), parent=self
        )
        self._confirm = Button(self._theme, confirm, kind=ButtonKind.PRIMARY, key_hint=key or self.tr("↵"), parent=self)
        self._sheet.add_button(cancel)
        self._sheet.add_button(self._confirm)
        cancel.clicked.connect(self.reject)
        self._confirm.clicked.connect(self.confirm)
        for field in fields.values():
            if isinstance(field.editor, LineEdit):
                field.editor.returnPressed.connect(self.confirm)
        self._act.refused.connect(self._on_refused)
        self._act.busy_changed.connect(self._on_busy)

    @Slot()
    def confirm(self) -> None:
        """Do it."""
        raise NotImplementedError

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        self._refusals.show(code, field)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001  # the signature of the signal
        self._confirm.setEnabled(not busy)
