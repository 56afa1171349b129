"""Practice scans: the same bytes for the same letter, small as real ones, and shown like any scan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from core.domain.attachments import MediaType
from desktop.services.practice.generator import PracticeGenerator
from desktop.services.practice.records import PracticeLetter
from desktop.services.practice.scan import ScanMaker, make_scan
from desktop.services.practice.vocabulary import Vocabulary
from desktop.system.page_renderer import PageImage, PageRenderer

# How a PDF says that the scanner stood on colour, on grey, on black and white.
FILTERS = (b"/DeviceRGB", b"/DeviceGray /BitsPerComponent 8", b"/CCITTFaxDecode")


@pytest.fixture(scope="module")
def letters() -> list[PracticeLetter]:
    return list(PracticeGenerator(3).letters(300))


@pytest.fixture(scope="module")
def maker() -> ScanMaker:
    return ScanMaker(Vocabulary.load())


def stamped(letters: list[PracticeLetter], *, pages: int = 1) -> PracticeLetter:
    """A letter of an office, which has a stamp."""
    return next(one for one in letters if one.pages == pages and one.origin.group == "kabupaten" and not one.nasty)


def shown(pdf: bytes, path: Path, *, page: int = 0) -> PageImage:
    path.write_bytes(pdf)
    with PageRenderer(timeout_s=20.0) as renderer:
        return renderer.render(path, page=page, width=420)


def as_picture(image: PageImage) -> Image.Image:
    return Image.frombytes("RGB", (image.width, image.height), image.rgb)


def dark_part(image: PageImage) -> float:
    """What part of the page is ink."""
    return sum(as_picture(image).convert("L").histogram()[:140]) / (image.width * image.height)


def test_the_same_letter_and_seed_give_the_same_bytes(letters: list[PracticeLetter], maker: ScanMaker) -> None:
    letter = stamped(letters, pages=2)
    maker.make(letters[0], 1)  # what was made before leaves no trace

    assert make_scan(letter, 5) == make_scan(letter, 5) == maker.make(letter, 5)
    assert maker.make(letter, 5) != maker.make(letter, 6)


@pytest.mark.parametrize("pages", [1, 2, 3])
def test_a_scan_has_the_pages_of_its_letter_and_a_usual_size(
    letters: list[PracticeLetter], maker: ScanMaker, tmp_path: Path, *, pages: int
) -> None:
    letter = stamped(letters, pages=pages)
    path = tmp_path / "surat.pdf"
    path.write_bytes(maker.make(letter, 2))

    with PageRenderer(timeout_s=20.0) as renderer:
        facts = renderer.inspect(path)
        images = [renderer.render(path, page=page, width=420) for page in range(pages)]

    assert (facts.media, facts.pages) == (MediaType.PDF, pages)
    assert all(dark_part(image) > 0.003 for image in images)
    assert 10_000 * pages < facts.size < 120_000 * pages


@pytest.fixture(scope="module")
def scan_of(letters: list[PracticeLetter], maker: ScanMaker) -> dict[bytes, bytes]:
    """A scan by each kind of scanner: of one letter, by the first seed that chooses it."""
    letter, found = stamped(letters), dict[bytes, bytes]()
    for seed in range(80):
        scan = maker.make(letter, seed)
        for kind in FILTERS:
            if kind in scan:
                found.setdefault(kind, scan)
        if len(found) == len(FILTERS):
            break
    return found


@pytest.mark.parametrize("kind", FILTERS)
def test_each_kind_of_scanner_gives_dark_letters_on_light_paper(
    scan_of: dict[bytes, bytes], tmp_path: Path, *, kind: bytes
) -> None:
    image = shown(scan_of[kind], tmp_path / "surat.pdf")
    light = sum(as_picture(image).convert("L").histogram()[200:]) / (image.width * image.height)

    assert light > 0.85
    assert 0.003 < dark_part(image) < 0.15


def test_a_colour_scan_shows_the_violet_stamp_and_the_blue_signature(
    letters: list[PracticeLetter], maker: ScanMaker, tmp_path: Path
) -> None:
    letter = stamped(letters)
    scan = next(scan for scan in (maker.make(letter, seed) for seed in range(20)) if FILTERS[0] in scan)

    image = shown(scan, tmp_path / "surat.pdf")
    dots = list(zip(image.rgb[::3], image.rgb[1::3], image.rgb[2::3], strict=True))

    assert sum(blue > red + 20 > green + 30 for red, green, blue in dots) > 60  # violet: red above green
    assert sum(blue > red + 40 and abs(red - green) < 25 for red, green, blue in dots) > 20


@pytest.mark.parametrize("nasty", ["number_long", "number_missing", "subject_capitals", "secret_no_subject"])
def test_odd_letters_can_be_scanned_too(
    letters: list[PracticeLetter], maker: ScanMaker, tmp_path: Path, *, nasty: str
) -> None:
    letter = next(one for one in letters if one.nasty == nasty)

    assert shown(maker.make(letter, 1), tmp_path / "surat.pdf").width == 420


def test_writing_that_the_fonts_do_not_have_is_not_printed_as_empty_boxes(
    letters: list[PracticeLetter], maker: ScanMaker
) -> None:
    arabic = next(one for one in letters if one.nasty == "other_language" and not one.subject.isascii())
    latin = replace(arabic, subject="Undangan (naskah asli beraksara lain)")

    assert maker.make(arabic, 1) == maker.make(latin, 1)
