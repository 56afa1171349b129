"""Fields of a form: the caption above, the editor, and under it what is wrong or a hint."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.boxes import Column, Grid, Margins, Row
from desktop.widgets.labels import Label
from desktop.widgets.leading_icon import LeadingIcon
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole
from desktop.widgets.validity import mark_invalid

REQUIRED_MARK = "*"


class Field(QWidget):
    """One captioned editor of a form; the caption is also what a screen reader says.

    The editor may be any widget: LineEdit, TextEdit, DateField, ComboBox, SuggestEdit, ChoiceGrid, ReadOnlyValue.
    """

    def __init__(
        self,
        theme: Theme,
        caption: str,
        editor: QWidget,
        *,
        required: bool = False,
        hint: str = "",
        hint_icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._caption = caption
        self._editor = editor
        self._hint, self._hint_icon = hint, hint_icon
        self._error = ""
        self._said: tuple[str, str, str] | None = None
        self._title = Label(theme, caption, role=TextRole.CAPTION)
        self._title.setBuddy(editor)
        # Made as a child: to show a widget that has no parent yet would show it as a window.
        self._star = Label(theme, REQUIRED_MARK, role=TextRole.CAPTION_STRONG, colour="danger", parent=self)
        self._star.setVisible(required)
        self._message = Label(theme, role=TextRole.CAPTION, wrap=True)
        self._icon = LeadingIcon(theme, "info-circle", self._message, size=14)
        self._head = head = Row(theme, gap=3)
        head.add(self._title, self._star, None)
        self._foot = QWidget()
        foot = Row(theme, gap=5, parent=self._foot)
        foot.add(self._icon, self._message)
        foot.setStretch(1, 1)
        column = Column(theme, gap=4, parent=self)
        column.add(head, editor, self._foot)
        # Beside a taller neighbour the caption stays at the top and the editor right below it.
        column.addStretch(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setFocusProxy(editor)
        name = self.tr("{caption}, wajib diisi").format(caption=caption) if required else caption
        editor.setAccessibleName(name)
        self._show_message()

    @property
    def editor(self) -> QWidget:
        """The widget one types into."""
        return self._editor

    def set_error(self, text: str) -> None:
        """Say next to the field what is wrong; the entry stays. An empty text takes the message away."""
        self._error = text
        self._show_message()

    def error(self) -> str:
        """Give what is said to be wrong."""
        return self._error

    def set_hint(self, text: str, *, icon: str = "") -> None:
        """Show a quiet remark, hidden while there is an error."""
        self._hint, self._hint_icon = text, icon
        self._show_message()

    def set_caption(self, caption: str) -> None:
        """Change what stands above the field."""
        self._title.setText(caption)
        self._editor.setAccessibleName(caption)

    def add_beside(self, widget: QWidget) -> None:
        """Put a small widget at the right end of the caption's line, such as a link that shows more."""
        self._head.addWidget(widget)

    def set_required(self, *, required: bool) -> None:
        """Show or hide the mark of a field that must be filled in."""
        self._star.setVisible(required)

    def _show_message(self) -> None:
        said = (self._error, self._hint, self._hint_icon)
        if said == self._said:
            return
        self._said = said
        text = self._error or self._hint
        self._message.setText(text)
        self._message.set_colour("danger" if self._error else "text_secondary")
        icon = "alert-triangle" if self._error else self._hint_icon
        self._icon.setVisible(bool(icon))
        if icon:
            self._icon.set_icon(icon, colour="danger" if self._error else "text_secondary")
        self._foot.setVisible(bool(text))
        self._editor.setAccessibleDescription(text)
        mark_invalid(self._editor, invalid=bool(self._error))


class ReadOnlyValue(Label):
    """A value that can be read and copied but not changed."""

    def __init__(self, theme: Theme, text: str = "", *, tabular: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(theme, text, tabular=tabular, wrap=True, selectable=True, parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._value_theme = theme
        self._fit()
        theme.changed.connect(self._fit)

    @Slot()
    def _fit(self) -> None:
        # As high as an editor, so that its text stands level with that of the fields beside it.
        self.setMinimumHeight(self._value_theme.px(MEASURES.control))


class FormLayout(Grid):
    """Fields in two columns that share one grid; the Tab order is the order of adding."""

    def __init__(
        self, theme: Theme, *, columns: int = 2, margins: Margins = (0, 0, 0, 0), parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, gaps=(14, 12), margins=margins, parent=parent)
        self._columns = columns
        self._next = 0
        for column in range(columns):
            self.setColumnStretch(column, 1)
            self.setColumnMinimumWidth(column, 0)

    def add_field(self, field: QWidget, *, span: int = 1) -> None:
        """Put the field in the next free place, over `span` columns; a new row begins where it does not fit."""
        wide = min(span, self._columns)
        column = self._next % self._columns
        if column + wide > self._columns:
            self._next += self._columns - column
            column = 0
        self.addWidget(field, self._next // self._columns, column, 1, wide, Qt.AlignmentFlag.AlignTop)
        self._next += wide

    def add_wide(self, widget: QWidget) -> None:
        """Put a widget over the whole width."""
        self.add_field(widget, span=self._columns)


class FieldErrors(QObject):
    """Shows the errors of a whole form: by field name, and puts the focus on the first of them."""

    def __init__(self, fields: dict[str, Field], *, parent: QObject) -> None:
        super().__init__(parent)
        self._fields = fields

    def show_errors(self, errors: dict[str, str]) -> None:
        """Show these sentences next to their fields and none elsewhere; unknown names are ignored."""
        for name, field in self._fields.items():
            field.set_error(errors.get(name, ""))
        first = next((field for name, field in self._fields.items() if errors.get(name)), None)
        if first is not None:
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def clear(self) -> None:
        """Take every error away."""
        self.show_errors({})
