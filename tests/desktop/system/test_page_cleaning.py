"""Cleaning scanned pages: straight, white, small, and no sign lost."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from desktop.system.page_cleaning import clean, skew
from desktop.system.page_renderer import PageRenderer
from tests.support.paper import SIZE, scanned, written
from tests.support.scan_files import pdf_bytes, signed_looking_pdf


@pytest.fixture(scope="module")
def renderer() -> Iterator[PageRenderer]:
    with PageRenderer(timeout_s=60.0) as pages:
        yield pages


def cleaned(renderer: PageRenderer, page: Image.Image, *, width: int) -> Image.Image:
    """The page as it looks after it was cleaned."""
    made = renderer.clean(partial(io.BytesIO, written(page)))
    assert made is not None
    drawn = renderer.render(partial(io.BytesIO, made), page=0, width=width)
    return Image.frombytes("RGB", (drawn.width, drawn.height), drawn.rgb)


@pytest.mark.parametrize("angle", [-2.3, 1.1])
def test_a_page_that_lay_askew_comes_out_level(angle: float) -> None:
    page = scanned(angle=angle)

    assert skew(page.convert("L")) == pytest.approx(-angle, abs=0.15)


def test_a_page_without_lines_is_not_turned() -> None:
    assert skew(Image.radial_gradient("L").resize(SIZE)) == 0


def test_text_on_tinted_paper_needs_no_layer_of_colour() -> None:
    layers = clean(scanned())

    assert not layers.back
    assert 0 < len(layers.text) < 20_000


def test_text_is_black_and_the_paper_around_it_white(renderer: PageRenderer) -> None:
    page = scanned()

    seen = cleaned(renderer, page, width=SIZE[0]).convert("L")

    ink = page.convert("L").point(lambda value: 255 if value < 110 else 0)  # far below the paper
    lost = ImageChops.darker(ink, seen.point(lambda value: 255 if value > 200 else 0))  # paper now
    assert lost.histogram()[255] < ink.histogram()[255] / 200
    assert seen.getpixel((20, 20)) == 255


def test_a_stamp_keeps_its_colour(renderer: PageRenderer) -> None:
    seen = cleaned(renderer, scanned(stamped=True), width=SIZE[0])

    red, green, blue = seen.tobytes()[3 * (1300 * SIZE[0] + 706) :][:3]
    assert blue > red + 40
    assert blue > green + 60


@pytest.mark.parametrize("points", [22, 30])
def test_dots_of_letters_and_signs_are_not_taken_for_dust(renderer: PageRenderer, points: int) -> None:
    page = scanned(lines=("1; 2: i. j; ini 3.000;",), points=points)

    seen = cleaned(renderer, page, width=SIZE[0]).convert("L")

    ink = page.convert("L").point(lambda value: 255 if value < 90 else 0)  # the core of each stroke
    lost = ImageChops.darker(ink, seen.point(lambda value: 255 if value > 200 else 0))  # paper now
    assert lost.getbbox() is None


def test_a_pdf_with_text_of_its_own_is_not_touched(renderer: PageRenderer) -> None:
    made = pdf_bytes(["BT /F1 12 Tf 100 700 Td (Surat) Tj ET"])

    assert renderer.clean(partial(io.BytesIO, made)) is None


def test_a_signed_pdf_is_not_touched(renderer: PageRenderer) -> None:
    assert renderer.clean(partial(io.BytesIO, signed_looking_pdf())) is None


def test_cleaning_ends_when_nobody_waits_for_it_any_more(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "pindaian.jpg"
    path.write_bytes(written(scanned()))

    assert renderer.clean(path, told=lambda _done, _pages: False) is None


def test_the_same_scan_always_gives_the_same_bytes(renderer: PageRenderer) -> None:
    content = written(scanned(stamped=True))

    assert renderer.clean(partial(io.BytesIO, content)) == renderer.clean(partial(io.BytesIO, content))
