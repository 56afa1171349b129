"""Printing the lembar disposisi of the letter that the disposition screen shows."""

from PySide6.QtCore import QObject, Signal, Slot

from desktop.viewmodels.disposition_inbox import DispositionInbox
from desktop.views.screen import make_action


class SheetAction(QObject):
    """The action, offered while there is a letter that this person may read.

    Signals: `requested(object)` with the LetterId.
    """

    requested = Signal(object)

    def __init__(self, inbox: DispositionInbox, parent: QObject) -> None:
        super().__init__(parent)
        self._inbox = inbox
        text = self.tr("&Cetak lembar disposisi…")
        self.action = make_action(parent, text, shortcut="Ctrl+P", name="disposition.print")
        self.action.triggered.connect(self._on_triggered)
        inbox.letter_changed.connect(self._on_letter)
        self._on_letter()

    @Slot()
    def _on_letter(self) -> None:
        letter = self._inbox.letter
        self.action.setEnabled(letter is not None and letter.scan_visible)

    @Slot()
    def _on_triggered(self) -> None:
        letter = self._inbox.letter
        if letter is not None and letter.scan_visible:
            self.requested.emit(letter.letter.id)
