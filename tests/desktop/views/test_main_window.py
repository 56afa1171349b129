"""The frame: menus with only what works, one place at a time, nothing of a letter after its reader has left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from desktop.services.instructions import InstructionList
from desktop.storage.blob_table import BlobState
from desktop.storage.meta import SyncFacts
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.viewmodels.first_start import FirstStart
from desktop.views.first_start import FirstStartView
from desktop.views.initials import initials_of, monogram_of
from desktop.views.letter_events import LetterEvents
from desktop.views.letter_form import LetterForm
from desktop.views.letters_screen import LettersScreen
from desktop.views.main_window import MainWindow
from desktop.views.overlay import SheetOverlay
from desktop.views.screen import Place
from desktop.views.workspace import ChairChoice, WorkspaceParts
from desktop.widgets.badges import Pill
from desktop.widgets.banner import Banner
from desktop.widgets.labels import Label
from desktop.widgets.theme import Appearance, Theme
from desktop.workers.runner import TaskRunner
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import CLERK, HEAD, SampleOffice

PATIENCE_MS = 15_000
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
DeskOf = Callable[[PositionId], LetterDesk]


class StrayWindows(QObject):
    """Notices widgets that are shown as windows of their own."""

    def __init__(self, allowed: QWidget) -> None:
        super().__init__()
        self._allowed = allowed
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if shown and watched is not self._allowed:
            self.seen.append(repr(watched))
        return False


class Frame:
    """The window with a workspace of one screen, as the composition root puts it together."""

    def __init__(self, qtbot: QtBot, theme: Theme, *, desk_of: DeskOf) -> None:
        self.qtbot, self.theme, self.desk_of = qtbot, theme, desk_of
        self.window = MainWindow(theme, version="1.2.3")
        qtbot.addWidget(self.window)

    def enter(
        self, position: PositionId = CLERK, *, practice: bool = False, chairs: tuple[ChairChoice, ...] = ()
    ) -> LettersScreen:
        desk = self.desk_of(position)
        screen = LettersScreen(
            self.theme,
            desk.letters,
            reader=desk.reader,
            editor=desk.editor,
            reply=desk.reply,
            text_of=InstructionList.load().text_of,
            make_form=partial(LetterForm, self.theme, desk.editor),
            sends=not practice,
        )
        LetterEvents(self.theme, desk.events, reader=desk.reader, screen=screen)
        parts = WorkspaceParts(
            office="Kantor Kecamatan Contoh",
            office_short="Kec. Contoh",
            region="Kab. Contoh Raya",
            person="Siti Lestari",
            position="Petugas Tata Usaha",
            practice=practice,
            places=(Place(key="letters", icon="inbox", screen=screen),),
            status=desk.status,
            chairs=chairs,
        )
        self.window.show_workspace(parts)
        desk.status.load()
        with self.qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        self.qtbot.waitUntil(lambda: not desk.runner.busy, timeout=PATIENCE_MS)
        return screen

    def menus(self) -> dict[str, list[str]]:
        found = {}
        for action in self.window.menuBar().actions():
            menu = action.menu()
            assert isinstance(menu, QMenu)
            shown = [one.text() for one in menu.actions() if one.isVisible() and one.text()]
            found[action.text().replace("&", "")] = [text.replace("&", "") for text in shown]
        return found

    def action(self, name: str) -> QAction:
        action = self.window.findChild(QAction, name)
        assert action is not None
        return action


@pytest.fixture
def frame(qtbot: QtBot, view_theme: Theme, desk_of: DeskOf) -> Frame:
    return Frame(qtbot, view_theme, desk_of=desk_of)


def test_who_works_in_several_positions_chooses_one_from_the_menu(qtbot: QtBot, frame: Frame) -> None:
    frame.enter(chairs=(ChairChoice(position=1, title="Petugas Tata Usaha", current=True),))
    assert "Bekerja sebagai" not in frame.menus()["Berkas"]

    frame.enter(
        chairs=(
            ChairChoice(position=1, title="Petugas Tata Usaha", current=True),
            ChairChoice(position=4, title="Plt. Kasi Kesra", current=False),
        )
    )

    assert "Bekerja sebagai" in frame.menus()["Berkas"]
    assert frame.action("chair_1").isChecked()
    with qtbot.waitSignal(frame.window.chair_wanted) as wanted:
        frame.action("chair_4").trigger()
    assert wanted.args == [4]


def test_the_title_names_page_and_office(frame: Frame) -> None:
    screen = frame.enter()
    assert frame.window.windowTitle() == "Pesagi — Surat Masuk — Kantor Kecamatan Contoh"

    screen.open_new()

    assert frame.window.windowTitle() == "Pesagi — Surat masuk baru — Kantor Kecamatan Contoh"


def test_practice_is_marked_in_title_and_window_and_cannot_sync(frame: Frame) -> None:
    frame.enter(practice=True)

    assert frame.window.windowTitle().endswith("— LATIHAN")
    assert "LATIHAN" in [one.accessibleName() for one in frame.window.findChildren(Pill) if one.isVisible()]
    assert "Sinkron sekarang" not in frame.menus()["Berkas"]


def test_the_menus_hold_only_what_this_person_can_do(frame: Frame) -> None:
    frame.enter(HEAD)

    menus = frame.menus()
    assert list(menus) == ["Berkas", "Surat", "Tampilan", "Bantuan"]
    assert menus["Berkas"] == [
        "Urungkan",
        "Pemberitahuan…",
        "Sinkron sekarang",
        "Ganti kata sandi…",
        "Sesi saya…",
        "Cetak lembar pemulihan…",
        "Kunci layar",
        "Ganti pengguna",
        "Keluar",
    ]
    assert "Surat baru" not in menus["Surat"]
    assert "Ubah surat" not in menus["Surat"]


def test_the_keys_of_the_window_are_heard(frame: Frame) -> None:
    frame.enter()

    with frame.qtbot.waitSignals([frame.window.sync_wanted, frame.window.switch_wanted]):
        QTest.keyClick(frame.window, Qt.Key.Key_F5)
        QTest.keyClick(frame.window, Qt.Key.Key_L, CTRL)


def test_ctrl_f_goes_to_the_search_field(frame: Frame) -> None:
    screen = frame.enter()

    QTest.keyClick(frame.window, Qt.Key.Key_F, CTRL)

    assert screen.head.search.hasFocus()


def test_a_key_lists_the_keys_and_escape_puts_the_list_away(frame: Frame) -> None:
    frame.enter()
    QTest.keyClick(frame.window, Qt.Key.Key_Slash, CTRL)
    sheet = frame.window.findChild(SheetOverlay)
    assert sheet is not None
    said = [one.text() for one in sheet.findChildren(Label)]
    assert said[said.index("Surat baru") + 1] == "Ctrl+N"
    assert said[said.index("Simpan & berikutnya") + 1] == "Ctrl+Shift+Enter"

    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Escape)

    assert not sheet.isVisible()


def test_a_sheet_does_not_stay_over_the_sign_in_page(frame: Frame) -> None:
    frame.enter()
    frame.action("shortcuts").trigger()
    sheet = frame.window.findChild(SheetOverlay)
    assert sheet is not None

    frame.window.show_front(QWidget())

    assert not sheet.isVisible()


def test_the_dark_theme_and_the_size_are_chosen_in_the_menu(frame: Frame) -> None:
    frame.enter()

    with frame.qtbot.waitSignal(frame.window.look_changed):
        frame.action("dark").trigger()
    assert frame.theme.appearance is Appearance.DARK
    with frame.qtbot.waitSignal(frame.window.look_changed):
        frame.action("scale_130").trigger()

    assert frame.theme.scale == 130


def test_a_narrow_window_keeps_only_the_icons_of_the_navigation(frame: Frame) -> None:
    frame.enter()
    workspace = frame.window.workspace
    assert workspace is not None
    assert not workspace.nav.is_collapsed()

    frame.window.resize(1100, 700)

    frame.qtbot.waitUntil(workspace.nav.is_collapsed, timeout=PATIENCE_MS)


def test_the_strip_says_what_waits_and_since_when_there_is_no_network(frame: Frame, kecamatan: SampleOffice) -> None:
    success, lost = datetime(2026, 11, 23, 3, 42, tzinfo=UTC), datetime(2026, 11, 23, 3, 43, tzinfo=UTC)
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    with kecamatan.store.begin() as uow:
        uow.meta.write(
            SyncFacts(
                last_success_ms=int(success.timestamp() * 1000),
                offline_since_ms=int(lost.timestamp() * 1000),
                last_problem="no_network",
            )
        )
        uow.blobs.add(b"\x01" * 32, 100, state=BlobState.TO_SEND, now_ms=1)
    frame.enter()
    workspace = frame.window.workspace
    assert workspace is not None
    strip = workspace.strip
    frame.qtbot.waitUntil(lambda: strip.text_of("waiting") != "", timeout=PATIENCE_MS)

    assert [strip.text_of(key) for key in ("saved", "waiting", "success", "line")] == [
        "Tersimpan di komputer ini",
        "Menunggu kirim 1 · 1 pindaian",
        "Sinkron terakhir 23 Nov 10.42",
        "Luring sejak 10.43",
    ]


def test_nothing_is_left_of_the_letters_after_their_reader_has_left(frame: Frame, kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    screen = frame.enter()
    page = QWidget()

    frame.window.show_front(page)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    assert not shiboken6.isValid(screen)
    assert frame.window.windowTitle() == "Pesagi"
    assert not frame.window.menuBar().isVisible()
    frame.enter(HEAD)
    assert frame.window.menuBar().isVisible()


def test_no_part_of_the_window_is_ever_shown_as_a_window_of_its_own(
    frame: Frame, qapp: QApplication, kecamatan: SampleOffice
) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    stray = StrayWindows(frame.window)
    qapp.installEventFilter(stray)
    screen = frame.enter()
    screen.open_new()
    frame.action("shortcuts").trigger()
    frame.action("about").trigger()
    qapp.removeEventFilter(stray)

    assert stray.seen == []


def test_the_first_start_keeps_what_was_typed_when_the_server_says_no(qtbot: QtBot, view_theme: Theme) -> None:
    owner = QObject()
    runner = TaskRunner(owner)

    def fail(_address: str, _code: str, _password: str) -> None:
        raise EnvironmentFault(FaultOf.NO_NETWORK)

    start = FirstStart(runner, start_practice=lambda _progress: None, join=fail, parent=owner)
    view = FirstStartView(view_theme, start)
    qtbot.addWidget(view)
    view.show()
    view.join.click()
    view.address.setText("https://contoh")
    view.code.setText("K7PM")
    view.password.setText("kata sandi panjang")
    view.repeated.setText("kata sandi panjang")

    with qtbot.waitSignal(start.refused, timeout=PATIENCE_MS):
        view.go.click()

    assert [one.text() for one in view.findChildren(Banner) if one.isVisible()] == [
        "Isian Anda tetap ada. Server tidak terjangkau; periksa jaringan dan alamatnya."
    ]
    assert (view.address.text(), view.code.text()) == ("https://contoh", "K7PM")
    runner.close()


def test_the_letters_of_an_office_are_those_of_its_first_words() -> None:
    assert monogram_of("Kec. Contoh") == "KC"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("H. Ahmad Yusuf, S.Sos.", "AY"), ("Siti", "S"), ("", "?"), ("Petugas Tata Usaha", "PT")],
)
def test_initials_skip_titles(name: str, letters: str) -> None:
    assert initials_of(name) == letters
