"""A strip above the content for what stays true until someone acts."""

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.announcing import announce
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind, IconButton
from desktop.widgets.labels import Label
from desktop.widgets.leading_icon import LeadingIcon
from desktop.widgets.painting import fill_box
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.tokens import MEASURES

ICONS = {
    Tone.INFO: "info-circle",
    Tone.WARNING: "alert-triangle",
    Tone.DANGER: "alert-triangle",
    Tone.SUCCESS: "circle-check",
}


class Banner(QWidget):
    """A sentence on a soft ground, with one action at most and a cross if it may be put away.

    Signals: `action_triggered()`, `closed()`.
    """

    action_triggered = Signal()
    closed = Signal()

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        tone: Tone = Tone.INFO,
        icon: str = "",
        action: str = "",
        closable: bool = False,
        card: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = tone
        self._card = card
        self._text = Label(theme, wrap=True)
        self._icon = LeadingIcon(theme, ICONS[Tone.INFO], self._text)
        self._button = Button(theme, "", kind=ButtonKind.LINK)
        # Made as a child: to show a widget that has no parent yet would show it as a window.
        self._cross = IconButton(theme, "x", self.tr("Tutup pesan"), framed=False, small=True, parent=self)
        self._button.clicked.connect(self.action_triggered)
        self._cross.clicked.connect(self._on_cross)
        self._cross.setVisible(closable)
        row = Row(theme, gap=8, margins=(12, 8, 12, 8) if card else (16, 8, 12, 8), parent=self)
        row.add(self._icon, self._text, self._button, self._cross)
        row.setStretch(1, 1)
        row.setAlignment(self._cross, Qt.AlignmentFlag.AlignTop)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_message(text, tone, icon=icon, action=action)

    def set_message(self, text: str, tone: Tone, *, icon: str = "", action: str = "") -> None:
        """Say something else."""
        self._tone = tone
        self._text.setText(text)
        self._text.set_tone(tone)
        self._icon.set_icon(icon or ICONS.get(tone, ICONS[Tone.INFO]), colour=tone.value)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(text)
        if text and self.isVisible():
            announce(self, text)
        self.update()

    def setVisible(self, visible: bool) -> None:  # noqa: FBT001  # Qt's signature
        """Appear or go; what appears before a person's eyes is read aloud."""
        appears = visible and self.isHidden()
        super().setVisible(visible)
        if appears and self.isVisible() and self.text():
            announce(self, self.text())

    def text(self) -> str:
        """Give the sentence."""
        return self._text.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the soft ground, with a line below unless it is a card."""
        theme = self._theme
        painter = QPainter(self)
        radius = theme.px(MEASURES.radius) if self._card else 0
        # On the white grounds of high contrast only a border still sets it apart.
        border = theme.tone(self._tone) if theme.soft(self._tone) == theme.colour("surface") else None
        fill_box(painter, QRectF(self.rect()), radius=radius, fill=theme.soft(self._tone), border=border)
        if not self._card:
            painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        painter.end()

    @Slot()
    def _on_cross(self) -> None:
        self.hide()
        self.closed.emit()
