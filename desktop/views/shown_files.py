"""Files of an answer, or the sheet of an order, in the place of the scan of their letter."""

from PySide6.QtCore import QObject, Slot

from core.domain.attachments import Attachment
from desktop.viewmodels.disposition_inbox import DispositionInbox
from desktop.viewmodels.scan_preview import ScanPreview
from desktop.widgets.buttons import IconButton


class ShownFiles(QObject):
    """Shows them; asked for once more, it shows the scan again."""

    def __init__(
        self, inbox: DispositionInbox, preview: ScanPreview, *, scan_button: IconButton, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._inbox = inbox
        self._preview = preview
        self._scan_button = scan_button
        self._shown: tuple[Attachment, ...] = ()
        inbox.letter_changed.connect(self._on_letter)

    @Slot()
    def _on_letter(self) -> None:
        self._shown = ()

    @Slot(object)
    def show(self, files: tuple[Attachment, ...]) -> None:
        """Show these of the letter that is looked at."""
        entry, letter = self._inbox.entry, self._inbox.letter
        if entry is not None:
            again = files == self._shown and letter is not None
            self._shown = () if again else files
            shown = letter.letter.scans if again and letter is not None else files
            self._preview.show_scans(shown, letter=entry.letter_id)
            if self._scan_button.isVisible() and not self._scan_button.isChecked():
                self._scan_button.click()
