"""Disposisi yang sama: one sheet for several letters that were marked."""

from datetime import date

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from core.domain.ids import DispositionId, LetterId
from desktop.viewmodels.disposition_editor import DispositionEditor, Issued, SheetOf
from desktop.views.disposition_sheet import DispositionSheet
from desktop.views.together_words import with_left
from desktop.widgets.figures import format_count
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme

# Titles of positions of a kecamatan are told whole.
WIDTH, HEIGHT = 740, 505
# Of the window, what is left around the sheet for its head and some air.
AROUND = 130


class PileDialog(SheetDialog):
    """The sheet of the disposition screen, over its window.

    Signals: `disposed(str)` with a sentence after the commit.
    """

    disposed = Signal(str)

    def __init__(self, theme: Theme, editor: DispositionEditor, *, today: date, parent: QWidget | None = None) -> None:
        """The editor is for this dialog alone."""
        frame = Sheet(theme, "", icon="arrow-ramp-right", width=WIDTH, card=False)
        super().__init__(theme, frame, parent=parent)
        self._frame_sheet = frame
        self._theme = theme
        self._editor = editor
        self._passes_on = False
        self.sheet = DispositionSheet(theme, editor, today=today)
        frame.body.add(self.sheet)
        self.sheet.cancelled.connect(self.reject)
        for keys, wanted in (
            ("D", self.sheet.focus_recipients),
            ("Ctrl+Return", self.sheet.issue),
            ("Ctrl+Enter", self.sheet.issue),
        ):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(wanted)
        editor.issued.connect(self._on_issued)
        editor.choices_changed.connect(self._on_choices)

    def dispose(self, letters: tuple[LetterId, ...], parents: tuple[DispositionId, ...] = ()) -> None:
        """Open the dialog for these letters; with `parents`, the dispositions that are passed on with them."""
        window = self.parentWidget()
        room = self._theme.px(HEIGHT + AROUND) if window is None else window.height()
        self.sheet.setFixedHeight(min(self._theme.px(HEIGHT), room - self._theme.px(AROUND)))
        title, text = (
            self.tr("Disposisi yang sama"),
            self.tr("Untuk {count} surat yang ditandai, sebagai satu langkah."),
        )
        if parents:
            title = self.tr("Teruskan bersama")
            text = self.tr("Untuk {count} disposisi yang ditandai, sebagai satu langkah.")
        self._passes_on = bool(parents)
        self._frame_sheet.set_title(title)
        self._frame_sheet.set_text(text.format(count=format_count(len(letters))))
        self._editor.load()
        self._editor.open(SheetOf(letter_id=letters[0], sender="", pile=letters, parents=parents))
        self.open()
        self.sheet.focus_recipients()

    @Slot()
    def _on_choices(self) -> None:
        # The people come a moment after the dialog.
        if self.isVisible() and not self._editor.draft.recipients:
            self.sheet.focus_recipients()

    @Slot(object)
    def _on_issued(self, issued: Issued) -> None:
        self.accept()
        text = self.tr("{count} surat didisposisikan ke {recipients}")
        if self._passes_on:
            text = self.tr("{count} disposisi diteruskan ke {recipients}")
        sentence = text.format(count=format_count(issued.count), recipients=", ".join(issued.to))
        self.disposed.emit(with_left(sentence, issued.refused))
