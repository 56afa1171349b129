"""How the register and the letter that is read share the screen of incoming letters."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.views.letter_list import RegisterHead, RegisterTable
from desktop.views.letter_reader import LetterReaderPane
from desktop.widgets.boxes import Column
from desktop.widgets.surfaces import Splitter
from desktop.widgets.theme import Theme

# Below this width the reading pane takes the place of the list instead of standing beside it.
NARROW = 1010
READER_WIDTH = 470
READER_SMALLEST = 370
READER_SHARE = 0.38


class RegisterPanes(QWidget):
    """List and letter beside each other; in a narrow window either the one or the other."""

    def __init__(
        self,
        theme: Theme,
        head: RegisterHead,
        register: RegisterTable,
        reading: LetterReaderPane,
        parent: QWidget | None = None,
    ) -> None:
        """Takes over the three."""
        super().__init__(parent)
        self._theme = theme
        self._head, self._register, self._reading = head, register, reading
        self._narrow = False
        self._moved = False
        self._splitter = Splitter()
        self._splitter.addWidget(register)
        self._splitter.addWidget(reading)
        self._splitter.setStretchFactor(0, 1)
        column = Column(theme, gap=0, parent=self)
        column.add(head, self._splitter)
        column.setStretch(1, 1)
        self._splitter.splitterMoved.connect(self._on_moved)
        self._splitter.resized.connect(self._divide)

    def show_letter(self) -> None:
        """Let the letter be seen: in a narrow window in place of the list."""
        self._set_reading(reading=True)

    def show_list(self) -> None:
        """Let the list be seen: in a narrow window in place of the letter."""
        self._set_reading(reading=False)

    def fit(self, width: int) -> None:
        """Find out whether both fit beside each other in a screen of this width."""
        narrow = width < self._theme.px(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self._set_reading(reading=False)
        self._divide()

    @Slot()
    def _divide(self) -> None:
        """Give list and letter their widths; Qt would share out a width that the splitter has not got yet."""
        theme, width = self._theme, self._splitter.width()
        if not self._narrow and not self._moved and width >= theme.px(NARROW):
            wanted = min(theme.px(READER_WIDTH), max(theme.px(READER_SMALLEST), round(width * READER_SHARE)))
            self._splitter.setSizes([width - wanted, wanted])

    @Slot()
    def _on_moved(self) -> None:
        # From now on the panes are as wide as the person wants them.
        self._moved = True

    def _set_reading(self, *, reading: bool) -> None:
        self._head.setVisible(not reading or not self._narrow)
        self._register.setVisible(not reading or not self._narrow)
        self._reading.setVisible(reading or not self._narrow)
        self._reading.show_back(shown=reading and self._narrow)
