"""Text fields of one or several lines, with room for an icon, a key, a note and an error."""

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from desktop.widgets.buttons import IconButton
from desktop.widgets.painting import draw_icon, draw_key_cap, draw_text, key_cap_size, line_height, text_width
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole
from desktop.widgets.validity import mark_invalid

PADDING = 10
# Qt adds this much by itself between the frame of a line edit and its text.
QT_PADDING = 2
STYLE_PADDING = 8


class LineEdit(QLineEdit):
    """A field of one line, 32 px high at 100 %.

    `icon` stands in front, `key_hint` behind while the field is empty, and a note set by `set_note` behind the text.
    """

    def __init__(
        self,
        theme: Theme,
        *,
        placeholder: str = "",
        icon: str = "",
        key_hint: str = "",
        tabular: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self._key_hint = key_hint
        self._tabular = tabular
        self._note = ""
        self._button: IconButton | None = None
        self.setPlaceholderText(placeholder)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._restyle()
        theme.changed.connect(self._restyle)
        self.textChanged.connect(self._on_text)

    def set_note(self, note: str) -> None:
        """Write a quiet remark at the right end of the field, such as the full name of a sender."""
        if note != self._note:
            self._note = note
            self.setAccessibleDescription(note)
            self._restyle()

    def note(self) -> str:
        """Give the quiet remark."""
        return self._note

    def add_button(self, icon: str, name: str) -> IconButton:
        """Put a small button at the right end and give it; the keyboard never stops at it."""
        self._button = IconButton(self._theme, icon, name, framed=False, small=True, parent=self)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.setCursor(Qt.CursorShape.ArrowCursor)
        self._restyle()
        return self._button

    def set_invalid(self, *, invalid: bool) -> None:
        """Mark the field as wrong or as right again."""
        mark_invalid(self, invalid=invalid)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button at the right end."""
        super().resizeEvent(event)
        self._place_button()

    def sizeHint(self) -> QSize:
        """Be as high as every control."""
        return QSize(self._theme.px(160), self._theme.px(MEASURES.control))

    def minimumSizeHint(self) -> QSize:
        """Stay usable when narrow."""
        return QSize(self._theme.px(72), self._theme.px(MEASURES.control))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, then what stands before and behind its text."""
        super().paintEvent(event)
        if not (self._icon_name or self._shown_key() or self._note):
            return
        theme = self._theme
        painter = QPainter(self)
        if self._icon_name:
            side = theme.px(MEASURES.icon)
            place = QRect(theme.px(PADDING), 0, side, self.height())
            draw_icon(painter, theme, place, self._icon_name, colour=theme.colour("placeholder"))
        if self._shown_key():
            size = key_cap_size(theme, self._key_hint)
            right = self.width() - theme.px(PADDING)
            cap = QRect(right - size.width(), (self.height() - size.height()) // 2, size.width(), size.height())
            ink, border, fill = (theme.colour(name) for name in ("text_secondary", "border", "row_alt"))
            draw_key_cap(painter, theme, cap, self._key_hint, ink=ink, border=border, fill=fill)
        if self._note:
            self._paint_note(painter)
        painter.end()

    def _paint_note(self, painter: QPainter) -> None:
        theme = self._theme
        font = theme.font(TextRole.CAPTION)
        start = theme.px(PADDING) + text_width(self.text(), self.font()) + theme.px(16)
        room = self.width() - theme.px(PADDING) - start
        if room >= text_width(self._note, font) and not self.hasSelectedText():
            rect = QRect(start, 0, room, self.height())
            align = Qt.AlignmentFlag.AlignRight
            colour = theme.colour("text_secondary")
            draw_text(painter, rect, self._note, font=font, colour=colour, align=align)

    def _place_button(self) -> None:
        if self._button is not None:
            size = self._button.sizeHint()
            top = (self.height() - size.height()) // 2
            self._button.setGeometry(self.width() - size.width() - top, top, size.width(), size.height())

    def _shown_key(self) -> bool:
        return bool(self._key_hint) and not self.text()

    @Slot(str)
    def _on_text(self, _text: str) -> None:
        self._set_margins()

    def _set_margins(self) -> None:
        theme = self._theme
        inner = theme.px(PADDING) - theme.px(STYLE_PADDING) - QT_PADDING
        left = theme.px(MEASURES.icon + 8) if self._icon_name else 0
        right = key_cap_size(theme, self._key_hint).width() + theme.px(8) if self._shown_key() else 0
        if self._button is not None:
            right = self._button.sizeHint().width() - theme.px(4)
        self.setTextMargins(max(0, left + inner), 0, max(0, right + inner), 0)

    @Slot()
    def _restyle(self) -> None:
        self.setFont(self._theme.font(TextRole.BODY, tabular=self._tabular))
        self._set_margins()
        self._place_button()
        self.updateGeometry()
        self.update()


class SecretEdit(LineEdit):
    """A field for a password or PIN, with an eye that shows what was typed."""

    def __init__(self, theme: Theme, *, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(theme, placeholder=placeholder, parent=parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = self.add_button("eye", self.tr("Tampilkan isian"))
        self._eye.clicked.connect(self._on_eye)

    @Slot()
    def _on_eye(self) -> None:
        hidden = self.echoMode() is QLineEdit.EchoMode.Password
        self.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._eye.set_icon_name("eye-off" if hidden else "eye")
        self._eye.set_name(self.tr("Sembunyikan isian") if hidden else self.tr("Tampilkan isian"))


class SearchField(LineEdit):
    """The search field of a screen: magnifier in front, its key behind; Escape empties it first.

    Signals: the field's own `textChanged(str)` and `returnPressed()`, and `left()` when Escape is pressed while empty.
    """

    left = Signal()

    def __init__(
        self, theme: Theme, *, placeholder: str, key_hint: str = "Ctrl F", parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, placeholder=placeholder, icon="search", key_hint=key_hint, parent=parent)
        self.setAccessibleName(placeholder)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape empty the field, and leave it when it is empty already."""
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
            return
        super().keyPressEvent(event)


class TextEdit(QPlainTextEdit):
    """A field of several lines; Tab leaves it. Never takes formatted text."""

    def __init__(self, theme: Theme, *, placeholder: str = "", lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = lines
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._restyle()
        theme.changed.connect(self._restyle)

    def set_invalid(self, *, invalid: bool) -> None:
        """Mark the field as wrong or as right again."""
        mark_invalid(self, invalid=invalid)

    def sizeHint(self) -> QSize:
        """Show the wanted number of lines."""
        spacing = QFontMetrics(self.font()).lineSpacing()
        height = max(self._theme.px(MEASURES.control), self._lines * spacing + self._theme.px(18))
        return QSize(self._theme.px(160), height)

    def minimumSizeHint(self) -> QSize:
        """Show at least one line."""
        return QSize(self._theme.px(96), line_height(self.font()) + self._theme.px(18))

    @Slot()
    def _restyle(self) -> None:
        self.setFont(self._theme.font(TextRole.BODY))
        self.document().setDocumentMargin(self._theme.px(4))
        self.updateGeometry()
