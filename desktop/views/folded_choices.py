"""Numbered choices of which a long list offers the usual few first."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.widgets.boxes import Column
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.choice_chips import ChoiceGrid
from desktop.widgets.fields import Field
from desktop.widgets.theme import Theme

Choice = tuple[str, str]
"""A key and the words for it."""


class FoldedChoices(QWidget):
    """A caption, its choices, and a link that shows the whole list; what is chosen stays in sight when folded.

    Signals: `selection_changed()`; `confirmed()` when Enter is pressed among the choices.
    """

    selection_changed = Signal()
    confirmed = Signal()

    def __init__(self, theme: Theme, caption: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._usual: tuple[Choice, ...] = ()
        self._all: tuple[Choice, ...] = ()
        self._offered: tuple[Choice, ...] = ()
        self._unfolded = False
        self.grid = ChoiceGrid(theme)
        self.grid.selection_changed.connect(self.selection_changed)
        self.grid.confirmed.connect(self.confirmed)
        self._more = Button(theme, "", kind=ButtonKind.LINK)
        self._more.clicked.connect(self._on_more)
        self.field = Field(theme, caption, self.grid)
        self.field.add_beside(self._more)
        column = Column(theme, gap=0, parent=self)
        column.add(self.field)
        self._name_link()

    def set_choices(self, usual: Sequence[Choice], everything: Sequence[Choice]) -> None:
        """Offer other choices; what was chosen and is still there stays chosen."""
        self._usual, self._all = tuple(usual), tuple(everything)
        self._show(self.selected())

    def selected(self) -> list[str]:
        """The keys of the chosen ones, in the order they are shown."""
        return self.grid.selected()

    def select(self, keys: Sequence[str]) -> None:
        """Choose exactly these, without the signal, and fold the list."""
        self._unfolded = False
        self._show(keys)

    def set_error(self, text: str) -> None:
        """Say what is wrong with the choice; an empty text takes it away."""
        self.field.set_error(text)

    def is_unfolded(self) -> bool:
        """Whether the whole list is shown."""
        return self._unfolded

    def _show(self, chosen: Sequence[str]) -> None:
        usual = {key for key, _ in self._usual}
        beyond = tuple(one for one in self._all if one[0] in chosen and one[0] not in usual)
        # The usual ones keep their digits in the long list, so that a digit always means the same.
        rest = tuple(one for one in self._all if one[0] not in usual)
        offered = self._usual + (rest if self._unfolded else beyond)
        if offered != self._offered:
            self._offered = offered
            self.grid.set_choices(offered)
        self.grid.select(chosen)
        self._name_link()

    def _name_link(self) -> None:
        self._more.setVisible(len(self._all) > len(self._usual))
        if self._unfolded:
            self._more.setText(self.tr("Ringkas"))
        else:
            self._more.setText(self.tr("Lainnya… ({count})").format(count=len(self._all)))

    @Slot()
    def _on_more(self) -> None:
        chosen = self.selected()
        self._unfolded = not self._unfolded
        self._show(chosen)
        self.grid.focus_first()
