"""Sheets over the window: the list of keys and what the program is. Escape puts them away."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button
from desktop.widgets.detail_grid import DetailGrid
from desktop.widgets.focus_round import go_round
from desktop.widgets.labels import Label
from desktop.widgets.scaled import Scaled
from desktop.widgets.sheet import Sheet, SheetPage
from desktop.widgets.surfaces import Rule, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

WIDTH = 560
MOST_HEIGHT = 380
KeyLines = list[tuple[str, list[tuple[str, str]]]]


class SheetOverlay(SheetPage):
    """A sheet that covers what lies in its parent until it is put away.

    Signals: `closed()`.
    """

    closed = Signal()

    def __init__(self, theme: Theme, sheet: Sheet, *, parent: QWidget) -> None:
        super().__init__(theme, sheet, parent=parent)
        self._covered = parent
        self._before = parent.window().focusWidget()
        close = Button(theme, self.tr("Tutup"), key_hint="Esc")
        close.clicked.connect(self.put_away)
        sheet.add_button(close)
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001  # Qt's signature
        """Keep Tab within the sheet: what it covers is out of sight."""
        return go_round(self, forward=forward)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what it covers."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._covered.rect())
        return super().eventFilter(watched, event)

    @Slot()
    def put_away(self) -> None:
        """Give the window back as it was."""
        self.vanish()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def vanish(self) -> None:
        """Go, because what was covered has changed; the keyboard stays where it is now."""
        self.hide()
        self.closed.emit()
        self.deleteLater()


def shortcut_sheet(theme: Theme, lines: KeyLines, *, title: str) -> Sheet:
    """All keys, by menu."""
    sheet = Sheet(theme, title, icon="keyboard", width=WIDTH)
    inner = Surface(theme)
    column = Column(theme, gap=8, margins=(0, 0, 12, 0), parent=inner)
    for number, (heading, pairs) in enumerate(lines):
        if number:
            column.add(Rule(theme))
        column.add(Label(theme, heading, role=TextRole.BODY_STRONG))
        for name, keys in pairs:
            row = Row(theme, gap=12)
            row.add(Label(theme, name), None, Label(theme, keys, role=TextRole.SECONDARY, tabular=True))
            column.add(row)
    scroll = QScrollArea()
    scroll.setAccessibleName(title)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(inner)
    Scaled(theme, scroll, most_height=MOST_HEIGHT)
    sheet.body.add(scroll)
    return sheet


def help_sheet(theme: Theme, page: Sequence[str], pairs: list[tuple[str, str]], *, title: str, keys: str) -> Sheet:
    """What one does on a screen, and its keys below the word `keys`."""
    lines: KeyLines = [(keys, pairs)] if pairs else []
    sheet = shortcut_sheet(theme, lines, title=title)
    words = QWidget()
    column = Column(theme, gap=6, parent=words)
    for sentence in page:
        column.add(Label(theme, sentence, wrap=True, selectable=True))
    sheet.body.insertWidget(0, words)
    return sheet


def about_sheet(theme: Theme, facts: list[tuple[str, str]], *, title: str, text: str) -> Sheet:
    """What the program is, which version, and whose it is."""
    sheet = Sheet(theme, title, text=text, icon="info-circle", width=WIDTH)
    grid = DetailGrid(theme, columns=1)
    for name, value in facts:
        grid.add_detail(name, name, value, wide=True)
    sheet.body.add(grid)
    return sheet
