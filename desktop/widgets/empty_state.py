"""What stands where nothing is: a picture, one sentence, one action."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.surfaces import Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

TEXT_WIDTH = 340


class EmptyState(Surface):
    """A sentence that says what to do and the one button that does it.

    Signals: `action_triggered()`.
    """

    action_triggered = Signal()

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        icon: str = "inbox",
        action: str = "",
        fill: str = "surface",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, fill=fill, parent=parent)
        self._icon = IconLabel(theme, icon, colour="control_border", size=36)
        self._text = Label(theme, role=TextRole.SECONDARY, wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._button = Button(theme, action)
        self._button.clicked.connect(self.action_triggered)
        self._empty_theme = theme
        picture, words, push = Row(theme), Row(theme), Row(theme)
        picture.add(None, self._icon, None)
        words.addStretch(1)
        words.addWidget(self._text, 4)
        words.addStretch(1)
        push.add(None, self._button, None)
        column = Column(theme, gap=12, margins=(16, 16, 16, 16), parent=self)
        column.add(None, picture, words, push, None)
        self.set_content(text, icon=icon, action=action)

    def set_content(self, text: str, *, icon: str, action: str = "") -> None:
        """Say something else; without `action` there is no button."""
        self._text.setText(text)
        self._icon.set_icon(icon, colour="control_border")
        self._button.setText(action)
        self._button.setVisible(bool(action))

    def text(self) -> str:
        """Give the sentence."""
        return self._text.text()
