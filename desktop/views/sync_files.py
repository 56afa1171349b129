"""The files of Pusat Sinkron: each with its progress, and stopping them, one or all."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.file_traffic import FileLine, FileTraffic
from desktop.views.file_words import file_words, night_words, traffic_sentence
from desktop.views.presented_rows import PresentedRows
from desktop.views.screen import make_action
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button
from desktop.widgets.checks import CheckBox
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme

FILE_COLUMNS = (
    Column(ColumnKind.TEXT),
    Column(ColumnKind.TEXT, 80),
    Column(ColumnKind.NUMBER, 84),
    Column(ColumnKind.NUMBER, 90),
    Column(ColumnKind.DATE, 150),
    Column(ColumnKind.STATUS, 210),
)


class SyncFiles(Surface):
    """The list, and under it what can be done. Enter stops the chosen file or lets it go on."""

    def __init__(self, theme: Theme, traffic: FileTraffic, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._traffic = traffic
        headers = (
            self.tr("Surat"),
            self.tr("Arah"),
            self.tr("Halaman"),
            self.tr("Ukuran"),
            self.tr("Perkiraan"),
            self.tr("Status"),
        )
        self._table = RecordTable(theme, FILE_COLUMNS, name=self.tr("Pindaian yang dikirim dan diambil"))
        self._table.setModel(PresentedRows(traffic.lines, file_words, headers=headers, parent=self))
        self._table.set_sortable(sortable=False)
        empty = EmptyState(theme, self.tr("Tidak ada pindaian yang menunggu."), icon="circle-check")
        self._table.overlay.set_placeholder(empty)
        self._sentence = Label(theme, wrap=True)
        self._one = Button(theme, self.tr("Jeda berkas ini"), icon="player-pause", key_hint=self.tr("↵"))
        self._all = Button(theme, self.tr("Jeda semua"), icon="player-pause", key_hint=self.tr("Ctrl Shift S"))
        self._night = CheckBox(theme, "")
        self._metered = CheckBox(theme, self.tr("Internet berkuota: jangan ambil sendiri pada malam hari"))
        self._pause = make_action(
            self, self.tr("&Jeda berkas pindaian"), shortcut="Ctrl+Shift+S", name="files.pause", everywhere=True
        )
        self._lay_out(theme)
        self.setFocusProxy(self._table)
        self._table.opened.connect(self._on_one)
        self._table.current_row_changed.connect(self._on_row)
        self._one.clicked.connect(self._on_one)
        self._all.clicked.connect(self._on_all)
        self._pause.triggered.connect(self._on_all)
        self._night.clicked.connect(self._on_night)
        self._metered.clicked.connect(self._on_metered)
        traffic.changed.connect(self._on_changed)
        self._on_changed()

    def action(self) -> QAction:
        """To stop all files or let them go on, for the menu; there its keys hold in the whole window."""
        return self._pause

    def _lay_out(self, theme: Theme) -> None:
        foot = Surface(theme, edges=Edge.TOP)
        upper = Row(theme, gap=8)
        upper.add(self._sentence, self._one, self._all)
        upper.setStretch(0, 1)
        lower = Row(theme, gap=24)
        lower.add(self._night, self._metered, None)
        inner = Stack(theme, gap=4, margins=(16, 10, 16, 8), parent=foot)
        inner.add(upper, lower)
        column = Stack(theme, gap=0, parent=self)
        column.add(self._table, foot)
        column.setStretch(0, 1)

    def _chosen(self) -> FileLine | None:
        return self._traffic.lines.row(self._table.current_row())

    @Slot()
    def _on_changed(self) -> None:
        traffic = self._traffic
        paused = traffic.facts.paused
        self._sentence.setText(traffic_sentence(traffic))
        self._all.setText(self.tr("Lanjutkan semua") if paused else self.tr("Jeda semua"))
        self._all.set_icon_name("player-play" if paused else "player-pause")
        self._pause.setText(self.tr("&Lanjutkan berkas pindaian") if paused else self.tr("&Jeda berkas pindaian"))
        self._night.setText(night_words(traffic))
        self._night.setChecked(traffic.facts.night_fetch and not traffic.facts.metered)
        self._night.setEnabled(not traffic.facts.metered)
        self._metered.setChecked(traffic.facts.metered)
        self._on_row()

    @Slot()
    def _on_row(self) -> None:
        if self._table.current_row() < 0:
            self._table.select_row(0)
        line = self._chosen()
        goes_on = line is not None and line.item.paused
        self._one.setText(self.tr("Lanjutkan berkas ini") if goes_on else self.tr("Jeda berkas ini"))
        self._one.set_icon_name("player-play" if goes_on else "player-pause")
        self._one.setEnabled(line is not None and not self._traffic.facts.paused)

    @Slot()
    def _on_one(self) -> None:
        line = self._chosen()
        if line is not None and not self._traffic.facts.paused:
            self._traffic.toggle(line)

    @Slot()
    def _on_all(self) -> None:
        self._traffic.toggle_all()

    @Slot()
    def _on_night(self) -> None:
        self._traffic.choose_night(fetch=self._night.isChecked())

    @Slot()
    def _on_metered(self) -> None:
        self._traffic.choose_metered(metered=self._metered.isChecked())
