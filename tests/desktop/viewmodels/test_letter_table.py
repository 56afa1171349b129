"""The table of the register: any length, fetched page by page, never waiting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.services.register import PAGE_ROWS, LetterOrder
from desktop.storage.base import SyncMark
from desktop.storage.letters import letters as letter_records
from desktop.storage.record_table import Stored
from desktop.viewmodels.letter_cells import LetterColumn
from desktop.viewmodels.letter_pages import MOST_PAGES, LetterPages
from desktop.viewmodels.letter_table import MOST_WANTED, PLACEHOLDER, LetterTable
from desktop.viewmodels.row_roles import RowRole
from desktop.widgets.item_roles import DEFAULT_ROLES
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import NOW, VILLAGES, SampleOffice

Settle = Callable[[LetterDesk], None]


def many(office: SampleOffice, count: int) -> None:
    """Letters of one each hour before now, the newest with the highest number, put in without their acts."""
    known = office.add_letter("Contoh", "Surat pertama", received=NOW - timedelta(days=400))
    with office.store.begin() as uow:
        stored = uow.get(IncomingLetter, known)
        assert stored is not None
        made = [
            Stored(
                msgspec.structs.replace(
                    stored,
                    id=LetterId(number.to_bytes(16, "big")),
                    agenda_no=number,
                    received_on=(NOW - timedelta(hours=count - number)).date(),
                    sender=f"Dinas {number % 7}",
                    subject=f"Perihal {number}",
                ),
                1,
                SyncMark.ON_SERVER,
            )
            for number in range(2, count + 1)
        ]
        letter_records.put(uow.connection, made)


def text(table: LetterTable, row: int, column: LetterColumn) -> str:
    return str(table.data(table.index(row, column)))


def test_a_long_list_shows_its_first_page_and_knows_its_length(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtmodeltester: ModelTester
) -> None:
    many(kecamatan, 450)
    table = desk.letters.table

    table.show_list(desk.register.query())
    settle(desk)

    assert table.rowCount() == 450
    assert text(table, 0, LetterColumn.AGENDA) == "0450"
    assert text(table, 0, LetterColumn.RECEIVED) == "23 Nov 2026"
    assert text(table, 0, LetterColumn.STATUS) == "Belum didisposisi"
    qtmodeltester.check(table)  # type: ignore[no-untyped-call]  # pytest-qt leaves it untyped


def test_a_row_that_is_not_here_says_so_and_comes(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    many(kecamatan, 450)
    table = desk.letters.table
    table.show_list(desk.register.query())
    settle(desk)

    assert text(table, 449, LetterColumn.SUBJECT) == PLACEHOLDER
    with qtbot.waitSignal(table.dataChanged) as changed:
        settle(desk)

    first, last = changed.args[0], changed.args[1]
    assert (first.row(), last.row()) == (449 // PAGE_ROWS * PAGE_ROWS, 449)
    assert text(table, 449, LetterColumn.SUBJECT) == "Surat pertama"


def test_of_many_pages_asked_for_only_the_last_ones_are_fetched(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle
) -> None:
    many(kecamatan, 2400)
    table = desk.letters.table
    table.show_list(desk.register.query())
    settle(desk)

    for row in range(PAGE_ROWS, 2400, PAGE_ROWS):
        text(table, row, LetterColumn.SUBJECT)
    settle(desk)

    pages = range(0, 2400, PAGE_ROWS)
    here = [first for first in pages if table.letter_at(first) is not None]
    assert here[-MOST_WANTED:] == list(pages)[-MOST_WANTED:]
    assert len(here) < len(pages)


def test_a_new_letter_makes_the_list_longer_without_throwing_it_away(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    many(kecamatan, 300)
    table = desk.letters.table
    table.show_list(desk.register.query())
    settle(desk)
    resets: list[int] = []
    table.modelReset.connect(lambda: resets.append(1))

    kecamatan.add_letter("Bappeda", "Undangan rapat")
    with qtbot.waitSignals([table.rowsInserted, table.dataChanged]):
        table.reload()

    assert table.rowCount() == 301
    assert text(table, 0, LetterColumn.SENDER) == "Bappeda"
    assert not resets


def test_a_letter_that_left_a_filter_makes_the_list_shorter(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    first = kecamatan.add_letter("Bappeda", "Undangan rapat")
    kecamatan.add_letter("BPBD", "Kewaspadaan cuaca")
    desk.letters.set_filter("undisposed")
    settle(desk)
    table = desk.letters.table

    with qtbot.waitSignal(table.rowsRemoved, timeout=10_000):
        kecamatan.dispose(first, VILLAGES)

    assert table.rowCount() == 1


def test_sorting_by_sender_lists_the_senders_in_order(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle
) -> None:
    for sender in ("Satpol PP", "Bappeda", "KUA Belalau"):
        kecamatan.add_letter(sender, "Perihal")
    table = desk.letters.table

    table.show_list(desk.register.query(order=LetterOrder.SENDER, descending=False))
    settle(desk)

    assert [text(table, row, LetterColumn.SENDER) for row in range(3)] == ["Bappeda", "KUA Belalau", "Satpol PP"]


def test_a_row_is_one_sentence_for_a_screen_reader(kecamatan: SampleOffice, desk: LetterDesk, settle: Settle) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    table = desk.letters.table
    table.show_list(desk.register.query())
    settle(desk)

    sentence = table.data(table.index(0, 0), RowRole.ACCESSIBLE)

    assert sentence == "Baris 1, agenda 0401, dari Bappeda, Undangan rapat, belum didisposisi"


def test_a_secret_subject_is_not_listed_for_the_clerk(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle
) -> None:
    kecamatan.add_letter("Kodim 0422", "Pengamanan kunjungan", security=SecurityLevel.SECRET)
    table = desk.letters.table
    table.show_list(desk.register.query())
    settle(desk)

    assert text(table, 0, LetterColumn.SUBJECT) == "— Rahasia —"
    assert text(table, 0, LetterColumn.SENDER) == "Kodim 0422"
    assert "Pengamanan" not in str(table.data(table.index(0, 0), RowRole.ACCESSIBLE))


def test_a_secret_letter_has_a_padlock_wherever_it_is_on_its_way(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle
) -> None:
    kecamatan.add_letter("Kodim 0422", "Pengamanan kunjungan", security=SecurityLevel.SECRET)
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    table = desk.letters.table
    table.show_list(desk.register.query())
    settle(desk)

    looks = [
        [table.data(table.index(row, column), RowRole.ICON) for column in (LetterColumn.SYNC, LetterColumn.SUBJECT)]
        for row in range(2)
    ]
    assert sorted(looks, key=str) == [["cloud-upload", "lock"], ["cloud-upload", None]]
    secret = looks.index(["cloud-upload", "lock"])
    assert table.data(table.index(secret, LetterColumn.SUBJECT), Qt.ItemDataRole.ToolTipRole) == "Surat rahasia"
    assert str(table.data(table.index(secret, 0), RowRole.ACCESSIBLE)).endswith(", surat rahasia")


def test_an_undisposed_letter_stands_out_and_a_waiting_one_says_so(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle
) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    table = desk.letters.table
    table.show_list(desk.register.query())
    settle(desk)

    assert table.data(table.index(0, LetterColumn.SUBJECT), RowRole.EMPHASIS) is True
    assert table.data(table.index(0, LetterColumn.SYNC), RowRole.ICON) == "cloud-upload"
    assert table.data(table.index(0, LetterColumn.SYNC), Qt.ItemDataRole.ToolTipRole) == "Menunggu kirim"
    assert table.data(table.index(0, LetterColumn.STATUS), RowRole.MARK) == "RING"


def test_an_invalid_place_has_no_text(desk: LetterDesk) -> None:
    assert desk.letters.table.data(QModelIndex()) is None


def test_the_row_roles_are_those_that_lists_ask_for() -> None:
    roles = DEFAULT_ROLES
    assert (roles.emphasis, roles.tone, roles.mark, roles.icon) == (
        RowRole.EMPHASIS,
        RowRole.TONE,
        RowRole.MARK,
        RowRole.ICON,
    )
    assert (roles.sender, roles.moment, roles.state, roles.accessible) == (
        RowRole.SENDER,
        RowRole.MOMENT,
        RowRole.STATE,
        RowRole.ACCESSIBLE,
    )


def test_only_the_pages_used_last_are_kept() -> None:
    pages = LetterPages()
    for number in range(MOST_PAGES + 5):
        pages.put(number, ())
        pages.row(0)

    assert pages.has(0)
    assert not pages.has(1)
    assert pages.latest(2) == [MOST_PAGES + 4, 0]
