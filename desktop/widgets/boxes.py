"""Layouts whose gaps and margins follow the theme's scale."""

from PySide6.QtCore import QMargins, Slot
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLayout, QWidget

from desktop.widgets.theme import Theme

NO_MARGINS = (0, 0, 0, 0)
Margins = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels at 100 %."""


def scaled_margins(theme: Theme, margins: Margins) -> QMargins:
    """Turn margins at 100 % into those of the chosen scale."""
    left, top, right, bottom = margins
    return QMargins(theme.px(left), theme.px(top), theme.px(right), theme.px(bottom))


class _Box(QBoxLayout):
    """What a row and a column have in common."""

    def __init__(
        self,
        theme: Theme,
        direction: QBoxLayout.Direction,
        *,
        gap: int,
        margins: Margins,
        parent: QWidget | None,
    ) -> None:
        super().__init__(direction)
        self._theme = theme
        self._gap = gap
        self._margins = margins
        self._restyle()
        theme.changed.connect(self._restyle)
        if parent is not None:
            parent.setLayout(self)

    def add(self, *parts: QWidget | QLayout | None) -> None:
        """Add widgets and layouts in order; None stands for the empty space that stretches."""
        for part in parts:
            if part is None:
                self.addStretch(1)
            elif isinstance(part, QLayout):
                self.addLayout(part)
            else:
                self.addWidget(part)

    @Slot()
    def _restyle(self) -> None:
        self.setSpacing(self._theme.px(self._gap))
        self.setContentsMargins(scaled_margins(self._theme, self._margins))


class Row(_Box):
    """A horizontal layout; with `parent` it becomes that widget's layout."""

    def __init__(
        self, theme: Theme, *, gap: int = 8, margins: Margins = NO_MARGINS, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, QBoxLayout.Direction.LeftToRight, gap=gap, margins=margins, parent=parent)


class Column(_Box):
    """A vertical layout; with `parent` it becomes that widget's layout."""

    def __init__(
        self, theme: Theme, *, gap: int = 8, margins: Margins = NO_MARGINS, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, QBoxLayout.Direction.TopToBottom, gap=gap, margins=margins, parent=parent)


class Grid(QGridLayout):
    """A grid layout; with `parent` it becomes that widget's layout. Gaps are horizontal, vertical."""

    def __init__(
        self,
        theme: Theme,
        *,
        gaps: tuple[int, int] = (12, 12),
        margins: Margins = NO_MARGINS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._gaps = gaps
        self._margins = margins
        self._restyle()
        theme.changed.connect(self._restyle)
        if parent is not None:
            parent.setLayout(self)

    @Slot()
    def _restyle(self) -> None:
        self.setHorizontalSpacing(self._theme.px(self._gaps[0]))
        self.setVerticalSpacing(self._theme.px(self._gaps[1]))
        self.setContentsMargins(scaled_margins(self._theme, self._margins))
