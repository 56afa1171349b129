"""The lembar disposisi: the customary form with the whole chain, for those who may read the letter."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from core.domain.dispositions import Disposition, Recipient
from core.domain.errors import Refusal
from core.domain.ids import DispositionId, PositionId
from core.domain.letter_readings import ReadingWay
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.services.letter_codes import code_of, letter_of
from desktop.services.papers.forms import PAPER_SIZES, Form, PaperWish
from desktop.services.papers.making import PaperService
from desktop.services.register import RegisterService
from desktop.storage.unit_of_work import Store
from desktop.system.typesetter import Typesetter
from tests.factories import (
    DISPOSITION_ID,
    HEAD,
    LETTER_ID,
    NOW,
    OTHER_SECTION,
    SECRETARY,
    SECTION,
    disposition,
    letter,
    user_of,
)
from tests.support.desks import Names
from tests.support.papers import Page, pages_of, paper_service, session, typeset
from tests.support.stores import every, put

WISH = PaperWish(form=Form.DISPOSITION_SHEET, letter=LETTER_ID)
GOLDEN = Path(__file__).parent / "golden"
# Millimetres that the form keeps free; a printer reaches to five.
FREE = 8.0
# Another version of the typesetter may set a line a hair elsewhere; another form would not pass.
ALLIKE = 2.0
SMALL_CHAIN = (
    disposition(),
    disposition(
        id=DispositionId(bytes.fromhex("0198c0de000070008000000000000009")),
        parent=DISPOSITION_ID,
        from_position=SECRETARY,
        from_user=user_of(SECRETARY),
        recipients=(Recipient(position=SECTION), Recipient(position=OTHER_SECTION)),
        instructions=(8,),
        note="Koord. dg Bag. Hukum",
        issued_at=NOW + timedelta(hours=3),
    ),
)


def papers(store: Store, position: PositionId = HEAD, *, practice: bool = False) -> PaperService:
    return paper_service(store, position, practice=practice)


def sheet(typesetter: Typesetter, service: PaperService, size: str = "a4") -> list[Page]:
    return pages_of(typeset(typesetter, service.make(WISH), size))


def deep_chain(levels: int) -> list[Disposition]:
    ids = [DispositionId(DISPOSITION_ID[:-1] + bytes([16 + level])) for level in range(levels)]
    people = (HEAD, SECRETARY, SECTION, OTHER_SECTION)
    return [
        disposition(
            id=ids[level],
            parent=ids[level - 1] if level else None,
            from_position=people[level % 4],
            from_user=user_of(people[level % 4]),
            recipients=(Recipient(position=people[(level + 1) % 4], result="Sudah ditindaklanjuti. " * 40),),
            note="Mohon diselesaikan sebelum rapat berikutnya. " * 30,
            issued_at=NOW + timedelta(hours=level),
        )
        for level in range(levels)
    ]


def test_letter_orders_answers_and_the_way_on_stand_on_one_page(store: Store, typesetter: Typesetter) -> None:
    put(store, [letter(), *SMALL_CHAIN])

    (page,) = sheet(typesetter, papers(store))

    for told in (
        "Kecamatan Lumbok Seminung",
        "0412/2026",
        "005/112/IV.03/2026",
        "Dinas Komunikasi dan Informatika",
        "16 Maret 2026",
        "Hadiri/wakili",
        "Wakili saya.",
        "Sudah dihadiri.",
        "1.1 16 Mar 2026 12.30 Sekretaris Kecamatan Kasi Pemerintahan",
        "Selesaikan; Koord. dg Bag. Hukum",
        f"Dicetak Pemegang {HEAD} (Camat), 16 Mar 2026 09.30 WIB.",
    ):
        assert told in page.text, told
    assert "RAHASIA" not in page.text
    assert "LATIHAN" not in page.text


def test_before_the_first_disposition_it_is_a_form_to_be_filled_in_by_hand(
    store: Store, typesetter: Typesetter
) -> None:
    put(store, [letter()])

    (page,) = sheet(typesetter, papers(store))

    for told in ("Kasi Pemerintahan", "Koordinasi/konfirmasikan", "Tanggal, paraf"):
        assert told in page.text, told


@pytest.mark.parametrize("size", PAPER_SIZES)
def test_forty_instructions_fit_on_one_page_of_every_size(store: Store, typesetter: Typesetter, size: str) -> None:
    put(store, [letter(), disposition(instructions=tuple(range(1, 41)))])

    (page,) = sheet(typesetter, papers(store), size)

    assert "UMP (untuk menjadi perhatian)" in page.text
    assert (round(page.width), round(page.height)) == PAPER_SIZES[size]
    assert min(page.ink_margins()) >= FREE


@pytest.mark.parametrize("size", ["a4", "half_folio"])
@pytest.mark.parametrize("text", ["Rapat koordinasi " * 590, "W" * 10_000, "/" * 3000 + "永" * 2000], ids="abc")
def test_texts_without_end_wrap_within_the_margins(store: Store, typesetter: Typesetter, size: str, text: str) -> None:
    put(store, [letter(subject=text, sender=text[:300], letter_no="W" * 200), disposition(note=text[:2000])])

    pages = sheet(typesetter, papers(store), size)

    assert len(pages) > 1
    assert all(min(page.ink_margins()) >= FREE for page in pages)


def test_a_long_chain_goes_on_over_pages_that_are_counted(store: Store, typesetter: Typesetter) -> None:
    put(store, [letter(), *deep_chain(9)])

    pages = sheet(typesetter, papers(store), "a5")

    assert any("1.1.1.1.1.1.1.1.1" in page.text.replace(" ", "") for page in pages)
    assert all(f"Halaman {number} dari {len(pages)}" in page.text for number, page in enumerate(pages, start=1))
    assert all(min(page.ink_margins()) >= FREE for page in pages)


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x")',
        '#read("/etc/passwd")',
        '#import "@preview/cetz:0.3.0": *',
        "$ sum_(i=0) x^2 $ *tebal* _miring_ = Judul",
        r"\u{41} \# // komentar /* juga */",
        '"]) #let x = 1',
        "<b>tebal</b> @acuan <label> ~ -- ...",
    ],
)
def test_what_people_typed_is_text_and_never_a_command(store: Store, typesetter: Typesetter, text: str) -> None:
    put(store, [letter(subject=text, sender=text, letter_no=text), disposition(note=text)])

    (page,) = sheet(typesetter, papers(store))

    assert page.text.count(text) >= 4


def test_practice_says_so_across_the_page_and_in_its_foot(store: Store, typesetter: Typesetter) -> None:
    put(store, [letter()])

    (page,) = sheet(typesetter, papers(store, practice=True))

    assert page.text.count("LATIHAN") == 2


def test_a_secret_letter_names_who_printed_it_and_is_on_record_only_when_it_leaves_the_pc(
    store: Store, typesetter: Typesetter
) -> None:
    put(store, [letter(security=SecurityLevel.SECRET, involved=(HEAD,))])
    service = papers(store)

    (page,) = sheet(typesetter, service)

    assert page.text.count("RAHASIA") == 2
    assert f"Pemegang {HEAD} - 16 Mar 2026 09.30" in page.text
    assert ways(store) == [ReadingWay.OPENED]
    service.release(WISH)
    assert ways(store) == [ReadingWay.OPENED, ReadingWay.PRINTED]


def ways(store: Store) -> list[ReadingWay]:
    (stored,) = every(store, IncomingLetter)
    return [one.way for one in stored.record.readings]


@pytest.mark.parametrize(
    ("position", "code"), [(SECRETARY, None), (SECTION, "unknown_letter"), (OTHER_SECTION, "unknown_letter")]
)
def test_only_who_may_read_a_letter_gets_its_sheet(store: Store, position: PositionId, code: str | None) -> None:
    put(store, [letter(security=SecurityLevel.SECRET, involved=(HEAD,))])
    service = papers(store, position)

    if code is None:
        assert service.make(WISH).secret
        return
    with pytest.raises(Refusal) as refused:
        service.make(WISH)
    assert refused.value.code.value == code


def test_its_code_opens_the_letter_in_the_search(store: Store) -> None:
    put(store, [letter()])
    register = RegisterService(store, session(HEAD).actor, lambda: NOW, Names())

    assert [row.id for row in register.find(code_of(LETTER_ID).upper(), limit=5)] == [LETTER_ID]
    assert letter_of("pesagi:surat:12") is None


@pytest.mark.parametrize("size", ["a4", "half_folio"])
def test_the_page_looks_as_it_did(store: Store, typesetter: Typesetter, size: str) -> None:
    put(store, [letter(), *SMALL_CHAIN])
    pdf = typeset(typesetter, papers(store).make(WISH), size)
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        picture = page.render(scale=0.8, grayscale=True).to_pil().convert("L")
        page.close()

    assert unlike(picture, GOLDEN / f"lembar_disposisi_{size}.png") <= ALLIKE


def unlike(picture: Image.Image, golden: Path) -> float:
    """The mean difference of two pages in grey levels; the picture is kept as golden where PESAGI_RENEW_PAPERS asks."""
    if "PESAGI_RENEW_PAPERS" in os.environ:
        golden.parent.mkdir(exist_ok=True)
        picture.save(golden, optimize=True)
    with Image.open(golden) as kept:
        assert kept.size == picture.size
        return float(ImageStat.Stat(ImageChops.difference(kept.convert("L"), picture)).mean[0])
