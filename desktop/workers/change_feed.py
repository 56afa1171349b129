"""Tells screens which records changed, whoever changed them: a person, a sync round, an import."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from core.protocol.records import KIND_OF

RowKeys = frozenset[tuple[int, bytes]]
Listen = Callable[[Callable[[RowKeys], None]], None]


class Changes:
    """The rows of one commit."""

    def __init__(self, keys: RowKeys) -> None:
        """`keys` are (kind code, row id)."""
        self.keys = keys

    def of(self, record_type: type) -> frozenset[bytes]:
        """The row ids of one type of record."""
        code = KIND_OF[record_type].code
        return frozenset(row_id for kind, row_id in self.keys if kind == code)

    def touches(self, *record_types: type) -> bool:
        """Whether any record of these types changed."""
        codes = {KIND_OF[record_type].code for record_type in record_types}
        return any(kind in codes for kind, _ in self.keys)


class ChangeFeed(QObject):
    """One signal for every commit. Screens refresh from it and never because a caller remembered.

    Signals: changed(Changes), delivered on the thread of each receiver.
    """

    changed = Signal(object)

    def __init__(self, listen: Listen, parent: QObject | None = None) -> None:
        """`listen` is the store's: it calls back after each commit, on the thread that committed."""
        super().__init__(parent)
        listen(self._on_commit)

    def _on_commit(self, keys: RowKeys) -> None:
        self.changed.emit(Changes(keys))
