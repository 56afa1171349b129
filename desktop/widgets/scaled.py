"""A size that follows the size of text."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from desktop.widgets.theme import Theme


class Scaled(QObject):
    """Keeps a widget as wide, as high, at least or at most as high as so many pixels are at the chosen size."""

    def __init__(
        self,
        theme: Theme,
        widget: QWidget,
        *,
        width: int = 0,
        height: int = 0,
        least_height: int = 0,
        most_height: int = 0,
    ) -> None:
        """0 leaves a measure free. Lives as long as the widget."""
        super().__init__(widget)
        self._theme = theme
        self._widget = widget
        self._width, self._height = width, height
        self._least_height, self._most_height = least_height, most_height
        self._restyle()
        theme.changed.connect(self._restyle)

    @Slot()
    def _restyle(self) -> None:
        if self._width:
            self._widget.setFixedWidth(self._theme.px(self._width))
        if self._height:
            self._widget.setFixedHeight(self._theme.px(self._height))
        if self._least_height:
            self._widget.setMinimumHeight(self._theme.px(self._least_height))
        if self._most_height:
            self._widget.setMaximumHeight(self._theme.px(self._most_height))
