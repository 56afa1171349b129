"""Payloads on paper, in names of people and positions, on buttons, in menus, tabs and titles, and in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPdfWriter
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.domain.acting import Context
from core.domain.administering import MAX_NAME, AddUser, RenameUser, add_user, open_position, rename_user
from core.domain.errors import Refusal
from core.domain.ids import PositionId, UserId
from core.domain.server_room import operator_of
from core.merging.overlay import Overlay
from core.protocol.records import KIND_OF
from desktop.services.history import Event, HistoryLine
from desktop.storage.base import SyncMark
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import Store
from desktop.views import passport_paper
from desktop.widgets.buttons import Button
from desktop.widgets.checks import CheckBox, RadioButton
from desktop.widgets.chips import FilterChip
from desktop.widgets.choice_chips import ChoiceChip
from desktop.widgets.confirmation import Confirmation
from desktop.widgets.literal import menu_text, window_title
from desktop.widgets.painting import one_line
from desktop.widgets.tab_strip import Tab
from desktop.widgets.theme import Theme
from desktop.widgets.typography import load_fonts
from server.commands.plain_log import OneLine
from tests.admin_factory import open_position_act
from tests.desktop.sample_office import ADMIN, SampleOffice
from tests.desktop.sample_screens import ScreensAt
from tests.desktop.views.test_passport_paper import passport
from tests.factories import HEAD, NOW, OFFICE, REGISTRAR, SECRETARY, letter, user_of
from tests.hostile.payloads import payloads
from tests.hostile.test_injection import literal, literal_of
from tests.support.records import MemoryRecords
from tests.support.stores import office_store, put

EVERYTHING = tuple(payloads())
# What would be a sign to Qt: the letter of a shortcut, the mark of a changed document.
SIGNS = ("Kasi P&K", "&Hapus semua", "A && B", "&", "Dinas [*] Sosial", "[*]", "[*][*]", "Camat\nSukau", "a\tb")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(office_store(tmp_path / "store.db")) as opened:
        yield opened


class Noting(QPainter):
    """Notes what is drawn, and how."""

    def __init__(self, device: QPdfWriter) -> None:
        super().__init__(device)
        self.drawn: list[str] = []
        self.flags = 0

    def drawText(self, place: QRectF, flags: int, text: str) -> Any:  # type: ignore[override]  # noqa: N802  # Qt calls it so
        """As it is told."""
        self.drawn.append(text)
        self.flags |= int(flags)
        return super().drawText(place, flags, text)


def test_paper_shows_whatever_is_in_a_letter_and_in_the_names_of_those_who_had_it(
    qtbot: QtBot, store: Store, tmp_path: Path
) -> None:
    del qtbot
    load_fonts()
    put(store, [letter(subject="Rapat")])
    told = passport(store, REGISTRAR)
    lines = tuple(
        HistoryLine(event=Event.STRUCK, at=NOW, person=text, position=text, after=text) for text in EVERYTHING
    )
    writer = QPdfWriter(str(tmp_path / "paspor.pdf"))
    writer.setResolution(72)
    passport_paper.lay_out(writer)
    with_signs = msgspec.structs.replace(told, history=lines, person="&Siti [*]", office="<b>Kantor</b>")

    painter = Noting(writer)
    passport_paper.draw(painter, writer, with_signs)
    painter.end()

    assert not painter.flags & int(Qt.TextFlag.TextShowMnemonic)
    whole = "\n".join(painter.drawn)
    missing = [text for text in EVERYTHING if text.strip() and text.strip() not in whole]
    assert missing == []
    assert "<b>Kantor</b>" in whole
    assert "Dicetak &Siti [*]" in whole


def test_names_of_people_and_positions_are_kept_as_they_were_typed_or_refused_by_a_rule() -> None:
    known = MemoryRecords()
    where = Context(actor=operator_of(OFFICE), now=NOW, records=known, kept=Overlay(known).kept)
    kept = 0
    for text in EVERYTHING:
        acts: tuple[tuple[Any, Any, str], ...] = (
            (add_user, AddUser(user=UserId(1_000_500), username="umum", name=text, positions=(SECRETARY,)), "name"),
            (rename_user, RenameUser(user=user_of(HEAD), name=text), "name"),
            (open_position, open_position_act(title=text), "title"),
        )
        for rule, act, field in acts:
            try:
                (made,) = rule(act, where).records
            except Refusal:
                continue
            kept += 1
            assert getattr(made, field) == " ".join(text.split())
    assert kept > 0.9 * 3 * sum(1 for text in EVERYTHING if len(text) <= MAX_NAME)


def test_pengelolaan_shows_whatever_people_and_positions_are_called(
    qtbot: QtBot, screens_at: ScreensAt, view_theme: Theme, office: SampleOffice
) -> None:
    del view_theme
    names = [text for text in (*SIGNS, *EVERYTHING[::3]) if text.strip() and len(text) <= MAX_NAME]
    with office.store.begin() as uow:
        head = uow.directory.person(UserId(1)) or next(iter(uow.directory.people_of(office.actor(ADMIN).office)))
        place = uow.directory.position(head.positions[0])
        assert place is not None
        number = iter(range(900_000, 999_999))
        made: list[Any] = [
            msgspec.structs.replace(head, number=UserId(next(number)), username=f"u{at}", name=text)
            for at, text in enumerate(names)
        ]
        made += [msgspec.structs.replace(place, number=PositionId(next(number)), title=text) for text in names[::8]]
        for record in made:
            kind = KIND_OF[type(record)].code
            uow.table(kind).put(uow.connection, [Stored(record, 1, SyncMark.ON_SERVER)])
    screens = screens_at(ADMIN)
    screen = screens.people()
    qtbot.addWidget(screen)
    screen.resize(1180, 640)
    screen.show()
    screen.activate()
    qtbot.waitUntil(lambda: screens.desk.loaded and not screens.runner.busy, timeout=15_000)

    rows = screens.desk.users.rows()
    assert set(names) <= {row.name for row in rows}
    for row in rows[:: len(rows) // 10]:
        screen.users.page.select(row.user)
        for label in screen.findChildren(QLabel):
            assert label.textFormat() == Qt.TextFormat.PlainText
            assert label.buddy() is None or "&" not in label.text()
        for button in screen.findChildren(QAbstractButton):
            assert isinstance(button, Button) or button.shortcut().isEmpty()
    for widget in screen.findChildren(QWidget):
        assert literal(widget.toolTip()) or not widget.toolTip()


def test_a_button_shows_and_says_every_sign_and_takes_no_key(qtbot: QtBot, view_theme: Theme) -> None:
    for text in (*SIGNS, *EVERYTHING):
        made: list[QAbstractButton] = [
            CheckBox(view_theme, text),
            RadioButton(view_theme, text),
            ChoiceChip(view_theme, text),
            Tab(view_theme, text),
            FilterChip(view_theme, text),
        ]
        for button in made:
            assert literal_of(button.text()) == literal_of(text)
            assert button.shortcut().isEmpty(), text
            assert literal_of(text) in literal_of(button.accessibleName())
            button.deleteLater()
    del qtbot


def test_a_window_keeps_every_sign_of_its_title(qtbot: QtBot, view_theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    for text in SIGNS:
        window.setWindowTitle(window_title(text))
        assert window.windowHandle().title() == one_line(text)
    question = Confirmation(view_theme, "Buka pekerjaan dari [*]?", "Teks", confirm="Buka")
    qtbot.addWidget(question)
    question.show()
    assert question.windowHandle().title() == "Buka pekerjaan dari [*]?"


def test_a_menu_shows_every_sign_of_a_title(qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    for text in (*SIGNS, *EVERYTHING):
        action = menu.addAction(menu_text(text))
        # What Qt makes of it: a single sign marks the next letter, a double one is one; a tab begins the keys.
        assert literal_of(action.text().replace("&&", "&")) == literal_of(one_line(text))
        assert "\t" not in action.text()


def test_a_line_of_the_servers_log_stays_one_line_whatever_is_in_it() -> None:
    for text in (*EVERYTHING, "satu\ndua", "\x1b[2Jhapus", "a\u202eb\u2028c\r\nWARNING palsu"):
        record = logging.LogRecord("server.web", logging.WARNING, __file__, 1, "file %s: %s", (text, text), None)
        line = OneLine().format(record)
        assert line.isprintable()
        assert line.count("WARNING server.web: file ") == 1
