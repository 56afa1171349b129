"""Files of an answer, or the sheet of an order, in the place of the scan of their letter."""

from PySide6.QtCore import QObject, Slot

from core.domain.attachments import Attachment
from desktop.viewmodels.disposition_inbox import DispositionInbox
from desktop.viewmodels.scan_preview import ScanPreview
from desktop.widgets.buttons import IconButton


class ShownFiles(QObject):
    """Shows them; the card of the letter, chosen again, shows its scan."""

    def __init__(
        self, inbox: DispositionInbox, preview: ScanPreview, *, scan_button: IconButton, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._inbox = inbox
        self._preview = preview
        self._scan_button = scan_button

    @Slot(object)
    def show(self, files: tuple[Attachment, ...]) -> None:
        """Show these of the letter that is looked at."""
        entry = self._inbox.entry
        if entry is not None:
            self._preview.show_scans(files, letter=entry.letter_id)
            if self._scan_button.isVisible() and not self._scan_button.isChecked():
                self._scan_button.click()
