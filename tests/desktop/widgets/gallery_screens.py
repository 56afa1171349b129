"""Screens put together from the widgets alone, as the gallery shows them."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMainWindow, QMenuBar, QWidget

from desktop.widgets.badges import Pill
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind, IconButton
from desktop.widgets.card_list import CardList
from desktop.widgets.chips import FilterChip, FilterChipBar
from desktop.widgets.choice_chips import ChoiceGrid
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.date_field import DateField
from desktop.widgets.dates import Leaning
from desktop.widgets.detail_grid import DetailGrid
from desktop.widgets.disclosure import Disclosure
from desktop.widgets.fields import Field, FormLayout
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.line_edits import LineEdit, SearchField, TextEdit
from desktop.widgets.nav_bar import NavBar
from desktop.widgets.page_header import PageHeader
from desktop.widgets.page_view import PageView
from desktop.widgets.record_table import RecordTable
from desktop.widgets.status_strip import Side, StatusStrip
from desktop.widgets.suggest_edit import SuggestEdit
from desktop.widgets.surfaces import Edge, Splitter, Surface
from desktop.widgets.tab_strip import TabStrip
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.thumbnail_strip import ThumbnailStrip
from desktop.widgets.toast import ToastHost
from desktop.widgets.typography import TextRole
from tests.desktop.widgets.sample_models import CardModel, LetterTable
from tests.desktop.widgets.sample_scan import letter_scan

TODAY = date(2026, 11, 23)
LETTER_COLUMNS = (
    Column(ColumnKind.ICON, 36),
    Column(ColumnKind.CODE, 62),
    Column(ColumnKind.DATE, 100),
    Column(ColumnKind.TEXT, 132),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.STATUS, 154),
)


def frame(theme: Theme, current: str, content: QWidget, *, toast: str = "") -> QMainWindow:
    """Puts a screen into the window every screen shares."""
    window = QMainWindow()
    window.setWindowTitle("Pesagi")
    menu = QMenuBar()
    for name in ("&Berkas", "&Surat", "&Disposisi", "&Arsip", "&Tampilan", "A&lat", "Ba&ntuan"):
        menu.addMenu(name)
    window.setMenuBar(menu)
    body = QWidget()
    column, row = Stack(theme, gap=0, parent=body), Row(theme, gap=0)
    nav = navigation(theme)
    nav.set_current(current)
    row.add(nav, content)
    row.setStretch(1, 1)
    column.add(row, status(theme))
    column.setStretch(0, 1)
    window.setCentralWidget(body)
    if toast:
        host = ToastHost(theme, window)
        host.show_toast(toast, action="Urungkan", seconds=8)
    return window


def navigation(theme: Theme) -> NavBar:
    nav = NavBar(theme)
    nav.set_office("KC", "Kec. Contoh", "Kab. Contoh Raya")
    nav.set_user("SA", "Petugas TU", "Tata usaha")
    for key, icon, text in (
        ("beranda", "home", "Beranda"),
        ("masuk", "inbox", "Surat Masuk"),
        ("disposisi", "arrow-ramp-right", "Disposisi"),
        ("keluar", "send", "Surat Keluar"),
        ("arsip", "archive", "Arsip"),
        ("pindaian", "scan", "Pindaian"),
        ("agenda", "book", "Buku Agenda"),
        ("sinkron", "refresh", "Pusat Sinkron"),
    ):
        nav.add_place(key, icon, text)
    nav.set_count("masuk", 12)
    nav.set_count("disposisi", 5, urgent=True)
    nav.set_count("keluar", 2)
    nav.set_count("pindaian", 3)
    nav.set_count("sinkron", 4)
    return nav


def status(theme: Theme) -> StatusStrip:
    strip = StatusStrip(theme)
    strip.set_segment("saved", "Tersimpan di komputer ini", icon="circle-check", tone=Tone.SUCCESS, weight=9)
    strip.set_segment("backup", "Cadangan terakhir 23 Nov 08.00", weight=1)
    strip.set_segment("queue", "Menunggu kirim 4", icon="cloud-upload", side=Side.RIGHT, weight=8)
    strip.set_segment("sync", "Sinkron terakhir 23 Nov 10.42", icon="cloud-check", side=Side.RIGHT, weight=7)
    strip.set_segment("line", "Luring sejak 10.43", icon="wifi-off", side=Side.RIGHT, weight=6)
    return strip


def incoming_letters(theme: Theme) -> QMainWindow:
    """The register of incoming letters."""
    screen = Surface(theme, fill="window")
    header = PageHeader(theme, "Surat Masuk")
    search = SearchField(theme, placeholder="Cari nomor, asal, perihal, isi pindaian")
    search.setMaximumWidth(theme.px(380))
    header.add_beside(search, stretch=1)
    header.add_action(Button(theme, "Cetak", icon="printer"))
    header.add_action(Button(theme, "Surat baru", kind=ButtonKind.PRIMARY, icon="plus", key_hint="Ctrl N"))
    chips = FilterChipBar(theme)
    for key, text, count in (
        ("all", "Semua", 412),
        ("open", "Belum didisposisi", 12),
        ("due", "Jatuh tempo hari ini", 1),
    ):
        chips.add_choice(key, text, count=count)
    chips.add_chip(FilterChip(theme, "Tahun 2026", removable=True))
    chips.add_chip(FilterChip(theme, "Saringan", icon="plus"))
    chip_row = Row(theme, margins=(16, 0, 16, 10))
    chip_row.add(chips)
    table = RecordTable(theme, LETTER_COLUMNS, name="Surat masuk")
    table.setModel(LetterTable(parent=table))
    table.show_sort(2, Qt.SortOrder.DescendingOrder)
    table.select_row(0)
    table.setObjectName("focused")
    split = Splitter()
    split.addWidget(table)
    split.addWidget(letter_pane(theme))
    split.setSizes([theme.px(742), theme.px(448)])
    split.setStretchFactor(0, 1)
    column = Stack(theme, gap=0, parent=screen)
    column.add(header, chip_row, _line(theme), split)
    column.setStretch(3, 1)
    return frame(theme, "masuk", screen)


def _line(theme: Theme) -> QWidget:
    line = Surface(theme, fill="border")
    line.setFixedHeight(1)
    return line


def letter_pane(theme: Theme) -> QWidget:
    pane = Surface(theme)
    head = Stack(theme, gap=8, margins=(16, 12, 16, 12))
    pills = Row(theme)
    pills.add(
        Pill(theme, "Segera", tone=Tone.WARNING, icon="clock"),
        Pill(theme, "Biasa/Terbuka", tone=Tone.INFO),
        None,
        Pill(theme, "menunggu kirim", tone=Tone.SUCCESS, icon="device-floppy"),
    )
    details = DetailGrid(theme)
    details.add_detail("sender", "Asal", "Bappeda")
    details.add_detail("agenda", "Agenda", "0412/2026", strong=True)
    details.add_detail("number", "Nomor", "000.7.2.3/412/III.01/2026")
    details.add_detail("dated", "Tgl surat", "18 Nov 2026")
    details.add_detail("class", "Klasifikasi", "000.7.2.3 Musrenbang")
    details.add_detail("received", "Diterima", "23 Nov 2026")
    title = "Undangan Rapat Koordinasi Musrenbang Kecamatan Tahun 2027"
    head.add(pills, Label(theme, title, role=TextRole.ROW_TITLE, wrap=True), details)
    tabs = TabStrip(theme)
    for key, text in (("scan", "Pindaian (1/2)"), ("disp", "Disposisi"), ("text", "Isi ringkas"), ("log", "Riwayat")):
        tabs.add_tab(key, text)
    view = PageView(theme)
    view.show_image(letter_scan(), page=1, pages=2)
    foot = Surface(theme, edges=Edge.TOP)
    buttons = Row(theme, margins=(16, 10, 16, 10), parent=foot)
    buttons.add(
        Button(theme, "Berkaskan", icon="folder-plus"),
        Button(theme, "Lembar disposisi", icon="file-text"),
        None,
        Button(theme, "Teruskan", icon="arrow-ramp-right"),
    )
    column = Stack(theme, gap=0, parent=pane)
    column.add(head, tabs, view, foot)
    column.setStretch(2, 1)
    return pane


def disposition(theme: Theme) -> QMainWindow:
    """Disposisi."""
    screen = Surface(theme, fill="window")
    header = PageHeader(theme, "Disposisi", line=True)
    chips = FilterChipBar(theme)
    for key, text, count in (("me", "Perlu keputusan saya", 5), ("mine", "Untuk saya", 2), ("sent", "Saya kirim", 31)):
        chips.add_choice(key, text, count=count)
    header.add_beside(chips, stretch=1)
    search = SearchField(theme, placeholder="Cari")
    search.setFixedWidth(theme.px(250))
    header.add_action(search)
    cards = CardList(theme, name="Disposisi")
    cards.setModel(CardModel(cards))
    cards.select_row(0)
    cards.setObjectName("focused")
    view = PageView(theme)
    view.show_image(letter_scan())
    split = Splitter()
    for part in (cards, view, disposition_pane(theme)):
        split.addWidget(part)
    split.setSizes([theme.px(270), theme.px(472), theme.px(448)])
    split.setStretchFactor(1, 1)
    column = Stack(theme, gap=0, parent=screen)
    column.add(header, split)
    column.setStretch(1, 1)
    return frame(theme, "disposisi", screen, toast="Surat Dinas Dukcapil didisposisikan ke Kasi Kesra")


def disposition_pane(theme: Theme) -> QWidget:
    pane = Surface(theme)
    head = Surface(theme, edges=Edge.BOTTOM)
    top = Stack(theme, gap=6, margins=(16, 12, 16, 12), parent=head)
    pills = Row(theme)
    pills.add(
        Pill(theme, "Segera", tone=Tone.WARNING, icon="clock"), Pill(theme, "Biasa/Terbuka", tone=Tone.INFO), None
    )
    title = "Undangan Rapat Koordinasi Musrenbang Kecamatan Tahun 2027"
    facts = "Bappeda · 000.7.2.3/412/III.01/2026 · 18 Nov 2026 · Agenda 0412"
    top.add(
        pills,
        Label(theme, title, role=TextRole.ROW_TITLE, wrap=True),
        Label(theme, facts, role=TextRole.CAPTION, wrap=True),
    )
    people, wishes = ChoiceGrid(theme), ChoiceGrid(theme)
    people.set_choices(
        [
            (name, name)
            for name in (
                "Sekretaris Kecamatan",
                "Kasi Pemerintahan",
                "Kasi PMP",
                "Kasi Kesra",
                "Kasubbag Umum",
                "Peratin se-Kecamatan",
            )
        ]
    )
    people.select(["Kasi PMP"])
    wishes.set_choices(
        [
            (name, name)
            for name in (
                "Hadiri/wakili",
                "Tindaklanjuti",
                "Siapkan bahan",
                "Koordinasikan",
                "Pelajari dan beri saran",
                "Untuk diketahui",
            )
        ]
    )
    wishes.select(["Hadiri/wakili", "Siapkan bahan"])
    note, due = LineEdit(theme), DateField(theme, today=TODAY, leaning=Leaning.FUTURE)
    note.setText("Bawa rekap usulan 10 pekon.")
    due.set_value(date(2026, 11, 25))
    last = Row(theme, gap=8)
    last.add(Field(theme, "Catatan", note), Field(theme, "Tenggat", due))
    last.setStretch(0, 3)
    last.setStretch(1, 2)
    body = Stack(theme, gap=10, margins=(16, 12, 16, 12))
    body.add(Field(theme, "Diteruskan kepada", people), Field(theme, "Dengan hormat harap", wishes), last)
    body.addStretch(1)
    foot = Surface(theme, edges=Edge.TOP)
    buttons = Row(theme, gap=4, margins=(16, 12, 16, 12), parent=foot)
    buttons.add(
        Button(theme, "Nanti", kind=ButtonKind.QUIET, icon="clock-pause"),
        Button(theme, "Balik", kind=ButtonKind.QUIET, icon="arrow-back-up"),
        None,
        Button(theme, "DISPOSISIKAN", kind=ButtonKind.STAMP, icon="rubber-stamp", key_hint="Ctrl ↵"),
    )
    column = Stack(theme, gap=0, parent=pane)
    column.add(head, body, foot)
    column.setStretch(1, 1)
    return pane


def letter_form(theme: Theme) -> QMainWindow:
    """Surat masuk baru."""
    screen = Surface(theme, fill="window")
    header = PageHeader(theme, "Surat masuk baru", back=True, line=True)
    header.add_beside(Pill(theme, "Agenda berikutnya 0413", tone=Tone.INFO))
    header.add_action(Button(theme, "Pindai", icon="scan", key_hint="F9"))
    header.add_action(Button(theme, "Salin dari sebelumnya", icon="copy", key_hint="Ctrl D"))
    split = Splitter()
    split.addWidget(_scan_side(theme))
    split.addWidget(_form_side(theme))
    split.setSizes([theme.px(660), theme.px(520)])
    split.setStretchFactor(0, 1)
    column = Stack(theme, gap=0, parent=screen)
    column.add(header, split)
    column.setStretch(1, 1)
    return frame(theme, "masuk", screen)


def _scan_side(theme: Theme) -> QWidget:
    side = Surface(theme)
    view = PageView(theme)
    view.show_image(letter_scan())
    view.image_view().set_zoom(0.6)
    foot = Surface(theme, edges=Edge.TOP)
    row = Row(theme, gap=12, margins=(12, 6, 16, 6), parent=foot)
    pages = ThumbnailStrip(theme)
    pages.set_page_count(2)
    pages.set_images([letter_scan()])
    words = Stack(theme, gap=2)
    words.add(
        None,
        Label(theme, "Pindaian 1.pdf · 2 halaman · 138 KB", role=TextRole.BODY_STRONG),
        Label(
            theme, "± 1,1 detik pada kecepatan Anda · diluruskan, latar dibersihkan", role=TextRole.CAPTION, wrap=True
        ),
        None,
    )
    row.add(pages, words)
    row.setStretch(1, 1)
    for icon, name in (
        ("rotate-clockwise", "Putar"),
        ("scissors", "Pisah"),
        ("arrow-merge", "Gabung"),
        ("zoom-in", "Perbesar"),
    ):
        row.add(IconButton(theme, icon, name))
    column = Stack(theme, gap=0, parent=side)
    column.add(view, foot)
    column.setStretch(0, 1)
    return side


def _form_side(theme: Theme) -> QWidget:
    side = Surface(theme)
    number, dated = LineEdit(theme, tabular=True), DateField(theme, today=TODAY, leaning=Leaning.PAST)
    number.setText("000.7.2.3/412/III.01/2026")
    dated.set_value(date(2026, 11, 18))
    sender, subject, code = SuggestEdit(theme), LineEdit(theme), LineEdit(theme)
    sender.setText("Bappeda")
    sender.set_note("Badan Perencanaan Pembangunan Daerah")
    subject.setText("Undangan Rapat Koordinasi Musrenbang Kecamatan Tahun 2027")
    subject.setObjectName("focused")
    code.setText("000.7.2.3 Musrenbang Kecamatan")
    secrecy, urgency, to = ComboBox(theme), ComboBox(theme), ComboBox(theme)
    secrecy.set_choices([("b", "Biasa/Terbuka"), ("r", "Rahasia")])
    urgency.set_choices([("s", "Segera"), ("b", "Biasa")])
    to.set_choices([("c", "Camat"), ("s", "Sekretaris Kecamatan")])
    due = DateField(theme, today=TODAY, leaning=Leaning.FUTURE)
    due.setText("31 Feb")
    due_field = Field(theme, "Tenggat", due)
    due_field.set_error("Tanggal ini tidak ada.")
    form = FormLayout(theme, margins=(0, 0, 0, 0))
    form.add_field(Field(theme, "Nomor surat", number, required=True))
    form.add_field(Field(theme, "Tanggal surat", dated, required=True))
    form.add_wide(Field(theme, "Asal surat", sender, required=True))
    form.add_wide(Field(theme, "Perihal", subject, required=True))
    hint = "Usulan dari “musrenbang” dan 9 surat serupa. Tab untuk menerima."
    form.add_wide(Field(theme, "Klasifikasi", code, hint=hint, hint_icon="bulb"))
    form.add_field(Field(theme, "Sifat keamanan", secrecy))
    form.add_field(Field(theme, "Derajat", urgency))
    form.add_field(due_field)
    form.add_field(Field(theme, "Diteruskan kepada", to))
    more = TextEdit(theme)
    body = Stack(theme, gap=8, margins=(16, 12, 16, 12))
    body.add(form, Disclosure(theme, "Rincian lain (lampiran, tembusan, catatan, berkas)", more))
    twin = "Mirip agenda 0377 (undangan yang sama lewat WhatsApp, 19 Nov)."
    body.add(Banner(theme, twin, icon="copy", action="Bandingkan", card=True), None)
    foot = Surface(theme, edges=Edge.TOP)
    row = Row(theme, margins=(16, 11, 16, 11), parent=foot)
    row.add(
        IconLabel(theme, "device-floppy", size=16),
        Label(theme, "Draf tersimpan", role=TextRole.CAPTION),
        None,
        Button(theme, "Batal", kind=ButtonKind.QUIET, key_hint="Esc"),
        Button(theme, "Simpan & berikutnya".replace("&", "&&")),
        Button(theme, "Simpan", kind=ButtonKind.PRIMARY, key_hint="Ctrl ↵"),
    )
    column = Stack(theme, gap=0, parent=side)
    column.add(body, foot)
    column.setStretch(0, 1)
    return side


SCREEN_SIZE = QSize(1366, 728)
