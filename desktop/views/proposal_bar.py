"""What the scan proposes for the empty fields, in one quiet line; one key takes it."""

from datetime import date

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.letter_editor import LetterEditor
from desktop.viewmodels.scan_proposals import ScanProposals
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.dates import format_date
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

SETTLE_MS = 200


class ProposalBar(Surface):
    """Hidden while nothing is proposed. Signals: `taken()` after fields of the draft were filled."""

    taken = Signal()

    def __init__(
        self, theme: Theme, editor: LetterEditor, proposals: ScanProposals, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, edges=Edge.BOTTOM, parent=parent)
        self._editor = editor
        self._proposals = proposals
        self._text = Label(theme, role=TextRole.CAPTION, wrap=True)
        self._take = Button(theme, self.tr("Isikan"), kind=ButtonKind.QUIET, key_hint="F7")
        self._take.clicked.connect(self.take)
        row = Row(theme, gap=10, margins=(18, 8, 12, 8), parent=self)
        row.add(IconLabel(theme, "bulb", size=18), self._text, self._take)
        row.setStretch(1, 1)
        # What is typed changes what is still empty; it is looked at when the keys rest.
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        proposals.changed.connect(self.refresh)
        editor.draft_replaced.connect(self.refresh)
        editor.edited.connect(self._settle.start)
        self.refresh()

    @Slot()
    def take(self) -> None:
        """Fill the empty fields."""
        offered = self._proposals.offered(self._editor.draft)
        if offered and not self._editor.correcting:
            for field, value in offered.items():
                self._editor.edit(field, value)
            self.taken.emit()
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Say what is proposed now."""
        offered = {} if self._editor.correcting else self._proposals.offered(self._editor.draft)
        self.setVisible(bool(offered))
        told = [format_date(value) if isinstance(value, date) else str(value) for value in offered.values()]
        self._text.setText(self.tr("Terbaca dari pindaian: {facts}").format(facts=" · ".join(told)))
