"""Ctrl+K as people use it: typing, arrows, Enter; the window is given back as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, PositionId
from core.domain.letters import SecurityLevel
from desktop.services.finding import FindService
from desktop.viewmodels.finder import Finder
from desktop.views.find_palette import FindPalette
from desktop.widgets.find_list import LINE_ROLE
from desktop.widgets.labels import Label
from desktop.widgets.theme import Theme
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import CLERK, VILLAGES, SampleOffice
from tests.desktop.services.test_finding import read_scan

PATIENCE_MS = 20_000
CTRL = Qt.KeyboardModifier.ControlModifier
DeskOf = Callable[[PositionId], LetterDesk]


class Searcher:
    """Somebody with the search open over a window."""

    def __init__(self, qtbot: QtBot, theme: Theme, desk: LetterDesk, office: SampleOffice) -> None:
        self.qtbot = qtbot
        self.page = QWidget()
        self.page.resize(1190, 668)
        self.behind = QLineEdit(self.page)
        qtbot.addWidget(self.page)
        with qtbot.waitExposed(self.page):
            self.page.show()
        self.page.activateWindow()
        self.behind.setFocus()
        service = FindService(office.store, office.actor(CLERK))
        self.finder = Finder(desk.register, service, desk.runner, self.page)
        self.sync = QAction("Sin&kron sekarang", self.page)
        self.sync.setShortcut("F5")
        self.chosen: list[tuple[str, object]] = []
        self.palette = FindPalette(theme, self.finder, commands=[self.sync], parent=self.page)
        for name in ("letter_chosen", "sheet_chosen", "list_wanted"):
            getattr(self.palette, name).connect(lambda value, name=name: self.chosen.append((name, value)))

    def type(self, text: str, *, until: Callable[[], bool]) -> None:
        QTest.keyClicks(self.palette.field, text)
        self.qtbot.waitUntil(until, timeout=PATIENCE_MS)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.palette.field, key, modifier)

    def hint(self) -> Label:
        return self.palette.findChildren(Label)[-1]

    def lines(self) -> list[str]:
        model = self.palette.list.model()
        return [model.index(row, 0).data(LINE_ROLE).text for row in range(model.rowCount())]


@pytest.fixture
def searcher(qtbot: QtBot, view_theme: Theme, desk_of: DeskOf, kecamatan: SampleOffice) -> Iterator[Searcher]:
    letter = kecamatan.add_letter("Bappeda", "Undangan rapat musrenbang")
    kecamatan.add_letter("Dinas Sosial", "Data bantuan")
    kecamatan.dispose(letter, VILLAGES, note="Siapkan undangan balasan")
    desk = desk_of(CLERK)
    yield Searcher(qtbot, view_theme, desk, kecamatan)
    desk.runner.close()


def test_who_typed_nothing_yet_is_told_of_the_filters_and_not_that_nothing_fits(searcher: Searcher) -> None:
    assert searcher.hint().text().startswith("Penyaring: dari:bappeda")

    searcher.type("zzqx", until=lambda: "Tidak ada yang cocok" in searcher.hint().text())


def test_the_list_leaves_the_hint_its_room_when_the_text_grows(searcher: Searcher, view_theme: Theme) -> None:
    searcher.type("a", until=lambda: len(searcher.lines()) > 1)
    at_100 = searcher.palette.list.height()

    view_theme.set_scale(150)

    searcher.qtbot.waitUntil(lambda: searcher.palette.list.height() > at_100, timeout=PATIENCE_MS)
    searcher.qtbot.waitUntil(
        lambda: searcher.palette.list.geometry().bottom() < searcher.hint().geometry().top(), timeout=PATIENCE_MS
    )
    card = searcher.hint().parentWidget()
    assert card is not None
    assert searcher.hint().geometry().bottom() < card.height()
    view_theme.set_scale(100)


def test_enter_opens_the_letter_that_was_found(searcher: Searcher) -> None:
    searcher.type("musren", until=lambda: "Undangan rapat musrenbang" in searcher.lines())
    searcher.press(Qt.Key.Key_Return)

    assert searcher.chosen[0][0] == "letter_chosen"
    assert not searcher.palette.isVisible()


def test_everything_that_fits_stands_in_groups_and_arrows_pass_by_headings(searcher: Searcher) -> None:
    searcher.type("undangan", until=lambda: "Disposisi" in searcher.lines())

    assert searcher.lines() == [
        "Surat", "Undangan rapat musrenbang", "Tampilkan dalam daftar Surat Masuk",
        "Disposisi", "Siapkan undangan balasan",
    ]  # fmt: skip
    searcher.press(Qt.Key.Key_Down)
    searcher.press(Qt.Key.Key_Down)
    searcher.press(Qt.Key.Key_Return)
    assert searcher.chosen[0][0] == "sheet_chosen"


def test_a_letter_found_by_its_scan_stands_behind_those_found_by_their_fields_with_the_words_around(
    searcher: Searcher, kecamatan: SampleOffice
) -> None:
    scan = Attachment(sha256=BlobHash(b"\x05" * 32), size=9, media=MediaType.PDF, pages=1)
    kecamatan.add_letter("BPBD", "Kewaspadaan cuaca", scans=(scan,))
    read_scan(kecamatan, scan, "Rapat musrenbang ditunda karena banjir")
    searcher.type("musren", until=lambda: "Dalam pindaian" in searcher.lines())

    assert searcher.lines() == [
        "Surat", "Undangan rapat musrenbang", "Tampilkan dalam daftar Surat Masuk",
        "Dalam pindaian", "Rapat musrenbang ditunda karena banjir",
    ]  # fmt: skip


def test_a_command_is_found_by_its_words_and_done(searcher: Searcher) -> None:
    done = []
    searcher.sync.triggered.connect(lambda: done.append(1))
    searcher.type("sinkron", until=lambda: "Sinkron sekarang" in searcher.lines())
    searcher.press(Qt.Key.Key_Return)

    assert len(done) == 1


def test_a_person_leads_to_the_letters_of_that_position(searcher: Searcher) -> None:
    searcher.type("kasi pmp", until=lambda: any("Orang" in line for line in searcher.lines()))
    searcher.press(Qt.Key.Key_Return)

    assert searcher.palette.field.text() == 'kepada:"Kasi PMP" '
    searcher.qtbot.waitUntil(lambda: "Undangan rapat musrenbang" in searcher.lines(), timeout=PATIENCE_MS)


def test_a_kept_search_comes_back_until_it_is_dropped(searcher: Searcher) -> None:
    searcher.type("dari:bappeda", until=lambda: "Undangan rapat musrenbang" in searcher.lines())
    searcher.press(Qt.Key.Key_S, CTRL)
    searcher.palette.field.clear()
    searcher.qtbot.waitUntil(lambda: "dari:bappeda" in searcher.lines(), timeout=PATIENCE_MS)

    searcher.press(Qt.Key.Key_Delete, CTRL)
    searcher.qtbot.waitUntil(lambda: searcher.lines() == [], timeout=PATIENCE_MS)


def test_a_secret_letter_shows_its_envelope_alone(searcher: Searcher, kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Polres", "Operasi senyap", security=SecurityLevel.SECRET)
    searcher.type("polres", until=lambda: "Surat" in searcher.lines())

    assert searcher.lines()[1] == "— Rahasia —"


def test_escape_gives_the_window_back(searcher: Searcher) -> None:
    searcher.press(Qt.Key.Key_Escape)

    assert not searcher.palette.isVisible()
    assert QApplication.focusWidget() is searcher.behind
    assert searcher.chosen == []
