"""The page for a program that cannot start: what stands in the way, whether the data is safe, what to do."""

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.system.faults import FaultOf
from desktop.system.profile_wiping import LeftBehind
from desktop.views.messages import sentence_for
from desktop.views.parting_words import left_text
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.sheet import Sheet, SheetPage
from desktop.widgets.theme import Theme


class TroublePage(SheetPage):
    """One sentence and two ways on.

    Signals: `retry_wanted()`, `quit_wanted()`.
    """

    retry_wanted = Signal()
    quit_wanted = Signal()

    def __init__(
        self, theme: Theme, code: str, *, left: LeftBehind | None = None, parent: QWidget | None = None
    ) -> None:
        """`left` is what a PC that was shut out did not seal."""
        sheet = Sheet(theme, "", icon="alert-triangle")
        super().__init__(theme, sheet, parent=parent)
        revoked = code == FaultOf.PC_REVOKED
        sheet.set_title(self.tr("Komputer ini sudah dicabut") if revoked else self.tr("Pesagi belum dapat dibuka"))
        sheet.set_text("\n\n".join(filter(None, (starting_sentence(code), left_text(left or LeftBehind())))))
        self.quit = Button(theme, self.tr("Keluar"))
        self.retry = Button(theme, self.tr("Coba lagi"), kind=ButtonKind.PRIMARY, key_hint="Enter")
        self.quit.clicked.connect(self.quit_wanted)
        self.retry.clicked.connect(self.retry_wanted)
        sheet.add_button(self.quit)
        sheet.add_button(self.retry)
        self.retry.setDefault(True)


def starting_sentence(code: str) -> str:
    """The sentence for a code where nothing was typed yet: the data is spoken of, not what stands in a form."""
    translate = QCoreApplication.translate
    said: dict[str, str] = {
        FaultOf.DISK_FULL: translate(
            "TroublePage", "Data tetap utuh. Ruang disk hampir habis; kosongkan ruang lalu coba lagi."
        ),
        FaultOf.DISK_FAILED: translate(
            "TroublePage", "Data tidak diubah. Folder data tidak dapat ditulis; hubungi admin."
        ),
        FaultOf.STORE_LOCKED: translate(
            "TroublePage", "Data tetap utuh tetapi sedang dipakai program lain; coba lagi sebentar lagi."
        ),
        FaultOf.PC_REVOKED: translate(  # that it is, the title of the page says
            "TroublePage",
            "Pekerjaan yang belum terkirim disegel untuk admin, data lain di sini dihapus; hubungi admin kantor.",
        ),
    }
    return said.get(code) or sentence_for(code)
