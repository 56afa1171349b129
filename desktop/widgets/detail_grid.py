"""Names and values in columns, as at the head of a letter's pane."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.boxes import Grid
from desktop.widgets.labels import ElidedLabel, Label
from desktop.widgets.painting import line_height
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole


class DetailGrid(QWidget):
    """Pairs of name and value.

    A value that does not fit is shortened and is its own tooltip; a wide one wraps instead.
    """

    def __init__(self, theme: Theme, *, columns: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns = columns
        self._next = 0
        self._values: dict[str, Label | ElidedLabel] = {}
        self._grid = Grid(theme, gaps=(10, 3), parent=self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        theme.changed.connect(self._restyle)

    def add_detail(
        self, key: str, name: str, value: str = "", *, strong: bool = False, wide: bool = False, whole: bool = False
    ) -> None:
        """Add a pair at the next place; `wide` gives it a whole row in which it may wrap, `whole` never shortens it."""
        if wide and self._next % self._columns:
            self._next += self._columns - self._next % self._columns
        row, column = self._next // self._columns, self._next % self._columns
        role = TextRole.BODY_STRONG if strong else TextRole.BODY
        top = Qt.AlignmentFlag.AlignTop
        title = ElidedLabel(self._theme, name, role=TextRole.SECONDARY)
        # Only values give way to a narrow pane: no stretch factors, so that each column gets what its text needs.
        title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._grid.addWidget(title, row, 2 * column, top)
        shown: Label | ElidedLabel
        if wide:
            shown = Label(self._theme, value, role=role, tabular=True, wrap=True, selectable=True)
            shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._grid.addWidget(shown, row, 1, 1, 2 * self._columns - 1, top)
        elif whole:
            shown = Label(self._theme, value, role=role, tabular=True)
            self._grid.addWidget(shown, row, 2 * column + 1, top)
        else:
            shown = ElidedLabel(self._theme, value, role=role, tabular=True)
            self._grid.addWidget(shown, row, 2 * column + 1, top)
        shown.setAccessibleDescription(name)
        self._values[key] = shown
        self._restyle()
        self._next += self._columns if wide else 1

    def set_value(self, key: str, value: str) -> None:
        """Show another value; raises KeyError for an unknown key."""
        self._values[key].setText(value)

    def value(self, key: str) -> str:
        """Give the shown value; raises KeyError for an unknown key."""
        return self._values[key].text()

    @Slot()
    def _restyle(self) -> None:
        # The name beside it has its leading above and below, the first line of a label has none.
        for shown in self._values.values():
            if isinstance(shown, Label):
                leading = line_height(shown.font()) - QFontMetrics(shown.font()).height()
                shown.setContentsMargins(0, (leading + 1) // 2, 0, leading // 2)
