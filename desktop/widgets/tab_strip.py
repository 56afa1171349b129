"""Tabs as words with a line under the chosen one."""

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.boxes import Row
from desktop.widgets.literal import LiteralButton
from desktop.widgets.painting import CENTRE, draw_text, text_width
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

HEIGHT = 36
UNDERLINE = 2


class Tab(LiteralButton):
    """One word of the strip."""

    def __init__(self, theme: Theme, text: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._restyle)

    def set_text(self, text: str) -> None:
        """Say something else, such as another page count."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrows to the strip, which also opens the tab they lead to."""
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            event.ignore()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Fit the text as if it were chosen, so that choosing moves nothing."""
        width = text_width(self.text(), self._theme.font(TextRole.CAPTION_STRONG)) + 1
        return QSize(width, self._theme.px(HEIGHT) - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint word and line."""
        theme = self._theme
        painter = QPainter(self)
        chosen = self.isChecked()
        ink = theme.colour("primary" if chosen else "text" if self.underMouse() else "text_secondary")
        font = theme.font(TextRole.CAPTION_STRONG if chosen else TextRole.CAPTION)
        draw_text(painter, self.rect(), self.text(), font=font, colour=ink, align=CENTRE)
        if chosen:
            line = theme.px(UNDERLINE)
            painter.fillRect(QRect(0, self.height() - line, self.width(), line), ink)
        painter.end()

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class TabStrip(Surface):
    """A row of tabs named by keys; the caller shows the page that belongs to the current one.

    Signals: `changed(str)` with the key when a person chooses another tab.
    """

    changed = Signal(str)

    def __init__(self, theme: Theme, *, fill: str = "surface", margin: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(theme, fill=fill, edges=Edge.BOTTOM, parent=parent)
        self._strip_theme = theme
        self._tabs: dict[str, Tab] = {}
        self._row = Row(theme, gap=18, margins=(margin, 0, margin, 0), parent=self)
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._restyle()
        theme.changed.connect(self._restyle)

    def add_tab(self, key: str, text: str) -> None:
        """Add a tab at the end; the first one is the current one."""
        tab = Tab(self._strip_theme, text, parent=self)
        tab.setProperty("key", key)
        tab.setChecked(not self._tabs)
        tab.clicked.connect(self._on_clicked)
        self._tabs[key] = tab
        self._row.insertWidget(self._row.count() - 1, tab)

    def set_text(self, key: str, text: str) -> None:
        """Change the words of a tab; raises KeyError for an unknown key."""
        self._tabs[key].set_text(text)

    def current(self) -> str:
        """Give the key of the current tab."""
        return next((key for key, tab in self._tabs.items() if tab.isChecked()), "")

    def set_current(self, key: str) -> None:
        """Make a tab the current one without the signal; raises KeyError for an unknown key."""
        self._tabs[key].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the tab beside with the arrow keys."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        keys = list(self._tabs)
        if event.key() in steps and self.current() in keys:
            place = keys.index(self.current()) + steps[Qt.Key(event.key())]
            if 0 <= place < len(keys):
                self._tabs[keys[place]].setFocus(Qt.FocusReason.TabFocusReason)
                self._tabs[keys[place]].click()
            return
        super().keyPressEvent(event)

    @Slot()
    def _on_clicked(self) -> None:
        key = str(self.sender().property("key"))
        self.set_current(key)  # a click on the only tab would leave none chosen
        self.changed.emit(key)

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(self._strip_theme.px(HEIGHT))
