"""Books and slips: the lines of the register on paper, without the content of what is secret."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.domain.dispositions import Disposition, Recipient, RecipientState
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId, DispositionId, LetterId, PositionId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from desktop.services.papers import books
from desktop.services.papers.books import Days
from desktop.services.papers.forms import BOOK_FORMS, LETTER_FORMS, Form, PaperWish, sizes_for
from desktop.services.papers.plain_text import visible
from desktop.services.papers.summary import whole_months
from desktop.storage.unit_of_work import Store
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.typesetter import Typesetter
from tests.factories import (
    DISPOSITION_ID,
    HEAD,
    LETTER_ID,
    NOW,
    OFFICE_ADMIN,
    OTHER_SECTION,
    REGISTRAR,
    SECRETARY,
    SECTION,
    TODAY,
    disposition,
    letter,
)
from tests.hostile.payloads import payloads
from tests.support.papers import pages_of, paper_service, typeset
from tests.support.stores import put

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
FREE = 8.0


def letters() -> list[IncomingLetter]:
    """Six letters of the middle of March: one is secret, one struck through, one in another book, one of April."""
    return [
        a_letter(0, agenda_no=400, status=LetterStatus.DONE, security=SecurityLevel.RESTRICTED),
        a_letter(1, agenda_no=402, security=SecurityLevel.SECRET, subject="Selisih kas", summary="Temuan"),
        a_letter(2, agenda_no=401, status=LetterStatus.VOID),
        a_letter(3, agenda_no=402, agenda_suffix="a", status=LetterStatus.DISPOSED, sender="Bappeda"),
        a_letter(4, agenda_no=7, book=BookId(3), subject="Undangan khitanan"),
        a_letter(5, agenda_no=500, received_on=date(2026, 4, 1), subject="Surat bulan April"),
    ]


def a_letter(place: int, **changes: object) -> IncomingLetter:
    return letter(id=LetterId(LETTER_ID[:-1] + bytes([place])), **changes)


def an_order(place: int, to: tuple[Recipient, ...], *, hours: int = 0) -> Disposition:
    return disposition(
        id=DispositionId(DISPOSITION_ID[:-1] + bytes([place])),
        letter_id=LetterId(LETTER_ID[:-1] + bytes([place])),
        recipients=to,
        issued_at=NOW + timedelta(hours=hours),
    )


def answered(position: PositionId, *, days: int) -> Recipient:
    return Recipient(
        position=position, state=RecipientState.ANSWERED, answered_at=NOW + timedelta(days=days), result="Beres"
    )


@pytest.fixture
def filled(store: Store) -> Store:
    put(
        store,
        [
            *letters(),
            an_order(0, (answered(SECTION, days=3), answered(OTHER_SECTION, days=5)), hours=1),
            an_order(1, (Recipient(position=SECTION),), hours=2),
            an_order(3, (Recipient(position=SECTION),), hours=24 * 20),
        ],
    )
    return store


def wish(form: Form, days: tuple[date, date] = MARCH, **more: object) -> PaperWish:
    return PaperWish(form=form, since=days[0], until=days[1], **more)  # type: ignore[arg-type]  # one of its fields


def test_the_agenda_book_has_every_letter_of_the_days_in_the_order_of_its_number(
    filled: Store, typesetter: Typesetter
) -> None:
    paper = paper_service(filled, REGISTRAR).make(wish(Form.AGENDA_BOOK))
    (page,) = pages_of(typeset(typesetter, paper, "f4"))

    assert [row["agenda"] for row in paper.facts["rows"]] == ["0007", "0400", "0401", "0402", "0402a"]
    assert (round(page.width), round(page.height)) == (330, 215)
    assert min(page.ink_margins()) >= FREE
    for told in ("Kasi Pemerintahan, Kasi Pelayanan", "(rahasia)", "batal", "Terbatas", "Bappeda", "5 surat."):
        assert told in page.text, told
    assert "April" not in page.text
    assert "Selisih kas" not in page.text


def test_every_payload_of_the_hostile_list_is_a_line_of_the_book_and_nothing_more(
    store: Store, typesetter: Typesetter
) -> None:
    """What people typed travels to the typesetter as data: it is printed, and is no command there."""
    typed = [text for text in payloads() if visible(text).strip()]
    put(store, [a_letter(at, agenda_no=1_000 + at, subject=text) for at, text in enumerate(typed[:250])])

    pages = pages_of(typeset(typesetter, paper_service(store, REGISTRAR).make(wish(Form.AGENDA_BOOK)), "f4"))

    printed = _bare("".join(page.text for page in pages))
    plain = [text for text in typed if text.isascii() and text.isprintable() and len(text) < 200]
    assert len(plain) > 100
    assert [text for text in plain if _bare(visible(text)) not in printed] == []
    assert all(str(1_000 + at) in printed for at in range(len(typed)))
    assert all(min(page.ink_margins()) >= FREE for page in pages)


def _bare(text: str) -> str:
    """Letters and digits alone: where a line is broken, and how wide a blank is, is the typesetter's business."""
    return "".join(sign for sign in text if sign.isalnum())


