"""The head of a screen: its one title, what belongs beside it, and its actions at the right end."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.boxes import Row
from desktop.widgets.buttons import IconButton
from desktop.widgets.labels import Label
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole


class PageHeader(Surface):
    """A row of title, side parts and actions, on the window's ground.

    Signals: `back_clicked()` if `back` was asked for.
    """

    back_clicked = Signal()

    def __init__(
        self, theme: Theme, title: str, *, back: bool = False, line: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, fill="window", edges=Edge.BOTTOM if line else Edge.NONE, parent=parent)
        self._title = Label(theme, title, role=TextRole.PAGE_TITLE)
        self._row = Row(theme, gap=8, margins=(16, 12, 16, 12 if line else 8), parent=self)
        if back:
            button = IconButton(theme, "arrow-left", self.tr("Kembali"), framed=False)
            button.clicked.connect(self.back_clicked)
            self._row.add(button)
        self._row.add(self._title)
        self._row.addSpacing(theme.px(8))
        self._end = self._row.count()
        self._row.addStretch(1)
        self._header_theme = theme
        self._restyle()
        theme.changed.connect(self._restyle)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @Slot()
    def _restyle(self) -> None:
        # As high with a button as without one: what stands below does not move from page to page.
        self._title.setMinimumHeight(self._header_theme.px(MEASURES.control))

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)

    def title(self) -> str:
        """Give the title."""
        return self._title.text()

    def add_beside(self, widget: QWidget, *, stretch: int = 0) -> None:
        """Put a widget behind the title: a search field (with `stretch`), a pill, chips."""
        self._row.insertWidget(self._end, widget, stretch)
        self._end += 1

    def add_action(self, widget: QWidget) -> None:
        """Put a button at the right end."""
        self._row.addWidget(widget)
