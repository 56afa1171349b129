"""The passport of a letter tells its whole life on paper, and of a secret one who printed it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pypdfium2
import pytest
from PySide6.QtGui import QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.domain.errors import Refusal
from core.domain.ids import PositionId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.offices import Office, Person, Position
from desktop.services.history import HistoryService
from desktop.services.passport import Passport, PassportService
from desktop.services.register import RegisterService
from desktop.services.sign_in import Session
from desktop.storage.unit_of_work import Store
from desktop.views import passport_paper
from desktop.widgets.typography import load_fonts
from tests.change_factory import changed
from tests.factories import (
    HEAD,
    LETTER_ID,
    NOW,
    OFFICE,
    REGISTRAR,
    directory,
    disposition,
    letter,
    person_record,
    position_record,
)
from tests.support.desks import Names
from tests.support.stores import every, office_store, put


@pytest.fixture(autouse=True)
def _fonts(qapp: QApplication) -> None:
    """The page is written in the font of the program."""
    del qapp
    load_fonts()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(office_store(tmp_path / "store.db")) as opened:
        yield opened


def passport(store: Store, position: PositionId) -> Passport:
    office = next(one for one in directory() if isinstance(one, Office) and one.number == OFFICE)
    person, place = person_record(position), position_record(position)
    assert isinstance(person, Person)
    assert isinstance(place, Position)
    session = Session(person=person, position=place, office=office, practice=False)
    register = RegisterService(store, session.actor, lambda: NOW, Names())
    history = HistoryService(store, session.actor, lambda: NOW)
    service = PassportService(store, session, lambda: NOW, register=register, history=history)
    return service.of_letter(LETTER_ID)


def printed(told: Passport, folder: Path) -> list[str]:
    """The text of each page of the PDF."""
    place = folder / "paspor.pdf"
    writer = QPdfWriter(str(place))
    writer.setResolution(150)
    passport_paper.lay_out(writer)
    painter = QPainter(writer)
    pages = passport_paper.draw(painter, writer, told)
    painter.end()
    with pypdfium2.PdfDocument(place) as document:
        texts = []
        for page in document:
            text_page = page.get_textpage()
            texts.append(" ".join(text_page.get_text_bounded().split()))
            text_page.close()
            page.close()
    assert len(texts) == pages
    return texts


def test_numbers_acts_people_signatures_and_proofs_stand_on_one_page(
    qtbot: QtBot, store: Store, tmp_path: Path
) -> None:
    del qtbot
    put(store, [letter(subject="Rapat <b>penting</b>", changes=(changed(),)), disposition()])

    (page,) = printed(passport(store, REGISTRAR), tmp_path)

    for told in (
        "agenda 0412 tahun 2026",
        "005/112/IV.03/2026",
        "Rapat <b>penting</b>",
        "mencatat surat ini",
        "mendisposisikan surat",
        "mengubah",
        "Tanpa tanda tangan",
        LETTER_ID.hex(),
        f"Dicetak Pemegang {REGISTRAR}",
    ):
        assert told in page, told
    assert "RAHASIA" not in page


def test_of_a_secret_letter_every_page_says_who_printed_it_and_the_print_is_on_record(
    qtbot: QtBot, store: Store, tmp_path: Path
) -> None:
    del qtbot
    many = tuple(changed(after=f"Perihal yang ke-{number} " * 6) for number in range(60))
    put(store, [letter(security=SecurityLevel.SECRET, changes=many)])

    pages = printed(passport(store, HEAD), tmp_path)

    assert len(pages) > 1
    assert all(f"RAHASIA. Dicetak Pemegang {HEAD} (" in page and "16 Mar 2026 09.30 WIB" in page for page in pages)
    assert all(f"Halaman {number}." in page for number, page in enumerate(pages, start=1))
    (stored,) = every(store, IncomingLetter)
    assert [int(one.way) for one in stored.record.readings] == [1, 2]
    assert "mencetak surat rahasia ini" in " ".join(pages)


def test_who_sees_no_more_than_its_line_gets_no_passport(store: Store) -> None:
    put(store, [letter(security=SecurityLevel.SECRET)])

    with pytest.raises(Refusal, match="sealed_for_others"):
        passport(store, REGISTRAR)

    (stored,) = every(store, IncomingLetter)
    assert stored.record.readings == ()


def test_it_says_which_daily_head_covers_the_letter(store: Store) -> None:
    put(store, [letter()])

    told = passport(store, REGISTRAR)

    assert (told.chains.head, told.view.rev) == ("", 1)
    assert msgspec.structs.asdict(told.chains)["own_head"]
