"""Tarik disposisi: from whom, and why."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from core.domain.ids import PositionId
from desktop.viewmodels.follow_up import FollowUp
from desktop.views.act_dialog import ActDialog
from desktop.widgets.boxes import Column
from desktop.widgets.checks import CheckBox
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme


class WithdrawDialog(ActDialog):
    """Asks from which of those who have not answered the disposition is withdrawn."""

    def __init__(self, theme: Theme, follow_up: FollowUp, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, follow_up, icon="arrow-back-up", parent=parent)
        self._follow_up = follow_up
        self._boxes: dict[PositionId, CheckBox] = {}
        self._people = QWidget()
        self._column = Column(theme, gap=6, parent=self._people)
        self._reason = LineEdit(theme, placeholder=self.tr("Misalnya: salah alamat"))
        self._field = Field(theme, self.tr("Alasan"), self._reason)
        self._set_head(self.tr("Tarik disposisi"))
        self._lay_out(self._people, fields={"reason": self._field}, confirm=self.tr("Tarik"))
        follow_up.done.connect(self.accept)

    def begin(self, titles: dict[PositionId, str]) -> None:
        """Open the dialog for the disposition that is shown."""
        for box in self._boxes.values():
            self._column.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = {}
        for position in self._follow_up.waiting:
            box = CheckBox(self._theme, titles.get(position, str(position)))
            box.setChecked(True)
            self._boxes[position] = box
            self._column.addWidget(box)
        seen = self._follow_up.needs_reason
        unread = self.tr("Belum dibaca: bagi penerima seolah tidak pernah dikirim.")
        read = self.tr("Sudah ada yang membaca. Alasannya tampil pada penerima itu.")
        self._set_head(self.tr("Tarik disposisi"), read if seen else unread)
        self._field.setVisible(seen)
        self._reason.clear()
        self._refusals.clear()
        self.open()
        first = self._reason if seen else next(iter(self._boxes.values()), self._reason)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Withdraw it from those that are ticked."""
        ticked = [position for position, box in self._boxes.items() if box.isChecked()]
        self._follow_up.withdraw(ticked, self._reason.text())
