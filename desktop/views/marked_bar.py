"""What can be done with all letters that are marked, under their list."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.letter_marks import MOST_MARKED
from desktop.widgets.announcing import announce
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind, IconButton
from desktop.widgets.figures import format_count
from desktop.widgets.labels import Label
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole


class MarkedBar(Surface):
    """Signals: `wanted(str)` with the name of an act, or `end`."""

    wanted = Signal(str)

    def __init__(self, theme: Theme, offers: Sequence[str], *, said: str, parent: QWidget | None = None) -> None:
        """`offers` are those of the acts that this person may do; `said` tells a `{count}` of what is marked."""
        super().__init__(theme, fill="selection", edges=Edge.TOP, parent=parent)
        self._words = said
        self._said = Label(theme, role=TextRole.BODY_STRONG, tabular=True)
        row = Row(theme, gap=8, margins=(16, 7, 8, 6), parent=self)
        row.add(self._said)
        row.addStretch(1)
        made: dict[str, Button | IconButton] = {
            "file": Button(theme, self.tr("Berkaskan"), icon="folder-plus"),
            "dispose": Button(theme, self.tr("Disposisikan"), icon="arrow-ramp-right"),
            "answer": Button(theme, self.tr("Catat balasan"), icon="send"),
            "report": Button(theme, self.tr("Laporkan selesai"), icon="send"),
            "forward": Button(theme, self.tr("Teruskan"), icon="arrow-ramp-right"),
            "remind": Button(theme, self.tr("Ingatkan"), icon="bell"),
            "confirm": Button(theme, self.tr("Benarkan"), icon="check"),
            "print": IconButton(theme, "printer", self.tr("Cetak surat yang ditandai")),
            "copy": IconButton(theme, "copy", self.tr("Salin baris yang ditandai (Ctrl+C)")),
            "end": Button(theme, self.tr("Lepas"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc")),
        }
        self._buttons: dict[str, Button | IconButton] = {}
        for name, button in made.items():
            if name != "end" and name not in offers:
                button.deleteLater()
                continue
            button.setObjectName(name)
            button.clicked.connect(self._on_clicked)
            self._buttons[name] = button
            row.addWidget(button)
        self._buttons["end"].setAccessibleName(self.tr("Lepas semua tanda"))
        self.hide()

    def show_count(self, count: int, *, ready: bool, too_many: bool) -> None:
        """So many letters are marked; they can be worked on once it is known which, unless they are too many."""
        text = self._words.format(count=format_count(count))
        if too_many:
            text = self.tr("{count} ditandai: paling banyak {most} sekaligus").format(
                count=format_count(count), most=MOST_MARKED
            )
        if text != self._said.text():
            self._said.setText(text)
            announce(self, text)
        for name, button in self._buttons.items():
            button.setEnabled(ready or name == "end")

    def set_offers(self, offers: Sequence[str], *, said: str) -> None:
        """Show these of the acts, and tell what is marked in other words; letting go of it is always there."""
        self._words = said
        for name, button in self._buttons.items():
            button.setVisible(name in offers or name == "end")

    @Slot()
    def _on_clicked(self) -> None:
        self.wanted.emit(self.sender().objectName())
