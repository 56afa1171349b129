"""Numbers between real PCs and the real server: books, struck letters, returned blocks, and their account."""

from __future__ import annotations

import os

from core.domain.ids import BookId, OfficeId
from core.domain.letters import LetterStatus
from core.domain.number_report import NumberState
from desktop.services.numbers import NumberService
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, entry, write_letter


def numbers_of(pc: OfficePc, handle: str) -> NumberService:
    return NumberService(pc.opened.store, pc.seat(handle).actor, pc.clock, os.urandom)


def told(kantor: Kantor, year: int, book: BookId) -> list[tuple[int, int, NumberState]]:
    account = kantor.server.handle.numbers.account(kantor.office.tenant, kantor.office.office, year, book=book).account
    return [(one.low, one.high, one.state) for one in account.spans]


def test_what_two_pcs_do_with_numbers_is_accounted_for_on_both_and_on_the_server(kantor: Kantor) -> None:
    office = OfficeId(kantor.office.office)
    book = kantor.server.handle.numbers.add_book(
        kantor.office.tenant, office, name="Undangan", template="{urut:3}/U"
    ).number
    clerk, secretary = kantor.pc("tu"), kantor.pc("sekcam")
    for pc in (clerk, secretary):
        pc.sync()
        pc.sync()  # now it knows of the book, and asks for its numbers
    year = clerk.today().year
    desk = clerk.seat("tu").letters

    first = desk.register(entry(clerk.today(), "Undangan rapat", book=book))
    desk.register(entry(clerk.today(), "Undangan upacara", book=book))
    late = desk.register(entry(clerk.today(), "Undangan terlambat", book=book, insert_after=1))
    numbers_of(clerk, "tu").void_letter(first.letter_id, "Tercatat dua kali")
    returned = numbers_of(clerk, "tu").return_all()
    plain = write_letter(clerk, "tu", "Tanpa jatah")
    clerk.sync()
    secretary.sync()

    assert (first.agenda, late.agenda, plain.agenda) == ("0001", "0001a", "")
    assert returned == 98
    assert clerk.tray() == ()
    assert told(kantor, year, book)[:3] == [
        (1, 1, NumberState.STRUCK),
        (2, 2, NumberState.ISSUED),
        (3, 50, NumberState.RETURNED),
    ]
    seen = secretary.letter(first.letter_id)
    assert seen is not None
    assert (seen.status, seen.book) == (LetterStatus.VOID, book)
    account = numbers_of(secretary, "sekcam").report(year, book).account
    assert [(one.low, one.high, one.state) for one in account.spans][:3] == told(kantor, year, book)[:3]
    assert account.inserted == ((1, "a", False),)
    given = clerk.letter(plain.letter_id)
    assert given is not None
    assert given.agenda_no > 50
