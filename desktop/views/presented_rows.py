"""The words of a list: what each struct of a RowList is called, column by column, card by card."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QIdentityProxyModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.viewmodels.row_list import RowList
from desktop.widgets.item_roles import DEFAULT_ROLES
from desktop.widgets.labels import plain_tooltip

Index = QModelIndex | QPersistentModelIndex
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell: its text, and the names of a tone, a mark and an icon (see `desktop.widgets.item_roles`)."""

    text: str = ""
    tone: str = ""
    mark: str = ""
    icon: str = ""
    tooltip: str = ""


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """One row: its cells, the sentence a screen reader says, and what a card shows besides its first cell."""

    cells: tuple[Cell, ...]
    accessible: str
    emphasis: bool = False
    sender: str = ""
    moment: str = ""
    state: str = ""


Words = Callable[[Any], Wording]


class PresentedRows(QIdentityProxyModel):
    """A RowList in words. Each row is worded once and again only when its struct is another."""

    def __init__(
        self, source: RowList[Any], words: Words, *, headers: Sequence[str] = (), parent: QObject | None = None
    ) -> None:
        """`words` turns the struct of a row into its Wording."""
        super().__init__(parent)
        self._rows = source
        self._words = words
        self._headers = tuple(headers)
        self._worded: dict[int, tuple[Any, Wording]] = {}
        self.setSourceModel(source)

    def wording(self, place: int) -> Wording | None:
        """The words of the row at a place, or None outside the rows."""
        row = self._rows.row(place)
        if row is None:
            return None
        known = self._worded.get(place)
        if known is None or known[0] is not row:
            known = (row, self._words(row))
            self._worded[place] = known
        return known[1]

    def reword(self) -> None:
        """Word every row again, such as on another day, when `hari ini` means another date."""
        self._worded.clear()
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> str | None:
        """The heads of the columns."""
        if orientation is not Qt.Orientation.Horizontal or role != DISPLAY:
            return None
        return self._headers[section] if section < len(self._headers) else ""

    def data(self, index: Index, role: int = DISPLAY) -> str | bool | None:
        """One value of one cell."""
        wording = self.wording(index.row()) if index.isValid() else None
        if wording is None:
            return None
        roles = DEFAULT_ROLES
        whole: dict[int, str | bool] = {
            roles.accessible: wording.accessible,
            roles.emphasis: wording.emphasis,
            roles.sender: wording.sender,
            roles.moment: wording.moment,
            roles.state: wording.state,
        }
        if role in whole:
            return whole[role]
        if index.column() >= len(wording.cells):
            return None
        cell = wording.cells[index.column()]
        part = {
            DISPLAY: cell.text,
            TOOLTIP: plain_tooltip(cell.tooltip),
            roles.tone: cell.tone,
            roles.mark: cell.mark,
            roles.icon: cell.icon,
        }
        return part.get(role) or None
