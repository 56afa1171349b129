"""The tray of Pusat Sinkron: what the server did not take, why, and that one has understood it."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.facts import OpState
from desktop.viewmodels.sync_center import SyncCenter
from desktop.views.presented_rows import PresentedRows
from desktop.views.sync_words import reason, tray_words
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme

TRAY_COLUMNS = (
    Column(ColumnKind.STATUS, 190),
    Column(ColumnKind.TEXT, 300),
    Column(ColumnKind.DATE, 150),
    Column(ColumnKind.TEXT),
)


class SyncTray(Surface):
    """The list, and under it the whole sentence of the chosen entry. Enter means understood.

    What a superior has still to decide stays, since there is nothing to understand yet.
    """

    def __init__(self, theme: Theme, center: SyncCenter, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._center = center
        headers = (self.tr("Pekerjaan"), self.tr("Tentang"), self.tr("Dibuat"), self.tr("Alasan"))
        self._table = RecordTable(theme, TRAY_COLUMNS, name=self.tr("Yang perlu perhatian"))
        self._table.setModel(PresentedRows(center.tray, tray_words, headers=headers, parent=self))
        self._table.set_sortable(sortable=False)
        empty = EmptyState(theme, self.tr("Server menerima semua pekerjaan Anda."), icon="circle-check")
        self._table.overlay.set_placeholder(empty)
        self._why = Label(theme, wrap=True, selectable=True)
        self._understood = Button(theme, self.tr("Mengerti"), icon="check", key_hint=self.tr("↵"))
        self._foot = Surface(theme, edges=Edge.TOP)
        row = Row(theme, gap=16, margins=(16, 10, 16, 10), parent=self._foot)
        row.add(self._why, self._understood)
        row.setStretch(0, 1)
        row.setAlignment(self._understood, Qt.AlignmentFlag.AlignTop)
        column = Stack(theme, gap=0, parent=self)
        column.add(self._table, self._foot)
        column.setStretch(0, 1)
        self.setFocusProxy(self._table)
        self._table.current_row_changed.connect(self._on_row)
        self._table.opened.connect(self._on_understood)
        self._understood.clicked.connect(self._on_understood)
        center.changed.connect(self._on_row)
        self._on_row()

    @Slot()
    def _on_row(self) -> None:
        if self._table.current_row() < 0:
            self._table.select_row(0)
        item = self._center.tray.row(self._table.current_row())
        self._foot.setVisible(item is not None)
        if item is not None:
            self._why.setText(reason(item))
            self._understood.setVisible(item.state is not OpState.HELD)

    @Slot()
    def _on_understood(self) -> None:
        item = self._center.tray.row(self._table.current_row())
        if item is not None and item.state is not OpState.HELD:
            self._center.dismiss(item)