def test_one_book_can_be_printed_alone(filled: Store) -> None:
    paper = paper_service(filled, HEAD).make(wish(Form.AGENDA_BOOK, book=BookId(3)))

    assert [row["subject"] for row in paper.facts["rows"]] == ["Undangan khitanan"]


def test_letters_that_were_marked_are_printed_as_a_list_and_with_whoever_they_went_to(
    filled: Store, typesetter: Typesetter
) -> None:
    chosen = (a_letter(5).id, a_letter(0).id)
    papers = paper_service(filled, REGISTRAR)

    (listed,) = pages_of(typeset(typesetter, papers.make(wish(Form.AGENDA_BOOK, chosen=chosen))))
    assert "DAFTAR SURAT MASUK" in listed.text
    assert listed.text.index("0400") < listed.text.index("0500")
    assert "2 surat." in listed.text
    assert "sampai" not in listed.text
    handed = papers.make(wish(Form.DISPATCH_BOOK, chosen=chosen))
    assert {row["agenda"] for row in handed.facts["rows"]} == {"0400"}
    (sheet, *_) = pages_of(typeset(typesetter, papers.make(wish(Form.ROUTING_SLIP, chosen=chosen))))
    assert "Kepada Yth." in sheet.text


def test_the_ekspedisi_has_a_line_for_each_who_was_given_a_letter_in_those_days(
    filled: Store, typesetter: Typesetter
) -> None:
    (page,) = pages_of(typeset(typesetter, paper_service(filled, REGISTRAR).make(wish(Form.DISPATCH_BOOK))))

    assert page.text.count("0400") == 2
    assert "0402a" not in page.text  # handed over in April
    assert "(rahasia)" in page.text
    assert "Nama dan paraf penerima" in page.text


def test_a_lembar_pengantar_is_made_for_each_who_was_given_letters(filled: Store, typesetter: Typesetter) -> None:
    pages = pages_of(typeset(typesetter, paper_service(filled, SECRETARY).make(wish(Form.ROUTING_SLIP))))

    assert ["Kasi Pelayanan" in page.text for page in pages] == [True, False]
    assert "Kasi Pemerintahan" in pages[1].text
    assert "Selisih kas" not in pages[1].text


