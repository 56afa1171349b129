"""Every widget of the kit on one sheet, and the home screen."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QMainWindow, QWidget

from desktop.widgets.badges import Pill, StatusText
from desktop.widgets.banner import Banner
from desktop.widgets.bar_chart import BarChart, BarPair
from desktop.widgets.boxes import Column, Grid, Row
from desktop.widgets.buttons import Button, ButtonKind, IconButton
from desktop.widgets.checks import CheckBox, RadioButton
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.counter_card import CounterCard
from desktop.widgets.date_field import DateField
from desktop.widgets.dates import SHORT_MONTHS, format_date_long
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fields import Field, ReadOnlyValue
from desktop.widgets.labels import ElidedLabel, Label
from desktop.widgets.line_edits import LineEdit, SecretEdit, TextEdit
from desktop.widgets.page_header import PageHeader
from desktop.widgets.page_view import PageView
from desktop.widgets.painting import Mark
from desktop.widgets.record_table import RecordTable
from desktop.widgets.sheet import Sheet, SheetPage
from desktop.widgets.surfaces import Rule, Surface
from desktop.widgets.tab_strip import TabStrip
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.toast import Toast
from desktop.widgets.typography import TextRole
from tests.desktop.widgets.gallery_screens import LETTER_COLUMNS, TODAY, frame
from tests.desktop.widgets.sample_models import LETTERS, STATES, LetterTable


def card(theme: Theme, title: str, *parts: QWidget | Row | Column) -> Surface:
    surface = Surface(theme, card=True)
    column = Column(theme, gap=10, margins=(14, 12, 14, 14), parent=surface)
    column.add(Label(theme, title, role=TextRole.BODY_STRONG), *parts)
    column.setStretch(1, 1)
    return surface


def row(theme: Theme, *parts: QWidget) -> Row:
    made = Row(theme)
    made.add(*parts, None)
    return made


def parts(theme: Theme) -> QWidget:
    """Lembar contoh."""
    sheet = Surface(theme, fill="window")
    grid = Grid(theme, gaps=(16, 16), margins=(16, 16, 16, 16), parent=sheet)
    for place, (title, made) in enumerate(
        (
            ("Tombol", buttons(theme)),
            ("Keterangan", statements(theme)),
            ("Isian", fields(theme)),
            ("Pesan", messages(theme)),
            ("Tulisan", texts(theme)),
            ("Keadaan kosong", states(theme)),
        )
    ):
        grid.addWidget(card(theme, title, made), place // 2, place % 2)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return sheet


def buttons(theme: Theme) -> Column:
    off = Button(theme, "Simpan", kind=ButtonKind.PRIMARY, key_hint="Ctrl ↵")
    off.setEnabled(False)
    still = Button(theme, "Cetak", icon="printer")
    still.setEnabled(False)
    bare = IconButton(theme, "dots-vertical", "Lainnya", framed=False)
    column = Column(theme, gap=10)
    column.add(
        row(
            theme,
            Button(theme, "Surat baru", kind=ButtonKind.PRIMARY, icon="plus", key_hint="Ctrl N"),
            Button(theme, "Pindai", icon="scan", key_hint="F9"),
            Button(theme, "Batal", kind=ButtonKind.QUIET, key_hint="Esc"),
        ),
        row(
            theme,
            off,
            still,
            Button(theme, "Buang", kind=ButtonKind.DANGER, icon="trash"),
            IconButton(theme, "zoom-in", "Perbesar"),
            bare,
        ),
        row(
            theme,
            Button(theme, "DISPOSISIKAN", kind=ButtonKind.STAMP, icon="rubber-stamp", key_hint="Ctrl ↵"),
            Button(theme, "Lihat semua", kind=ButtonKind.LINK),
        ),
    )
    column.addStretch(1)
    return column


def statements(theme: Theme) -> Column:
    column = Column(theme, gap=10)
    column.add(
        row(
            theme,
            *(
                StatusText(theme, text, tone=Tone[tone], mark=Mark[mark])
                for text, tone, mark in list(STATES.values())[:3]
            ),
        )
    )
    column.add(
        row(
            theme,
            *(
                StatusText(theme, text, tone=Tone[tone], mark=Mark[mark])
                for text, tone, mark in list(STATES.values())[3:]
            ),
        )
    )
    column.add(
        row(
            theme,
            Pill(theme, "Segera", tone=Tone.WARNING, icon="clock"),
            Pill(theme, "Biasa/Terbuka", tone=Tone.INFO),
            Pill(theme, "Rahasia", tone=Tone.DANGER, icon="lock"),
            Pill(theme, "LATIHAN", tone=Tone.GOLD),
        )
    )
    tabs = TabStrip(theme, margin=0)
    for key, text in (("a", "Antrean 4"), ("b", "Perbedaan 1"), ("c", "Ditolak")):
        tabs.add_tab(key, text)
    on, off = CheckBox(theme, "Unduh lampiran saat dibuka"), CheckBox(theme, "Beri tahu")
    on.setChecked(True)
    one, two = RadioButton(theme, "F4"), RadioButton(theme, "A5")
    one.setChecked(True)
    column.add(tabs, row(theme, on, off), row(theme, one, two))
    column.addStretch(1)
    return column


def fields(theme: Theme) -> Column:
    name = LineEdit(theme, placeholder="Contoh: 005/118/2026")
    wrong = LineEdit(theme)
    wrong.setText("005/118")
    wrong_field = Field(theme, "Nomor surat", wrong, required=True)
    wrong_field.set_error("Nomor 005/118 sudah dipakai agenda 0377. Pilih nomor lain.")
    secret, box = SecretEdit(theme), ComboBox(theme, placeholder="Pilih sifat")
    secret.setText("rahasia")
    box.set_choices([("b", "Biasa/Terbuka")])
    day = DateField(theme, today=TODAY)
    day.set_value(date(2026, 11, 18))
    text = TextEdit(theme, placeholder="Catatan untuk penerima", lines=2)
    grid = Grid(theme, gaps=(14, 12))
    grid.addWidget(Field(theme, "Nomor", name), 0, 0)
    grid.addWidget(wrong_field, 0, 1)
    grid.addWidget(Field(theme, "Tanggal", day, hint="18, 18/11 atau 18112026"), 1, 0)
    grid.addWidget(Field(theme, "Sifat", box), 1, 1)
    grid.addWidget(Field(theme, "Kata sandi", secret), 2, 0)
    grid.addWidget(Field(theme, "Agenda", ReadOnlyValue(theme, "0412/2026", tabular=True)), 2, 1)
    grid.addWidget(Field(theme, "Catatan", text), 3, 0, 1, 2)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    column = Column(theme)
    column.add(grid, None)
    return column


def messages(theme: Theme) -> Column:
    column = Column(theme, gap=10)
    toast = Toast(theme, "Surat didisposisikan ke Kasi Kesra", action="Urungkan", seconds=8)
    column.add(
        Banner(theme, "Belum ada jaringan. Surat tersimpan di komputer ini dan akan dikirim otomatis.", card=True),
        Banner(
            theme,
            "Ruang disk tinggal 180 MB. Pindaian baru ditahan; kosongkan ruang lalu tekan Coba lagi.",
            tone=Tone.WARNING,
            action="Coba lagi",
            card=True,
        ),
        Banner(
            theme,
            "Server menolak 1 surat: nomor 005/118 sudah dipakai. Pilih nomor lain.",
            tone=Tone.DANGER,
            action="Buka surat",
            closable=True,
            card=True,
        ),
        toast,
    )
    column.addStretch(1)
    return column


def texts(theme: Theme) -> Column:
    column = Column(theme, gap=6)
    column.add(
        Label(theme, "0413/2026", role=TextRole.AGENDA_NUMBER, tabular=True),
        Label(theme, "Judul halaman", role=TextRole.PAGE_TITLE),
        Label(theme, "Judul panel", role=TextRole.PANE_TITLE),
        Label(theme, "Judul baris surat", role=TextRole.ROW_TITLE),
        Label(theme, "Isi biasa dengan <b>tanda</b> yang tidak ditafsirkan & apa adanya."),
        Label(theme, "Keterangan kecil", role=TextRole.CAPTION),
        Rule(theme),
        ElidedLabel(
            theme,
            "Kalimat yang sangat panjang dipendekkan dengan elipsis agar tidak mendorong tata letak.",
        ),
    )
    column.addStretch(1)
    return column


def states(theme: Theme) -> Column:
    column = Column(theme, gap=10)
    empty = EmptyState(theme, "Belum ada surat hari ini. Daftarkan surat pertama.", action="Surat baru")
    empty.setMinimumHeight(theme.px(150))
    view = PageView(theme)
    view.show_error("Halaman ini tidak dapat ditampilkan. Berkas aslinya tetap tersimpan.", action="Buka berkas asli")
    view.setMinimumHeight(theme.px(180))
    column.add(empty, view)
    return column


def home(theme: Theme) -> QMainWindow:
    """Beranda."""
    screen = Surface(theme, fill="window")
    header = PageHeader(theme, "Selamat pagi")
    header.add_beside(Label(theme, format_date_long(TODAY), role=TextRole.SECONDARY))
    header.add_action(Button(theme, "Pindaian baru 3", icon="scan"))
    header.add_action(Button(theme, "Surat baru", kind=ButtonKind.PRIMARY, icon="plus", key_hint="Ctrl N"))
    cards = Row(theme, gap=12)
    for title, icon, tone, count, remark in (
        ("Belum didisposisi", "inbox", Tone.WARNING, 12, "tertua 2 hari"),
        ("Jatuh tempo hari ini", "alarm", Tone.DANGER, 1, "LHP Inspektorat"),
        ("Disposisi untuk saya", "arrow-ramp-right", Tone.INFO, 2, "1 belum dibaca"),
        ("Menunggu kirim", "cloud-upload", Tone.SUCCESS, 4, "± 6 detik saat tersambung"),
    ):
        counter = CounterCard(theme, title, icon=icon, tone=tone)
        counter.set_count(count, remark)
        cards.add(counter)
    chart = BarChart(theme, first="masuk", second="keluar")
    values = (21, 29, 26, 34, 25, 32, 40, 37, 33, 39, 45, 27)
    chart.set_pairs([BarPair(name, value, value // 2 + 2) for name, value in zip(SHORT_MONTHS, values, strict=True)])
    months = Column(theme, gap=8)
    months.add(chart.legend, chart)
    months.setStretch(1, 1)
    table = RecordTable(theme, LETTER_COLUMNS, name="Surat terakhir")
    table.setModel(LetterTable(LETTERS[:8], parent=table))
    right = Column(theme, gap=12)
    table.setObjectName("focused")
    waiting = RecordTable(theme, LETTER_COLUMNS, name="Undangan pimpinan")
    waiting.horizontalHeader().hide()
    waiting.setModel(LetterTable((), parent=waiting))
    waiting.overlay.set_placeholder(EmptyState(theme, "Tidak ada undangan minggu ini.", icon="calendar"))
    right.add(card(theme, "Surat per bulan", months), card(theme, "Undangan pimpinan", waiting))
    for hidden in (0, 2, 3):
        table.setColumnHidden(hidden, True)
    table.horizontalHeader().hide()
    left = card(theme, "Surat terakhir", table)
    lower = Row(theme, gap=12)
    lower.add(left, right)
    lower.setStretch(0, 5)
    lower.setStretch(1, 4)
    body = Column(theme, gap=12, margins=(16, 4, 16, 12))
    body.add(cards, lower)
    body.setStretch(1, 1)
    column = Column(theme, gap=0, parent=screen)
    column.add(header, body)
    column.setStretch(1, 1)
    return frame(theme, "beranda", screen)


def sign_in(theme: Theme) -> QWidget:
    """Masuk."""
    sheet = Sheet(theme, "Masuk", text="Kantor Kecamatan Contoh. Data tersimpan di komputer ini.", icon="building")
    name, secret = ComboBox(theme), SecretEdit(theme)
    name.set_choices([("a", "Petugas TU"), ("b", "Camat")])
    field = Field(theme, "Kata sandi", secret)
    field.set_error("Kata sandi tidak cocok. Tersisa 4 percobaan.")
    sheet.body.add(Field(theme, "Nama", name), field)
    sheet.add_button(Button(theme, "Lupa kata sandi", kind=ButtonKind.LINK), left=True)
    sheet.add_button(Button(theme, "Masuk", kind=ButtonKind.PRIMARY, key_hint="↵"))
    return SheetPage(theme, sheet)
