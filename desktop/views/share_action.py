"""Salin untuk WhatsApp: puts a text about the letter that is shown on the clipboard."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from desktop.viewmodels.facts import LetterView
from desktop.views.screen import make_action
from desktop.views.share_words import share_text


class ShareAction(QObject):
    """The action of a screen.

    Signals: `told(str)` with what became of it.
    """

    told = Signal(str)

    def __init__(
        self, screen: QWidget, shown: Callable[[], LetterView | None], text_of: Callable[[int], str], *, name: str
    ) -> None:
        """`shown` gives the letter that is shown, `text_of` the words of an instruction."""
        super().__init__(screen)
        self._shown = shown
        self._text_of = text_of
        self.action = make_action(screen, self.tr("Salin untuk &WhatsApp"), shortcut="Ctrl+Shift+W", name=name)
        self.action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.action.triggered.connect(self._on_triggered)
        screen.addAction(self.action)

    @Slot()
    def _on_triggered(self) -> None:
        view = self._shown()
        if view is None:
            self.told.emit(self.tr("Tidak ada yang disalin. Pilih surat dahulu."))
            return
        text = share_text(view, self._text_of)
        if not text:
            self.told.emit(
                self.tr("Tidak disalin: surat terbatas dan rahasia tidak boleh keluar lewat WhatsApp. Pakai Pesagi.")
            )
            return
        QApplication.clipboard().setText(text)
        self.told.emit(self.tr("Teks tersalin; tempelkan di WhatsApp"))
