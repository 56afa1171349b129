"""Whether what is filled in is kept: a disk and, where there is room, words."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.boxes import Row
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

LARGEST = 150


class KeptNote(QWidget):
    """In the largest size the picture alone has room; the words stay in its tooltip and for those who listen."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = IconLabel(theme, "device-floppy", size=16)
        self._text = Label(theme, role=TextRole.CAPTION, wrap=True)
        row = Row(theme, parent=self)
        row.add(self._icon, self._text)
        row.setStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self._restyle)
        self._restyle()

    def say(self, text: str) -> None:
        """Say it; nothing is kept where the text is empty."""
        self._text.setText(text)
        self._icon.setVisible(bool(text))
        self._icon.setToolTip(text)
        self._icon.setAccessibleName(text)

    @Slot()
    def _restyle(self) -> None:
        self._text.setVisible(self._theme.scale < LARGEST)
