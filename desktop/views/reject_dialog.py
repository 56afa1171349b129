"""Tolak: why what somebody did shall have no effect."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.held_review import HeldReview
from desktop.viewmodels.screen_facts import HeldItem
from desktop.views.act_dialog import ActDialog
from desktop.views.held_words import what_text
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme


class RejectDialog(ActDialog):
    """Asks for the reason and rejects; closes itself when it is done."""

    def __init__(self, theme: Theme, review: HeldReview, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, review, icon="alert-triangle", parent=parent)
        self._set_head(self.tr("Tolak pekerjaan ini"))
        self._review = review
        self._item: HeldItem | None = None
        self._reason = LineEdit(theme, placeholder=self.tr("Misalnya: sudah dicatat oleh penggantinya"))
        field = Field(theme, self.tr("Alasan"), self._reason, required=True)
        self._lay_out(fields={"reason": field}, confirm=self.tr("Tolak"))
        review.rejected.connect(self.accept)

    def reject_item(self, item: HeldItem) -> None:
        """Open the dialog for one entry."""
        self._item = item
        about = f"{what_text(item)}: {item.about}" if item.about else what_text(item)
        text = self.tr("{about}. Pekerjaan ini tidak dilaksanakan; nomornya tidak dipakai lagi.")
        self._sheet.set_text(text.format(about=about))
        self._reason.clear()
        self._refusals.clear()
        self.open()
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Reject, if a reason stands there."""
        if self._item is not None:
            self._review.reject(self._item, self._reason.text())
