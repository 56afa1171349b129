"""Wakilkan: who goes instead, what he has at that time, and what he is told."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from core.domain.ids import PositionId
from desktop.viewmodels.event_desk import DELEGATED, EventDesk
from desktop.views.act_dialog import ActDialog
from desktop.views.decision_words import clash_text
from desktop.views.event_words import event_text
from desktop.widgets.banner import Banner
from desktop.widgets.choice_chips import ChoiceGrid
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme, Tone

WIDTH = 560


class DelegateDialog(ActDialog):
    """Asks who represents the position; the first nine are switched by their digits."""

    def __init__(self, theme: Theme, desk: EventDesk, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, icon="users", width=WIDTH, parent=parent)
        self._desk = desk
        self._people = ChoiceGrid(theme)
        self._note = LineEdit(theme, placeholder=self.tr("Misalnya: laporkan hasilnya kepada saya"))
        self._busy = Banner(theme, card=True)
        self._busy.hide()
        field = Field(theme, self.tr("Diwakilkan kepada"), self._people)
        note = Field(theme, self.tr("Catatan"), self._note)
        self._lay_out(self._busy, fields={"delegates": field, "note": note}, confirm=self.tr("Wakilkan"))
        self._people.selection_changed.connect(self._on_people)
        self._people.confirmed.connect(self._note.setFocus)
        desk.done.connect(self._on_done)

    @Slot()
    def begin(self) -> None:
        """Open the dialog for the event that is shown."""
        view, chair = self._desk.view, self._desk.chair
        if view is None or chair is None:
            return
        text = self.tr("{event}. Wakilnya menerima surat ini di Untuk saya dengan instruksi Hadiri/wakili.")
        self._set_head(self.tr("Wakilkan"), text.format(event=event_text(view.time, view.place)))
        others = [one for one in view.people if one.position != chair.position]
        self._people.set_choices([(str(one.position), one.title) for one in others])
        self._note.clear()
        self._refusals.clear()
        self._on_people()
        self.open()
        self._people.focus_first()

    @Slot()
    def confirm(self) -> None:
        """Send those who are chosen."""
        self._desk.delegate([PositionId(int(key)) for key in self._people.selected()], self._note.text().strip())

    @Slot()
    def _on_people(self) -> None:
        """Say at once whom the event meets elsewhere."""
        view = self._desk.view
        chosen = set(self._people.selected())
        told = [
            self.tr("{title}: {clash}").format(title=one.title, clash=clash_text(each))
            for one in (view.people if view is not None else ())
            if str(one.position) in chosen
            for each in one.meets
        ]
        self._busy.set_message("\n".join(told), Tone.WARNING)
        self._busy.setVisible(bool(told))

    @Slot(str)
    def _on_done(self, what: str) -> None:
        if what == DELEGATED:
            self.accept()
