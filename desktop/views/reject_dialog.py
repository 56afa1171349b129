"""Tolak: why what somebody did shall have no effect."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.facts import HeldItem
from desktop.viewmodels.held_review import HeldReview
from desktop.views.held_words import what_text
from desktop.views.messages import sentence_for
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field, FieldErrors
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone

WIDTH = 480


class RejectDialog(SheetDialog):
    """Asks for the reason and rejects; closes itself when it is done."""

    def __init__(self, theme: Theme, review: HeldReview, *, parent: QWidget | None = None) -> None:
        self._sheet = Sheet(theme, "", icon="alert-triangle", width=WIDTH, card=False)
        super().__init__(theme, self._sheet, parent=parent)
        self._sheet.set_title(self.tr("Tolak pekerjaan ini"))
        self.setWindowTitle(self.tr("Tolak pekerjaan ini"))
        self._review = review
        self._item: HeldItem | None = None
        self._reason = LineEdit(theme, placeholder=self.tr("Misalnya: sudah dicatat oleh penggantinya"))
        field = Field(theme, self.tr("Alasan"), self._reason, required=True)
        self._errors = FieldErrors({"reason": field}, parent=self)
        self._trouble = Banner(theme, tone=Tone.DANGER, card=True)
        self._trouble.hide()
        self._sheet.body.add(field, self._trouble)
        cancel = Button(theme, self.tr("Kembali"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"))
        self._confirm = Button(theme, self.tr("Tolak"), kind=ButtonKind.PRIMARY, key_hint=self.tr("↵"))
        self._sheet.add_button(cancel)
        self._sheet.add_button(self._confirm)
        cancel.clicked.connect(self.reject)
        self._confirm.clicked.connect(self.confirm)
        self._reason.returnPressed.connect(self.confirm)
        review.rejected.connect(self.accept)
        review.refused.connect(self._on_refused)
        review.busy_changed.connect(self._on_busy)

    def reject_item(self, item: HeldItem) -> None:
        """Open the dialog for one entry."""
        self._item = item
        about = f"{what_text(item)}: {item.about}" if item.about else what_text(item)
        text = self.tr("{about}. Pekerjaan ini tidak dilaksanakan; nomornya tidak dipakai lagi.")
        self._sheet.set_text(text.format(about=about))
        self._reason.clear()
        self._errors.clear()
        self._trouble.hide()
        self.open()
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Reject, if a reason stands there."""
        if self._item is not None:
            self._review.reject(self._item, self._reason.text())

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        if field == "reason":
            self._errors.show_errors({field: sentence_for(code)})
        else:
            self._trouble.set_message(sentence_for(code), Tone.DANGER)
            self._trouble.show()

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._confirm.setEnabled(not busy)