def test_the_month_is_counted_by_state_kind_sender_code_and_recipient(filled: Store, typesetter: Typesetter) -> None:
    paper = paper_service(filled, HEAD).make(wish(Form.SUMMARY, (TODAY, TODAY)))
    (page,) = pages_of(typeset(typesetter, paper))
    facts = paper.facts

    assert (facts["since"], facts["until"]) == ("2026-03-01", "2026-03-31")
    assert (facts["letters"], facts["void"], facts["stages"], facts["security"]) == (4, 1, [2, 1, 0, 1], [2, 1, 1, 0])
    assert facts["senders"]["named"] == [["Dinas Komunikasi dan Informatika", 3], ["Bappeda", 1]]
    assert facts["recipients"] == [["Kasi Pemerintahan", 3, 1], ["Kasi Pelayanan", 1, 1]]
    assert facts["days"] == {"letters": 1, "mean_tenths": 50, "median": 5, "most": 5}
    assert "5,0 hari" in page.text


@pytest.mark.parametrize(
    ("since", "until", "whole"),
    [
        (date(2026, 12, 31), date(2026, 12, 31), (date(2026, 12, 1), date(2026, 12, 31))),
        (date(2028, 1, 31), date(2028, 2, 1), (date(2028, 1, 1), date(2028, 2, 29))),
    ],
)
def test_a_summary_is_of_whole_months(since: date, until: date, whole: tuple[date, date]) -> None:
    assert whole_months(Days(since, until)) == whole


def test_a_receipt_and_the_cards_tell_of_a_secret_letter_only_that_it_came(
    filled: Store, typesetter: Typesetter
) -> None:
    service = paper_service(filled, SECRETARY)
    for form in (Form.RECEIPT, Form.CONTROL_CARD):
        paper = service.make(PaperWish(form=form, letter=LetterId(LETTER_ID[:-1] + bytes([1]))))
        (page,) = pages_of(typeset(typesetter, paper))
        assert "0402" in page.text
        assert "Selisih kas" not in page.text
        assert "Temuan" not in page.text
        assert not paper.secret


def test_three_copies_of_the_card_lie_on_one_sheet(filled: Store, typesetter: Typesetter) -> None:
    wide = PaperWish(form=Form.CONTROL_CARD, letter=LetterId(LETTER_ID[:-1] + bytes([0])))
    (page,) = pages_of(typeset(typesetter, paper_service(filled, SECRETARY).make(wide)))

    assert [page.text.count(one) for one in ("KARTU KENDALI", "putih", "kuning", "merah")] == [3, 1, 1, 1]


@pytest.mark.parametrize("form", [*LETTER_FORMS, *BOOK_FORMS])
def test_texts_without_end_stay_within_the_margins_of_every_form(
    store: Store, typesetter: Typesetter, form: Form
) -> None:
    endless = letter(subject="W" * 2000, sender="/" * 300, letter_no="9" * 200, summary="永" * 4000)
    put(store, [endless, disposition()])
    paper = paper_service(store, SECRETARY).make(wish(form, letter=LETTER_ID))

    for size in sizes_for(form):
        assert all(min(page.ink_margins()) >= FREE for page in pages_of(typeset(typesetter, paper, size))), size


@pytest.mark.parametrize("form", BOOK_FORMS)
@pytest.mark.parametrize("position", [SECTION, OFFICE_ADMIN])
def test_books_are_for_those_who_may_read_the_register(filled: Store, form: Form, position: PositionId) -> None:
    with pytest.raises(Refusal) as refused:
        paper_service(filled, position).make(wish(form))

    assert refused.value.code is RefusalCode.NOT_ALLOWED


@pytest.mark.parametrize("form", BOOK_FORMS)
def test_days_without_letters_are_a_page_that_says_so(store: Store, typesetter: Typesetter, form: Form) -> None:
    (page,) = pages_of(typeset(typesetter, paper_service(store, HEAD).make(wish(form))))

    assert ("Tidak ada surat" in page.text) or form is Form.SUMMARY


def test_a_book_of_too_many_lines_is_refused_before_it_is_typeset(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "MOST_LINES", 2)

    with pytest.raises(EnvironmentFault) as failed:
        paper_service(filled, HEAD).make(wish(Form.AGENDA_BOOK))
    assert failed.value.code is FaultOf.PAPER_TOO_LONG
