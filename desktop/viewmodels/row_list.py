"""Rows of one kind of struct as an item model that tells its views exactly what changed.

The model knows no words: it hands the struct itself out, and a view says in what texts and marks it is shown. Exact
signals keep the selection and the place of the scroll bar while records come in from elsewhere.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

RowT = TypeVar("RowT")
Index = QModelIndex | QPersistentModelIndex

RECORD_ROLE = int(Qt.ItemDataRole.UserRole)


class RowList(QAbstractTableModel, Generic[RowT]):
    """Rows that are replaced as a whole; rows with the same key are the same row."""

    def __init__(self, key: Callable[[RowT], Hashable], *, columns: int = 1, parent: QObject | None = None) -> None:
        """No rows at first."""
        super().__init__(parent)
        self._key = key
        self._columns = columns
        self._rows: list[RowT] = []

    def rowCount(self, parent: Index | None = None) -> int:
        """How many rows there are; none below a row."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """How many columns a view may paint."""
        return 0 if parent is not None and parent.isValid() else self._columns

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """The struct of the row under RECORD_ROLE, nothing else."""
        if role == RECORD_ROLE and index.isValid():
            return self.row(index.row())
        return None

    def row(self, place: int) -> RowT | None:
        """The struct at a place, or None outside the rows."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def rows(self) -> Sequence[RowT]:
        """All rows in their order."""
        return tuple(self._rows)

    def place_of(self, key: Hashable) -> int:
        """Where the row with this key stands, or -1."""
        return next((place for place, row in enumerate(self._rows) if self._key(row) == key), -1)

    def reset(self, rows: Sequence[RowT]) -> None:
        """Show other rows altogether; views let go of their current row."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def replace(self, rows: Sequence[RowT]) -> None:
        """Show these rows; views learn what went, came, moved and changed."""
        wanted = {self._key(row) for row in rows}
        for place in range(len(self._rows) - 1, -1, -1):
            if self._key(self._rows[place]) not in wanted:
                self.beginRemoveRows(QModelIndex(), place, place)
                del self._rows[place]
                self.endRemoveRows()
        kept = {self._key(row) for row in self._rows}
        for place, row in enumerate(rows):
            key = self._key(row)
            if key not in kept:
                self.beginInsertRows(QModelIndex(), place, place)
                self._rows.insert(place, row)
                self.endInsertRows()
                continue
            self._bring(key, place)
            if self._rows[place] != row:
                self._rows[place] = row
                self.dataChanged.emit(self.index(place, 0), self.index(place, self._columns - 1))

    def _bring(self, key: Hashable, place: int) -> None:
        """Move the row with this key up to a place; everything before the place is in order already."""
        if self._key(self._rows[place]) == key:
            return  # nearly always: to look for each row from the first on costs the square of their number
        at = self.place_of(key)
        if at != place:
            self.beginMoveRows(QModelIndex(), at, at, QModelIndex(), place)
            self._rows.insert(place, self._rows.pop(at))
            self.endMoveRows()
