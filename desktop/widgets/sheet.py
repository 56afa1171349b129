"""A calm card for signing in, the first start, locking and small forms: in the window or as a dialog."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QLayout, QSizePolicy, QWidget

from desktop.widgets.boxes import Column, Row
from desktop.widgets.labels import Label
from desktop.widgets.leading_icon import LeadingIcon
from desktop.widgets.literal import window_title
from desktop.widgets.scaled import Scaled
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

WIDTH = 440


class Sheet(Surface):
    """A card with a title, a sentence, a body and a foot of buttons, the primary one last."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        *,
        text: str = "",
        icon: str = "",
        width: int = WIDTH,
        card: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, card=card, parent=parent)
        self._sheet_theme = theme
        self._title = Label(theme, title, role=TextRole.PANE_TITLE, wrap=True)
        # Made as a child: to show a widget that has no parent yet would show it as a window.
        self._text = Label(theme, text, role=TextRole.SECONDARY, wrap=True, parent=self)
        self._text.setVisible(bool(text))
        head = Row(theme, gap=12)
        if icon:
            head.add(LeadingIcon(theme, icon, self._title, colour="primary", size=24))
        words = Column(theme, gap=4)
        words.add(self._title, self._text)
        head.add(words)
        head.setStretch(head.count() - 1, 1)
        self._body = Column(theme, gap=12)
        self._foot_widget = QWidget()
        self._foot = Row(theme, gap=8, parent=self._foot_widget)
        self._foot.addStretch(1)
        self._foot_widget.hide()
        column = Column(theme, gap=16, margins=(24, 24, 24, 24), parent=self)
        column.add(head, self._body, self._foot_widget)
        self._wanted = width
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(title)

    @property
    def body(self) -> Column:
        """The layout for what the sheet is about."""
        return self._body

    def add_button(self, button: QWidget, *, left: bool = False) -> None:
        """Put a button into the foot; `left` for the one that leads away."""
        if left:
            self._foot.insertWidget(0, button)
        else:
            self._foot.addWidget(button)
        self._foot_widget.show()

    def add_ways(self, ways: QLayout) -> None:
        """Put links that lead away, one under the other, to the left of the foot."""
        self._foot.insertLayout(0, ways)
        self._foot_widget.show()

    def set_text(self, text: str) -> None:
        """Change the sentence under the title."""
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def width_at_100(self) -> int:
        """Give the width the sheet looks best at, in pixels at 100 %."""
        return self._wanted

    def wanted_width(self) -> int:
        """Give the width the sheet looks best at, in pixels."""
        return self._sheet_theme.px(self._wanted)


class SheetPage(Surface):
    """A whole window with a sheet in its middle; the sheet narrows where the window is narrower."""

    def __init__(self, theme: Theme, sheet: Sheet, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, fill="window", parent=parent)
        self._sheet = sheet
        self._page_theme = theme
        row = Row(theme, gap=0)
        row.add(None, sheet, None)
        column = Column(theme, gap=0, margins=(16, 16, 16, 16), parent=self)
        column.add(None, row, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the sheet."""
        super().resizeEvent(event)
        room = self.width() - 2 * self._page_theme.px(16)
        self._sheet.setFixedWidth(max(self._page_theme.px(240), min(self._sheet.wanted_width(), room)))


class SheetDialog(QDialog):
    """The same sheet as a dialog over its window. Escape refuses, as everywhere in Qt."""

    def __init__(self, theme: Theme, sheet: Sheet, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(window_title(sheet.accessibleName()))
        self._frame = Surface(theme, edges=Edge.NONE)
        inner = Column(theme, gap=0, parent=self._frame)
        inner.add(sheet)
        column = Column(theme, gap=0, parent=self)
        column.add(self._frame)
        # As high as its content, also when a part of it comes or goes.
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        Scaled(theme, sheet, width=sheet.width_at_100())
