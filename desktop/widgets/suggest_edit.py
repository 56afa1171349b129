"""A field that suggests while one types; Enter takes the marked suggestion, Tab keeps what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.widgets.line_edits import LineEdit
from desktop.widgets.painting import draw_text, fill_box, text_width
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

MOST_SHOWN = 8
PADDING = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to choose: `key` for the program, `text` for the field, `note` as a quiet remark."""

    key: str
    text: str
    note: str = ""


class SuggestEdit(LineEdit):
    """A line edit with suggestions that the caller looks up.

    Signals: `suggestions_wanted(str)` with the typed text, answered by `set_suggestions`; `chosen(object)` with the
    Suggestion a person took.
    """

    suggestions_wanted = Signal(str)
    chosen = Signal(object)

    def __init__(
        self, theme: Theme, *, placeholder: str = "", offers_first: bool = False, parent: QWidget | None = None
    ) -> None:
        """With `offers_first` suggestions are wanted before anything is typed, when the keyboard comes here."""
        super().__init__(theme, placeholder=placeholder, parent=parent)
        self._offers_first = offers_first
        self._popup: _SuggestionPopup | None = None
        self.textEdited.connect(self._on_edited)

    def set_suggestions(self, suggestions: Sequence[Suggestion]) -> None:
        """Show these under the field, the first one marked; an empty list closes the popup."""
        if not suggestions or not self.hasFocus():
            self._close()
            return
        if self._popup is None or self._popup.parentWidget() is not self.window():
            self._popup = _SuggestionPopup(self._theme, self.window())
            self._popup.clicked.connect(self._take)
        self._popup.open(self, list(suggestions)[:MOST_SHOWN])

    def is_suggesting(self) -> bool:
        """Tell whether suggestions are shown."""
        return self._popup is not None and self._popup.isVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the suggestions, take one, or close them."""
        popup = self._popup
        if popup is None or not self.is_suggesting():
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Down:
                popup.move_mark(1)
            case Qt.Key.Key_Up:
                popup.move_mark(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._take(popup.marked())
            case Qt.Key.Key_Escape:
                self._close()
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Ask for a first offer."""
        super().focusInEvent(event)
        came = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.MouseFocusReason)
        if self._offers_first and came and not self.text().strip():
            self.suggestions_wanted.emit("")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the suggestions when the field is left."""
        self._close()
        super().focusOutEvent(event)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.set_note("")
        if text.strip() or self._offers_first:
            self.suggestions_wanted.emit(text)
        else:
            self._close()

    @Slot(object)
    def _take(self, suggestion: Suggestion) -> None:
        self._close()
        self.setText(suggestion.text)
        self.set_note(suggestion.note)
        self.chosen.emit(suggestion)

    def _close(self) -> None:
        if self._popup is not None:
            self._popup.hide()


class _SuggestionPopup(QWidget):
    """The list under the field. It is a child of the window, so typing never loses its focus to it."""

    clicked = Signal(object)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._rows: list[Suggestion] = []
        self._marked = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Saran isian"))
        window.installEventFilter(self)
        theme.changed.connect(self.hide)

    def open(self, field: QWidget, rows: list[Suggestion]) -> None:
        """Show `rows` under `field`."""
        self._rows, self._marked = rows, 0
        row = self._theme.px(MEASURES.row)
        height = row * len(rows) + 2 * self._theme.px(4)
        corner = field.mapTo(self._window, QPoint(0, field.height() + self._theme.px(4)))
        if corner.y() + height > self._window.height():
            corner.setY(field.mapTo(self._window, QPoint(0, 0)).y() - height - self._theme.px(4))
        self.setGeometry(QRect(corner.x(), corner.y(), field.width(), height))
        self.raise_()
        self.show()
        self.update()

    def marked(self) -> Suggestion:
        """Give the suggestion Enter would take."""
        return self._rows[self._marked]

    def move_mark(self, step: int) -> None:
        """Mark the row above or below, round the ends."""
        self._marked = (self._marked + step) % len(self._rows)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close when the window changes its size, which would leave the list in a wrong place."""
        if event.type() == QEvent.Type.Resize:
            self.hide()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows."""
        theme, colour = self._theme, self._theme.colour
        painter = QPainter(self)
        radius = theme.px(MEASURES.radius)
        box = QRectF(self.rect())
        fill_box(painter, box, radius=radius, fill=colour("surface"), border=colour("control_border"))
        for place, suggestion in enumerate(self._rows):
            rect = self._rect_of(place)
            if place == self._marked:
                fill_box(painter, QRectF(rect), radius=theme.px(4), fill=colour("selection"))
            self._paint_row(painter, rect, suggestion)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the row under the mouse."""
        place = self._place_at(event)
        if place is not None and place != self._marked:
            self._marked = place
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the row under the mouse."""
        place = self._place_at(event)
        if place is not None:
            self.clicked.emit(self._rows[place])

    def _paint_row(self, painter: QPainter, rect: QRect, suggestion: Suggestion) -> None:
        theme = self._theme
        inner = rect.adjusted(theme.px(6), 0, -theme.px(6), 0)
        strong, quiet = theme.font(TextRole.BODY), theme.font(TextRole.CAPTION)
        draw_text(painter, inner, suggestion.text, font=strong, colour=theme.colour("text"))
        taken = text_width(suggestion.text, strong) + theme.px(16)
        rest = inner.adjusted(taken, 0, 0, 0)
        if suggestion.note and rest.width() > theme.px(60):
            ink = theme.colour("text_secondary")
            draw_text(painter, rest, suggestion.note, font=quiet, colour=ink, align=Qt.AlignmentFlag.AlignRight)

    def _rect_of(self, place: int) -> QRect:
        pad, row = self._theme.px(4), self._theme.px(MEASURES.row)
        return QRect(pad, pad + place * row, self.width() - 2 * pad, row)

    def _place_at(self, event: QMouseEvent) -> int | None:
        point = event.position().toPoint()
        return next((place for place in range(len(self._rows)) if self._rect_of(place).contains(point)), None)
