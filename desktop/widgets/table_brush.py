"""What the cells of one table have in common while they are painted, looked up once instead of for each cell.

A window over a thousand rows shows two hundred cells. Each question that a cell asks its view, its model or the theme
passes from Python to Qt and back, and each text that is shortened is measured anew: together that was longer than
anybody may wait for a repaint. Nothing here outlives the theme, and the texts are kept plain.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView

from desktop.widgets.item_roles import Index, ItemRoles
from desktop.widgets.laid_out_texts import LaidOutTexts
from desktop.widgets.painting import Mark
from desktop.widgets.theme import Theme, Tone

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)


class Face(NamedTuple):
    """What a model says of a cell (see `item_roles`)."""

    text: str
    tone: Tone | None
    mark: Mark | None
    icon: str
    emphasis: bool
    struck: bool


class RowLook(msgspec.Struct):
    """How a row is shown: its ground, and whether it is selected, or framed as the one where the keyboard is."""

    ground: QColor
    selected: bool
    framed: bool


class TableBrush(QObject):
    """Belongs to one table, which says when it begins to paint.

    A model that has `cell_at(row, column)` tells all of a cell at once, by its roles; of another each role is asked.
    """

    def __init__(self, theme: Theme, roles: ItemRoles, view: QAbstractItemView) -> None:
        super().__init__(view)
        self.theme = theme
        self.view = view
        self._roles = roles
        self._rows: dict[int, RowLook] = {}
        self.texts = LaidOutTexts(theme, self)
        self._colours: dict[str, QColor] = {}
        self._cell_at: Callable[[int, int], Mapping[int, Any] | None] | None = None
        self._current = self._hovered = -1
        self.bar = QColor()
        theme.changed.connect(self._forget)

    def begin(self) -> None:
        """A repaint begins: what the view shows of its rows may be another now."""
        view = self.view
        self._rows.clear()
        self._cell_at = getattr(view.model(), "cell_at", None)
        self._current = view.currentIndex().row() if view.property("marking") else -1
        hovered = view.property("hoveredRow")
        self._hovered = -1 if hovered is None else int(hovered)
        self.bar = self.colour("primary" if view.hasFocus() else "control_border")

    def end(self) -> None:
        """The repaint is over: nothing of the model is held any longer than a paint takes."""
        self._cell_at = None
        self._rows.clear()

    def row(self, index: Index) -> RowLook:
        """How the row of a cell is shown."""
        number = index.row()
        look = self._rows.get(number)
        if look is None:
            selected = self.view.selectionModel().isSelected(index)
            ground = "selection" if selected else "hover" if number == self._hovered else "surface"
            framed = number == self._current
            look = self._rows[number] = RowLook(self.colour(ground), selected=selected, framed=framed)
        return look

    def face(self, index: Index) -> Face:
        """What the model says of a cell; KeyError for a tone or a mark that does not exist."""
        roles = self._roles
        known = None if self._cell_at is None else self._cell_at(index.row(), index.column())
        ask: Callable[[int], Any] = index.data if known is None else known.get
        text, tone, mark, icon = ask(_DISPLAY), ask(roles.tone), ask(roles.mark), ask(roles.icon)
        return Face(
            "" if text is None else str(text),
            Tone[tone] if tone else None,
            Mark[mark] if mark else None,
            str(icon) if icon else "",
            bool(ask(roles.emphasis)),
            bool(ask(roles.struck)),
        )

    def colour(self, name: str) -> QColor:
        """The colour of a token; not to be changed."""
        made = self._colours.get(name)
        if made is None:
            made = self._colours[name] = self.theme.colour(name)
        return made

    def tone(self, tone: Tone) -> QColor:
        """The foreground of a tone; not to be changed."""
        return self.colour(tone.value)

    @Slot()
    def _forget(self) -> None:
        self._colours.clear()
