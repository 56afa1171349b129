"""A head disposes with a few keys and comes to the next letter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from core.domain.letters import LetterStatus
from desktop.viewmodels.disposition_inbox import InboxTab
from desktop.views.disposition_sheet import DispositionSheet
from desktop.views.written_bar import WrittenBar
from desktop.widgets.buttons import Button, IconButton
from desktop.widgets.card_list import CardList
from desktop.widgets.chips import FilterChip
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.date_field import DateField
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit, SearchField
from tests.desktop.disposition_seat import ENTER, Seat, status
from tests.desktop.hands import click, focused, press, shown, write
from tests.desktop.sample_office import HEAD, SECRETARY, WELFARE, SampleOffice
from tests.desktop.sample_screens import ScreensAt

SitDown = Callable[[PositionId], Seat]


@pytest.fixture
def sit_down(qtbot: QtBot, screens_at: ScreensAt) -> SitDown:
    def sit(position: PositionId) -> Seat:
        return Seat(qtbot, screens_at(position, read_after_ms=20))

    return sit


def test_a_head_disposes_with_six_keys_and_comes_to_the_next_letter(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("BPBD", "Cuaca ekstrem")
    letter = office.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(HEAD)
    assert seat.cards() == ["Undangan rapat", "Cuaca ekstrem"]

    # Penerima ke-5 adalah Kasi Kesra, instruksi pertama Hadiri/wakili.
    press("D", "5", ENTER, "1")
    seat.commit()

    assert seat.heard.toasts == ["Surat Bappeda didisposisikan ke Kasi Kesra"]
    assert status(office, letter) is LetterStatus.DISPOSED
    issued = office.dispositions(HEAD).sent()[0].disposition
    assert [to.position for to in issued.recipients] == [WELFARE]
    assert issued.instructions == (2,)
    seat.qtbot.waitUntil(lambda: seat.cards() == ["Cuaca ekstrem"])
    seat.settle()
    assert "Cuaca ekstrem" in seat.shown()
    assert [block.selected() for block in seat.blocks()] == [[], []]
    assert seat.heard.badges[-1] == 1
    # The keyboard is on the cards again: the same keys dispose the next letter.
    press("D", "5", ENTER, "1")
    seat.commit()
    seat.qtbot.waitUntil(lambda: seat.cards() == [])


def test_a_refusal_marks_the_block_it_is_about_and_keeps_the_rest(sit_down: SitDown, office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(HEAD)
    press("D", ENTER, "2")

    seat.commit()

    recipients, instructions = seat.blocks()
    assert recipients.field.error() == "Pilih setidaknya satu penerima disposisi."
    assert instructions.field.error() == ""
    assert instructions.selected() == ["7"]
    assert seat.heard.toasts == []
    assert status(office, letter) is LetterStatus.REGISTERED
    # The keyboard is where the trouble is, and choosing takes the mark away.
    press("1")
    assert recipients.field.error() == ""


def test_an_order_without_words_is_refused_at_the_instructions(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(HEAD)
    press("D", "1")

    seat.commit()

    assert seat.blocks()[1].field.error() == "Pilih instruksi atau tulis catatan."


def test_a_date_that_is_none_stops_before_anything_is_stored(sit_down: SitDown, office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(HEAD)
    press("D", "1", ENTER, "1")
    due = seat.find(DateField)
    due.setFocus()
    write("31 Feb")

    seat.commit()

    assert seat.field("Tenggat").error() != ""
    assert due.text() == "31 Feb"
    assert status(office, letter) is LetterStatus.REGISTERED


def test_note_and_date_travel_with_the_order(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(HEAD)
    press("D", "1", ENTER, ENTER)
    # Letters and digits in a field are text, not shortcuts.
    write("Bawa data 12 pekon")
    press(Qt.Key.Key_Tab)
    write("2511")

    seat.commit()

    issued = office.dispositions(HEAD).sent()[0].disposition
    assert issued.note == "Bawa data 12 pekon"
    assert issued.due_on == date(2026, 11, 25)
    assert len(issued.recipients) == 1


def test_the_long_list_keeps_the_digits_and_what_was_chosen(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(HEAD)
    instructions = seat.blocks()[1]
    press("D", ENTER, "1")
    more = next(one for one in instructions.findChildren(Button) if one.text() == "Lainnya… (40)")

    click(more)

    assert instructions.is_unfolded()
    assert instructions.selected() == ["2"]
    instructions.select(["2", "40"])
    assert instructions.selected() == ["2", "40"]
    assert not instructions.is_unfolded()


def test_going_to_another_letter_and_back_loses_nothing(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("BPBD", "Cuaca ekstrem")
    office.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(HEAD)
    press("D", "3")
    cards = seat.find(CardList)

    cards.select_row(1)
    seat.settle()
    assert seat.blocks()[0].selected() == []
    cards.select_row(0)
    seat.settle()

    assert len(seat.blocks()[0].selected()) == 1


def test_data_that_looks_like_markup_is_shown_as_written(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("<b>Dinas</b>", "<img src=x> & <i>perihal</i>", number="1/<u>2</u>")
    seat = sit_down(HEAD)

    assert "<img src=x> & <i>perihal</i>" in seat.shown()
    assert {label.textFormat() for label in shown(seat.screen, Label)} == {Qt.TextFormat.PlainText}


def test_a_letter_from_the_register_comes_up_with_its_sheet_begun(sit_down: SitDown, office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    office.add_letter("BPBD", "Cuaca ekstrem")
    seat = sit_down(HEAD)

    seat.screen.show_letter(letter)
    seat.settle()
    press("5", ENTER, "1")
    seat.commit()

    assert seat.heard.toasts == ["Surat Bappeda didisposisikan ke Kasi Kesra"]


def test_a_letter_that_waits_for_somebody_else_is_a_guest_until_it_is_disposed(
    sit_down: SitDown, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat", to=HEAD)
    seat = sit_down(SECRETARY)
    assert seat.cards() == []

    seat.screen.show_letter(letter)
    seat.settle()
    assert seat.cards() == ["Undangan rapat"]
    press("5", ENTER, "1")
    seat.commit()

    seat.qtbot.waitUntil(lambda: seat.cards() == [])
    assert status(office, letter) is LetterStatus.DISPOSED


def test_the_search_finds_cards_and_escape_brings_them_back(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    office.add_letter("BPBD", "Cuaca ekstrem")
    seat = sit_down(HEAD)

    seat.screen.handle_find()
    write("rapat")
    assert seat.cards() == ["Undangan rapat"]
    write(" zzz")
    assert "Tidak ada surat yang memuat kata itu." in seat.shown()
    press(Qt.Key.Key_Escape)

    assert len(seat.cards()) == 2
    assert focused() is seat.find(SearchField)


def test_an_empty_list_says_so_and_leads_on(sit_down: SitDown) -> None:
    seat = sit_down(HEAD)
    assert "Semua surat sudah didisposisi." in seat.shown()
    empty = next(one for one in seat.screen.findChildren(EmptyState) if one.text().startswith("Semua"))

    empty.action_triggered.emit()
    seat.settle()

    assert seat.screens.inbox.tab is InboxTab.SENT


def test_in_a_narrow_window_scan_and_sheet_take_turns(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(HEAD)
    seat.screen.resize(860, 460)

    assert seat.find(DispositionSheet).isVisible()
    seat.find(CardList).setFocus()
    press("P")

    assert not [one for one in seat.screen.findChildren(DispositionSheet) if one.isVisible()]
    press("P")
    assert seat.find(DispositionSheet).isVisible()


def test_every_control_says_its_name_and_every_action_its_key(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(HEAD)

    for kind in (Button, IconButton, LineEdit, CardList, FilterChip):
        for control in seat.screen.findChildren(kind):
            text = control.text() if isinstance(control, QAbstractButton) else ""
            assert not control.isVisible() or control.accessibleName() or text, control
    for action in seat.screen.actions_for_menu():
        assert "&" in action.text()
        assert action.shortcut().toString()


def test_what_went_the_same_way_before_is_taken_with_one_key_and_issued_with_the_next(
    sit_down: SitDown, office: SampleOffice
) -> None:
    for village in ("Kenanga", "Melati"):
        office.dispose(office.add_letter("Pekon", f"Undangan musyawarah pekon {village}"), WELFARE, instructions=(2,))
    letter = office.add_letter("Pekon", "Undangan musyawarah pekon Selasih")
    seat = sit_down(HEAD)
    seat.settle()
    assert any("Usulan dari 2 surat serupa: Kasi Kesra" in text for text in seat.shown())

    press("U")
    seat.commit()

    assert seat.heard.toasts == ["Surat Pekon didisposisikan ke Kasi Kesra"]
    assert status(office, letter) is LetterStatus.DISPOSED


def test_a_proposal_waits_for_the_names_of_the_people_it_names(sit_down: SitDown, office: SampleOffice) -> None:
    for village in ("Kenanga", "Melati"):
        office.dispose(office.add_letter("Pekon", f"Undangan musyawarah pekon {village}"), WELFARE, instructions=(2,))
    office.add_letter("Pekon", "Undangan musyawarah pekon Selasih")
    seat = sit_down(HEAD)
    seat.settle()
    editor = seat.screens.editor
    people, editor.everyone = editor.everyone, ()

    editor.suggestion_changed.emit()
    shown_without_names = [text for text in seat.shown() if "Usulan dari" in text]
    editor.everyone = people
    editor.choices_changed.emit()

    assert shown_without_names == []
    assert any("surat serupa: Kasi Kesra · " in text for text in seat.shown())


def test_a_secretary_enters_what_the_head_wrote_by_hand(sit_down: SitDown, office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(SECRETARY)
    seat.screen.show_letter(letter)
    seat.settle()
    bar = seat.find(WrittenBar)
    writer = bar.findChildren(ComboBox)[0]
    assert [writer.itemText(one) for one in range(writer.count())] == ["Saya sendiri", "Camat (tulisan tangan)"]
    writer.select(str(HEAD))
    assert "Sekretaris Kecamatan" in [one.title for one in seat.screens.editor.recipients]

    seat.screens.editor.keep(structs.replace(seat.screens.editor.draft, recipients=(WELFARE,), instructions=(2,)))
    seat.screens.editor.issue()
    seat.settle()

    (given,) = office.dispositions(HEAD).sent()
    assert (given.disposition.from_position, given.disposition.entered_as) == (HEAD, SECRETARY)
    assert status(office, letter) is LetterStatus.DISPOSED
