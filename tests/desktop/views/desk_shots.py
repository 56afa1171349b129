"""Renders Disposisi, Arsip and Pusat Sinkron to PNG files, to be looked at.

QT_QPA_PLATFORM=offscreen python -m tests.desktop.views.desk_shots OUTDIR [NAME ...]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QMenuBar, QWidget

from desktop.sync.file_visits import FileProgress
from desktop.viewmodels.stick_exchange import StickExchange
from desktop.views.people_screen import PeopleScreen
from desktop.views.record_file_dialog import RecordFileDialog
from desktop.views.reject_dialog import RejectDialog
from desktop.views.screen import Screen
from desktop.views.sync_center import SyncCenterScreen
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button
from desktop.widgets.chips import FilterChip
from desktop.widgets.focus_ring import FocusTracker
from desktop.widgets.form_sheet import FormSheet
from desktop.widgets.nav_bar import NavBar
from desktop.widgets.status_strip import Side, StatusStrip
from desktop.widgets.tab_strip import Tab
from desktop.widgets.theme import Appearance, Theme, Tone
from tests.desktop.hands import child, click, press, shown, write
from tests.desktop.held_samples import held_letter, seat_admin
from tests.desktop.sample_desk import fill, fill_devices, fill_files, fill_orders, fill_sync
from tests.desktop.sample_office import ADMIN, CLERK, HEAD, SampleOffice, make_office
from tests.desktop.sample_screens import Screens
from tests.support.sticks import StickDesk

CTRL = Qt.KeyboardModifier.ControlModifier
LOOKS = (
    ("terang", Appearance.LIGHT, 100),
    ("gelap", Appearance.DARK, 100),
    ("kontras", Appearance.HIGH_CONTRAST, 100),
    ("terang_150", Appearance.LIGHT, 150),
)
SIZE = QSize(1366, 728)
SETTLE_SECONDS = 0.7


def settle(app: QApplication, screens: Screens) -> None:
    end = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < end or screens.runner.busy:
        app.processEvents()


def framed(theme: Theme, key: str, screen: Screen) -> QMainWindow:
    """Puts a screen between navigation and status strip."""
    window = QMainWindow()
    menu = QMenuBar()
    for name in ("&Berkas", "&Surat", "&Disposisi", "&Arsip", "&Tampilan", "Bant&uan"):
        menu.addMenu(name)
    window.setMenuBar(menu)
    body = QWidget()
    column, row = Column(theme, gap=0, parent=body), Row(theme, gap=0)
    nav = NavBar(theme)
    nav.set_office("KC", "Kec. Contoh", "Kab. Contoh Raya")
    nav.set_user("MR", "Camat", "Sedang bertugas")
    for place, icon, text in (
        ("masuk", "inbox", "Surat Masuk"),
        ("disposisi", "arrow-ramp-right", "Disposisi"),
        ("arsip", "archive", "Arsip"),
        ("sinkron", "refresh", "Pusat Sinkron"),
        ("orang", "users", "Pengelolaan"),
    ):
        nav.add_place(place, icon, text)
    nav.set_current("orang" if key == "admin" else key)
    nav.set_collapsed(collapsed=theme.scale > 100)
    strip = StatusStrip(theme)
    strip.set_segment("saved", "Tersimpan di komputer ini", icon="circle-check", tone=Tone.SUCCESS, weight=9)
    strip.set_segment("queue", "Menunggu kirim 4", icon="cloud-upload", side=Side.RIGHT, weight=8)
    strip.set_segment("sync", "Sinkron terakhir 23 Nov 10.42", icon="cloud-check", side=Side.RIGHT, weight=7)
    row.add(nav, screen)
    row.setStretch(1, 1)
    column.add(row, strip)
    column.setStretch(0, 1)
    window.setCentralWidget(body)
    window.resize(SIZE)
    return window


class Scene(NamedTuple):
    """One screen in its window, and the hands at work on it."""

    app: QApplication
    office: SampleOffice
    screens: Screens
    window: QMainWindow
    screen: Screen
    exchange: StickExchange

    def tab(self, text: str) -> None:
        kinds = (*self.screen.findChildren(FilterChip), *self.screen.findChildren(Tab))
        click(next(one for one in kinds if one.text().startswith(text)))
        self.screen.activate()
        settle(self.app, self.screens)


def ordered(scene: Scene) -> QWidget:
    press("D", "3", Qt.Key.Key_Return, "1", "3")
    return scene.window


def unfolded(scene: Scene) -> QWidget:
    click(next(one for one in shown(scene.screen, Button) if one.text().startswith("Lainnya")))
    return scene.window


def refused(scene: Scene) -> QWidget:
    press(Qt.Key.Key_Return, modifier=CTRL)
    return scene.window


def report(scene: Scene) -> QWidget:
    scene.tab("Untuk saya")
    return scene.window


def passed_on(scene: Scene) -> QWidget:
    scene.tab("Untuk saya")
    press("T")
    return scene.window


def sent(scene: Scene) -> QWidget:
    scene.tab("Saya kirim")
    return scene.window


def with_scan(scene: Scene) -> QWidget:
    press("P")
    return scene.window


def as_it_is(scene: Scene) -> QWidget:
    return scene.window


def new_file(scene: Scene) -> QWidget:
    press(Qt.Key.Key_B, modifier=CTRL | Qt.KeyboardModifier.ShiftModifier)
    settle(scene.app, scene.screens)
    write("undangan")
    return child(scene.screen, RecordFileDialog)


def filing(scene: Scene) -> QWidget:
    dialog = scene.screens.filing_dialog()
    dialog.setParent(scene.window, Qt.WindowType.Dialog)
    dialog.file_letter(scene.office.dispositions(HEAD).to_decide()[0].id)
    return dialog


def tray(scene: Scene) -> QWidget:
    scene.tab("Perlu perhatian")
    return scene.window


def files(scene: Scene) -> QWidget:
    fill_files(scene.office)
    scene.tab("Pindaian")
    settle(scene.app, scene.screens)
    under_way = FileProgress(sha256=bytes([1]) * 32, up=False, size=420_000, have=152_000, rate=122_000.0)
    scene.screens.traffic.set_progress(under_way)
    return scene.window


def files_stopped(scene: Scene) -> QWidget:
    window = files(scene)
    scene.screens.traffic.set_progress(None)
    scene.screens.traffic.toggle_all()
    return window


def to_decide(scene: Scene) -> QWidget:
    held_letter(scene.office, "Undangan musrenbang kecamatan tahun 2027", agenda_no=431)
    held_letter(scene.office, "Permohonan data penerima bantuan sosial", sender="Dinas Sosial", agenda_no=432)
    scene.tab("Keputusan Anda")
    return scene.window


def rejecting(scene: Scene) -> QWidget:
    to_decide(scene)
    press(Qt.Key.Key_Delete)
    return child(scene.screen, RejectDialog)


def log(scene: Scene) -> QWidget:
    scene.tab("Catatan")
    return scene.window


def by_stick(scene: Scene) -> QWidget:
    with tempfile.TemporaryDirectory() as folder:
        scene.exchange.write(Path(folder))
        settle(scene.app, scene.screens)
    return scene.window


def from_no_stick(scene: Scene) -> QWidget:
    scene.exchange.take([Path("tidak-ada")])
    return scene.window


def orders(scene: Scene) -> QWidget:
    fill_orders(scene.office)
    settle(scene.app, scene.screens)
    return scene.window


def new_order(scene: Scene) -> QWidget:
    orders(scene)
    assert isinstance(scene.screen, PeopleScreen)
    scene.screen.orders.begin()
    return next(one for one in shown(scene.screen, FormSheet))


def devices(scene: Scene) -> QWidget:
    fill_devices(scene.office)
    scene.tab("Komputer")
    settle(scene.app, scene.screens)
    return scene.window


def quarantine(scene: Scene) -> QWidget:
    seat_admin(scene.office)
    held_letter(scene.office, "Undangan musrenbang kecamatan tahun 2027", agenda_no=431)
    held_letter(scene.office, "Permohonan data penerima bantuan sosial", sender="Dinas Sosial", agenda_no=432)
    scene.tab("Karantina")
    settle(scene.app, scene.screens)
    return scene.window


def page_of(name: str) -> Callable[[Scene], QWidget]:
    def work(scene: Scene) -> QWidget:
        scene.office.structure(ADMIN).set_unit(None, "Seksi Pelayanan", parent=None)
        scene.office.structure(ADMIN).set_unit(None, "Subbagian Umum", parent=None, active=False)
        scene.tab(name)
        return scene.window

    return work


def revoking(scene: Scene) -> QWidget:
    devices(scene)
    assert isinstance(scene.screen, PeopleScreen)
    scene.screen.devices.revoke_action.trigger()
    return next(one for one in shown(scene.screen, FormSheet))


SHOTS: dict[str, tuple[str, Callable[[Scene], QWidget]]] = {
    "disposisi": ("disposisi", ordered),
    "lainnya": ("disposisi", unfolded),
    "tolak": ("disposisi", refused),
    "laporan": ("disposisi", report),
    "teruskan": ("disposisi", passed_on),
    "kirim": ("disposisi", sent),
    "pindaian": ("disposisi", with_scan),
    "arsip": ("arsip", as_it_is),
    "berkas_baru": ("arsip", new_file),
    "berkaskan": ("arsip", filing),
    "sinkron": ("sinkron", as_it_is),
    "sinkron_pindaian": ("sinkron", files),
    "sinkron_pindaian_dijeda": ("sinkron", files_stopped),
    "sinkron_ditolak": ("sinkron", tray),
    "sinkron_keputusan": ("sinkron", to_decide),
    "sinkron_menolak": ("sinkron", rejecting),
    "sinkron_catatan": ("sinkron", log),
    "perintah": ("orang", orders),
    "perintah_baru": ("orang", new_order),
    "pengguna": ("admin", as_it_is),
    "komputer": ("admin", devices),
    "unit": ("admin", page_of("Unit")),
    "akses": ("admin", page_of("Akses")),
    "karantina": ("admin", quarantine),
    "komputer_cabut": ("admin", revoking),
    "sinkron_stik": ("sinkron", by_stick),
    "sinkron_stik_tercabut": ("sinkron", from_no_stick),
}


def shoot(app: QApplication, theme: Theme, office: SampleOffice, *, name: str, file: Path) -> None:
    """Builds one screen, works it until it is as the picture shall show it, and takes the picture."""
    key, work = SHOTS[name]
    screens = Screens(theme, office, {"arsip": CLERK, "admin": ADMIN}.get(key, HEAD))
    exchange = StickExchange(
        lambda: StickDesk(office.store, Path(tempfile.gettempdir()) / "tidak-ada"), screens.runner, screens.owner
    )
    made: dict[str, Callable[[], Screen]] = {
        "disposisi": screens.disposition,
        "arsip": screens.archive,
        "orang": screens.people,
        "admin": screens.people,
        "sinkron": lambda: SyncCenterScreen(
            theme, screens.center, traffic=screens.traffic, exchange=exchange, review=screens.review
        ),
    }
    screen = made[key]()
    window = framed(theme, key, screen)
    window.show()
    window.activateWindow()
    screen.activate()
    settle(app, screens)
    picture = work(Scene(app, office, screens, window, screen, exchange))
    settle(app, screens)
    picture.grab().save(str(file))
    for widget in app.topLevelWidgets():
        widget.close()
    screens.runner.close()
    app.processEvents()


def main(folder: Path, names: list[str]) -> None:
    app = QApplication([])
    theme = Theme(app)
    theme.install()
    FocusTracker(theme, app)
    folder.mkdir(parents=True, exist_ok=True)
    for look, appearance, scale in LOOKS:
        theme.set_appearance(appearance)
        theme.set_scale(scale)
        for name in names or SHOTS:
            with tempfile.TemporaryDirectory() as place:
                office = make_office(Path(place))
                fill(office)
                fill_sync(office)
                shoot(app, theme, office, name=name, file=folder / f"{name}_{look}.png")
                office.store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
