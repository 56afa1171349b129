"""Pindaian: what the scanner brought, put in order before it becomes the scan of a letter; everything by keyboard."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.system.scan_item import ItemPage, ScanItem
from desktop.viewmodels.scan_arrivals import ScanArrivals
from desktop.viewmodels.scan_inbox import ScanInbox
from desktop.viewmodels.scan_pictures import ScanPictures
from desktop.viewmodels.scan_text_queue import ScanTextQueue
from desktop.views.messages import sentence_for
from desktop.views.presented_rows import PresentedRows
from desktop.views.scan_acts import ScanActs
from desktop.views.scan_pane import image_of
from desktop.views.scan_text_line import ScanTextLine
from desktop.views.scan_words import item_words
from desktop.views.screen import Screen
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import ElidedLabel
from desktop.widgets.page_grid import PageGrid
from desktop.widgets.page_header import PageHeader
from desktop.widgets.record_table import RecordTable
from desktop.widgets.surfaces import Edge, Splitter, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

ITEM_COLUMNS = (
    Column(ColumnKind.TEXT),
    Column(ColumnKind.NUMBER, 84),
    Column(ColumnKind.NUMBER, 84),
    Column(ColumnKind.DATE, 150),
)
LIST_WIDTH = 560


class ScanScreen(Screen):
    """The page of scans that belong to no letter yet.

    Signals: `letter_wanted(object, int)` with the Attachment that a letter shall have, and the number of its item;
    `attach_wanted(object)` with an item that a registered letter shall get; `trash_wanted()`.
    """

    letter_wanted = Signal(object, int)
    attach_wanted = Signal(object)
    trash_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        inbox: ScanInbox,
        *,
        arrivals: ScanArrivals,
        pictures: ScanPictures,
        queue: ScanTextQueue,
        may_attach: bool,
        parent: QWidget | None = None,
    ) -> None:
        """`may_attach`: this person may give registered letters more scans."""
        super().__init__(parent)
        self._may_attach = may_attach
        self._theme = theme
        self._inbox = inbox
        self._arrivals = arrivals
        self._pictures = pictures
        self._shown: ScanItem | None = None
        self._place = self._page = self._page_of = 0
        self.title = self.tr("Pindaian")
        self.setAcceptDrops(True)
        self.acts = ScanActs(self)
        self._table = RecordTable(theme, ITEM_COLUMNS, name=self.tr("Daftar pindaian"))
        headers = (self.tr("Nama"), self.tr("Halaman"), self.tr("Ukuran"), self.tr("Masuk"))
        self._table.setModel(PresentedRows(inbox.items, item_words, headers=headers, parent=self))
        self._table.set_sortable(sortable=False)
        self._empty = EmptyState(theme, icon="scan")
        self._table.overlay.set_placeholder(self._empty)
        self._grid = PageGrid(theme, name=self.tr("Halaman pindaian"))
        self._lay_out(theme, ScanTextLine(theme, queue))
        self._connect()
        self._refresh()

    def activate(self) -> None:
        """Look at the folder, and put the keyboard on the list."""
        self._arrivals.look()
        self._inbox.refresh()
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here."""
        return self.acts.listed

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that may be scans."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the dropped files in."""
        paths = _dropped(event)
        if paths:
            event.acceptProposedAction()
            self._arrivals.take(paths)

    def _lay_out(self, theme: Theme, line: ScanTextLine) -> None:
        header = PageHeader(theme, self.title, line=True)
        self._scan = Button(theme, self.tr("Pindai"), icon="scan", key_hint="F9")
        self._choose = Button(theme, self.tr("Pilih berkas"), icon="file-plus")
        self._watch = Button(theme, self.tr("Folder pindaian"), icon="folder")
        self._trash = Button(theme, self.tr("Tempat sampah"), icon="trash", kind=ButtonKind.QUIET)
        for button in (self._trash, self._watch, self._choose, self._scan):
            header.add_action(button)
        pages = QWidget()
        self._facts = ElidedLabel(theme, role=TextRole.CAPTION)
        foot = Surface(theme, edges=Edge.TOP)
        self._use = Button(theme, self.tr("Daftarkan surat"), kind=ButtonKind.PRIMARY, key_hint="↵")
        self._attach = Button(theme, self.tr("Lampirkan ke surat…"), key_hint="L")
        buttons = Row(theme)
        buttons.addStretch(1)
        buttons.add(self._attach, self._use)
        rows = Stack(theme, gap=8, margins=(16, 10, 16, 10), parent=foot)
        rows.add(self._facts)
        rows.addLayout(buttons)
        right = Stack(theme, gap=0, parent=pages)
        right.add(self._grid, foot)
        right.setStretch(0, 1)
        split = Splitter()
        split.addWidget(self._table)
        split.addWidget(pages)
        split.setSizes([theme.px(LIST_WIDTH), theme.px(LIST_WIDTH)])
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        column = Stack(theme, gap=0, parent=self)
        column.add(header, split, line)
        column.setStretch(1, 1)

    def _connect(self) -> None:
        acts, inbox, arrivals = self.acts, self._inbox, self._arrivals
        acts.wanted.connect(self._on_act)
        self._scan.clicked.connect(acts.scan.trigger)
        self._choose.clicked.connect(acts.choose.trigger)
        self._watch.clicked.connect(acts.watch.trigger)
        self._trash.clicked.connect(self.trash_wanted)
        self._use.clicked.connect(acts.use.trigger)
        self._attach.clicked.connect(acts.attach.trigger)
        self._empty.action_triggered.connect(acts.watch.trigger)
        self._table.current_row_changed.connect(self._on_row)
        self._table.opened.connect(acts.use.trigger)
        self._grid.opened.connect(acts.use.trigger)
        self._grid.current_row_changed.connect(self._on_page)
        self._pictures.drawn.connect(self._on_drawn)
        inbox.changed.connect(self._refresh)
        inbox.refused.connect(self._on_refused)
        inbox.ready.connect(self.letter_wanted)
        inbox.busy_changed.connect(self._show_acts)
        arrivals.changed.connect(self._refresh)
        arrivals.came.connect(self._on_came)
        arrivals.refused.connect(self._on_file_refused)
        arrivals.busy_changed.connect(self._on_scanning)

    @Slot()
    def _refresh(self) -> None:
        self.badge_changed.emit(self._inbox.items.rowCount())
        self._show_empty()
        rows = self._inbox.items.rowCount()
        if rows and self._table.current_row() < 0:
            self._table.select_row(min(self._place, rows - 1))
        self._show_item(self._inbox.items.row(self._table.current_row()))
        self._show_acts()

    def _show_empty(self) -> None:
        folder = self._arrivals.folder
        if self._arrivals.away:
            text = self.tr("Folder {folder} tidak terjangkau sekarang. Berkasnya aman; Pesagi terus memeriksanya.")
        elif folder:
            text = self.tr("Belum ada pindaian. Simpan hasil pemindai di {folder}, atau letakkan berkas di sini.")
        else:
            text = self.tr("Belum ada pindaian. Pilih folder tempat pemindai menyimpan, atau letakkan berkas di sini.")
        action = "" if folder else self.tr("Pilih folder pindaian")
        self._empty.set_content(text.format(folder=folder), icon="scan", action=action)

    def _show_item(self, item: ScanItem | None) -> None:
        if item == self._shown:
            return
        self._shown = item
        if item is None:
            self._grid.set_page_count(0)
            self._facts.setText("")
            return
        pages, place = item.pages, self._table.current_row()
        # A change puts other items in the place of old ones; the page stays the current one.
        self._grid.set_page_count(len(pages), current=self._page if place == self._page_of else 0)
        for place, one in enumerate(pages):
            self._show_picture(place, one)
        keys = self.tr("R putar · Ctrl ← → pindah · S pisah · G gabung · Del buang halaman · X buang · Ctrl Z urung")
        self._facts.setText(keys)

    def _show_picture(self, place: int, page: ItemPage) -> None:
        picture = self._pictures.picture(page)
        if picture is not None:
            self._grid.set_image(place, image_of(picture))

    @Slot()
    def _show_acts(self) -> None:
        item = self._shown
        place = self._table.current_row()
        pages = 0 if item is None else len(item.pages)
        self.acts.enable(
            item=item is not None and not self._inbox.busy,
            attach=self._may_attach,
            several=pages > 1,
            split=self._grid.current_row() > 0,
            above=place > 0,
            undo=self._inbox.can_undo,
        )
        self._use.setEnabled(self.acts.use.isEnabled())
        self._attach.setEnabled(self.acts.attach.isEnabled())

    @Slot(int)
    def _on_row(self, row: int) -> None:
        self._place = max(0, row)
        self._show_item(self._inbox.items.row(row))
        self._show_acts()

    @Slot(int)
    def _on_page(self, page: int) -> None:
        if page >= 0:
            self._page, self._page_of = page, self._table.current_row()
        self._show_acts()

    @Slot(object)
    def _on_drawn(self, page: ItemPage) -> None:
        if self._shown is not None:
            for place, one in enumerate(self._shown.pages):
                if one == page:
                    self._show_picture(place, one)

    @Slot(str)
    def _on_act(self, name: str) -> None:
        always = {
            "scan": self._arrivals.scan,
            "choose": self._choose_files,
            "watch": self._choose_folder,
            "undo": self._inbox.undo,
        }
        item, page = self._shown, self._grid.current_row()
        if name in always:
            always[name]()
        elif item is not None and page >= 0:
            self._act_on(item, page, name)

    def _act_on(self, item: ScanItem, page: int, name: str) -> None:
        inbox = self._inbox
        match name:
            case "use":
                inbox.use(item)
            case "attach":
                self.attach_wanted.emit(item)
            case "turn":
                inbox.turn(item, page)
            case "earlier" | "later":
                self._move(item, page, -1 if name == "earlier" else 1)
            case "split":
                inbox.split(item, page)
            case "join":
                inbox.join_with_above(item)
            case "drop":
                inbox.drop(item, page)
            case "away":
                inbox.put_away(item)

    def _move(self, item: ScanItem, page: int, by: int) -> None:
        if 0 <= page + by < len(item.pages):
            self._inbox.move(item, page, by)
            self._page = page + by

    def _choose_files(self) -> None:
        kinds = self.tr("Pindaian (*.pdf *.jpg *.jpeg *.png *.heic *.heif)")
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Pilih berkas pindaian"), "", kinds)
        if names:
            self._arrivals.take([Path(name) for name in names])

    def _choose_folder(self) -> None:
        caption = self.tr("Pilih folder tempat pemindai menyimpan")
        folder = QFileDialog.getExistingDirectory(self, caption, self._arrivals.folder)
        if folder:
            self._arrivals.watch(folder)
            text = self.tr("Folder dipantau. Berkas yang sudah diambil dipindahkan ke dalam “Sudah diambil Pesagi”.")
            self.status_message.emit(text)

    @Slot(int)
    def _on_came(self, count: int) -> None:
        self._inbox.refresh()
        if count:
            text = self.tr("{count} pindaian baru") if count > 1 else self.tr("Pindaian baru")
            self.status_message.emit(text.format(count=count))
        else:
            self.status_message.emit(self.tr("Berkas itu sudah ada di Pindaian."))

    @Slot(str)
    def _on_refused(self, code: str) -> None:
        self.status_message.emit(sentence_for(code))

    @Slot(str, str)
    def _on_file_refused(self, code: str, name: str) -> None:
        self.status_message.emit(f"{name}: {sentence_for(code)}" if name else sentence_for(code))

    @Slot(bool)
    def _on_scanning(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._scan.setEnabled(not busy)
        self._scan.setText(self.tr("Sedang memindai…") if busy else self.tr("Pindai"))


def _dropped(event: QDropEvent) -> list[Path]:
    """The dropped files; what each of them really is, is found out by looking at its content."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]
