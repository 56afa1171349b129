"""Scans as clerks bring them: shown when they can be, refused by a stable code when not, never a danger."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from core.domain.attachments import MAX_SCAN_BYTES, MediaType
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.page_messages import MAX_SIDE, PageTrouble
from desktop.system.page_renderer import (
    PageImage,
    PageRenderer,
    RenderFailed,
    ScanFacts,
    ScanRefused,
    ScanUnusable,
)
from tests.support.scan_files import (
    bomb_png,
    endless_pdf,
    left_half,
    locked_pdf,
    pdf_bytes,
    photo,
    signed_looking_pdf,
    sparse_file,
)

RED, GREEN, WHITE = (255, 0, 0), (0, 255, 0), (255, 255, 255)


@pytest.fixture(scope="module")
def renderer() -> Iterator[PageRenderer]:
    with PageRenderer(timeout_s=20.0) as renderer:
        yield renderer


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A PDF of two pages: the left half of the first is red, of the second green."""
    return written(tmp_path / "surat.pdf", pdf_bytes([left_half("1 0 0"), left_half("0 1 0")]))


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def pixel(image: PageImage, x: float, *, y: float) -> tuple[int, ...]:
    """The colour at a place given as parts of width and height."""
    column, row = int(x * image.width), int(y * image.height)
    start = (row * image.width + column) * 3
    return tuple(image.rgb[start : start + 3])


def refusal(renderer: PageRenderer, path: Path) -> PageTrouble:
    with pytest.raises(ScanUnusable) as caught:
        renderer.inspect(path)
    return caught.value.code


def test_a_pdf_tells_its_pages_and_size(renderer: PageRenderer, letter: Path) -> None:
    assert renderer.inspect(letter) == ScanFacts(media=MediaType.PDF, pages=2, size=letter.stat().st_size)


def test_each_page_is_drawn_as_wide_as_asked_and_as_high_as_the_paper(renderer: PageRenderer, letter: Path) -> None:
    first = renderer.render(letter, page=0, width=300)
    second = renderer.render(letter, page=1, width=1000)

    assert (first.width, first.height) == (300, round(300 * 842 / 595))
    assert (second.width, second.height) == (1000, round(1000 * 842 / 595))
    assert len(second.rgb) == second.width * second.height * 3
    assert (pixel(first, 0.25, y=0.5), pixel(first, 0.75, y=0.5)) == (RED, WHITE)
    assert (pixel(second, 0.25, y=0.5), pixel(second, 0.75, y=0.5)) == (GREEN, WHITE)


@pytest.mark.parametrize(
    ("rotate", "inside", "outside"),
    [(90, (0.5, 0.25), (0.5, 0.75)), (180, (0.75, 0.5), (0.25, 0.5)), (270, (0.5, 0.75), (0.5, 0.25))],
)
def test_a_page_turns_clockwise_and_keeps_the_width_asked_for(
    renderer: PageRenderer,
    letter: Path,
    *,
    rotate: int,
    inside: tuple[float, float],
    outside: tuple[float, float],
) -> None:
    image = renderer.render(letter, page=0, width=300, rotate=rotate)

    assert image.width == 300
    assert (image.height < 300) == (rotate != 180)
    assert pixel(image, inside[0], y=inside[1]) == RED
    assert pixel(image, outside[0], y=outside[1]) == WHITE


def test_a_visible_electronic_signature_is_drawn(renderer: PageRenderer, tmp_path: Path) -> None:
    signed = written(tmp_path / "ditandatangani.pdf", signed_looking_pdf())

    image = renderer.render(signed, page=0, width=200)

    assert (pixel(image, 0.25, y=0.75), pixel(image, 0.75, y=0.25)) == (RED, WHITE)


def test_no_side_of_a_drawn_page_passes_the_limit(renderer: PageRenderer, tmp_path: Path) -> None:
    long = written(tmp_path / "panjang.pdf", pdf_bytes(["0 0 10 10 re f"], size=(100, 5000)))

    image = renderer.render(long, page=0, width=100_000)

    assert (image.width, image.height) == (80, MAX_SIDE)


def test_a_photo_is_one_page_and_is_set_upright(renderer: PageRenderer, tmp_path: Path) -> None:
    # Orientation 6: the phone was held upright, the picture lies on its left side in the file.
    path = photo(tmp_path / "foto.jpg", size=(1200, 800), orientation=6)

    facts = renderer.inspect(path)
    image = renderer.render(path, page=0, width=400)

    assert (facts.media, facts.pages) == (MediaType.JPEG, 1)
    assert (image.width, image.height) == (400, 600)
    assert pixel(image, 0.5, y=0.25)[1] < 60
    assert pixel(image, 0.5, y=0.75)[1] > 200


def test_a_transparent_png_lies_on_white_paper(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "cap.png"
    stamp = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    stamp.paste((255, 0, 0, 255), (0, 0, 200, 200))
    stamp.save(path)

    assert renderer.inspect(path).media == MediaType.PNG
    image = renderer.render(path, page=0, width=100, rotate=180)
    assert (image.width, image.height) == (100, 50)
    assert (pixel(image, 0.25, y=0.5), pixel(image, 0.75, y=0.5)) == (WHITE, RED)


def test_a_png_of_sixteen_bits_keeps_its_greys(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "abu.png"
    Image.new("I;16", (64, 64), 0x8000).save(path)

    assert pixel(renderer.render(path, page=0, width=64), 0.5, y=0.5) == (128, 128, 128)


def test_the_kind_is_told_by_content_and_not_by_name(renderer: PageRenderer, tmp_path: Path) -> None:
    misnamed = photo(tmp_path / "pindaian.pdf", size=(300, 200))
    text = written(tmp_path / "catatan.pdf", b"Ini bukan PDF.\n")

    assert renderer.inspect(misnamed).media == MediaType.JPEG
    assert refusal(renderer, text) is PageTrouble.WRONG_TYPE


def test_an_empty_file_is_refused(renderer: PageRenderer, tmp_path: Path) -> None:
    assert refusal(renderer, written(tmp_path / "kosong.pdf", b"")) is PageTrouble.EMPTY


def test_a_file_over_the_limit_is_refused_before_it_is_read(renderer: PageRenderer, tmp_path: Path) -> None:
    assert refusal(renderer, sparse_file(tmp_path / "besar.pdf", 300 * 1024**2)) is PageTrouble.TOO_LARGE
    just_over = sparse_file(tmp_path / "lebih.pdf", MAX_SCAN_BYTES + 1)
    assert refusal(renderer, just_over) is PageTrouble.TOO_LARGE


def test_a_pdf_with_a_password_is_refused_by_its_own_code(renderer: PageRenderer, tmp_path: Path) -> None:
    locked = written(tmp_path / "terkunci.pdf", locked_pdf("rahasia"))
    unlocked = written(tmp_path / "dibatasi.pdf", locked_pdf(""))

    assert refusal(renderer, locked) is PageTrouble.ENCRYPTED
    assert renderer.inspect(unlocked).pages == 1


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.97])
def test_a_pdf_that_was_cut_off_is_refused(renderer: PageRenderer, letter: Path, *, kept: float) -> None:
    whole = letter.read_bytes()
    cut = written(letter.with_name("putus.pdf"), whole[: int(len(whole) * kept)])

    assert refusal(renderer, cut) is PageTrouble.UNREADABLE


def test_a_pdf_padded_with_zeros_by_a_memory_card_is_still_good(renderer: PageRenderer, letter: Path) -> None:
    padded = written(letter.with_name("kartu.pdf"), letter.read_bytes() + bytes(5000))

    assert renderer.inspect(padded).pages == 2


def test_pictures_that_were_cut_off_are_refused(renderer: PageRenderer, tmp_path: Path) -> None:
    jpeg = photo(tmp_path / "foto.jpg", size=(1200, 800))
    png = tmp_path / "layar.png"
    Image.radial_gradient("L").resize((600, 600)).save(png)

    for picture in (jpeg, png):
        picture.write_bytes(picture.read_bytes()[:-1500])
        assert refusal(renderer, picture) is PageTrouble.UNREADABLE


def test_rubbish_inside_a_pdf_is_refused(renderer: PageRenderer, tmp_path: Path) -> None:
    rubbish = written(tmp_path / "rusak.pdf", b"%PDF-1.7\n" + b"\x9c" * 4000 + b"\n%%EOF\n")

    assert refusal(renderer, rubbish) is PageTrouble.UNREADABLE


def test_a_picture_that_would_unpack_to_far_too_much_is_refused(renderer: PageRenderer, tmp_path: Path) -> None:
    bomb = written(tmp_path / "bom.png", bomb_png(12_000))

    assert bomb.stat().st_size < 1024**2
    assert refusal(renderer, bomb) is PageTrouble.TOO_LARGE


def test_a_missing_file_is_a_fault_of_the_surroundings(renderer: PageRenderer, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        renderer.inspect(tmp_path / "hilang.pdf")

    assert caught.value.code is FaultOf.FILE_MISSING


def test_a_page_that_is_not_there_fails_and_others_are_drawn(renderer: PageRenderer, letter: Path) -> None:
    with pytest.raises(RenderFailed) as caught:
        renderer.render(letter, page=2, width=100)

    assert caught.value.code is PageTrouble.FAILED
    assert renderer.render(letter, page=1, width=100).width == 100


def test_a_page_that_never_ends_is_given_up_and_the_next_is_shown(tmp_path: Path, letter: Path) -> None:
    endless = written(tmp_path / "tanpa_akhir.pdf", endless_pdf())
    # Such a page also eats memory, and reaches that limit within a second: the time has to be up before.
    with PageRenderer(timeout_s=0.4) as renderer:
        assert renderer.inspect(endless).pages == 1
        with pytest.raises(RenderFailed) as caught:
            renderer.render(endless, page=0, width=500)

        assert caught.value.code is PageTrouble.TIMEOUT
        assert renderer.inspect(letter).pages == 2


def test_threads_that_ask_at_once_get_each_their_own_page(renderer: PageRenderer, letter: Path) -> None:
    colours: dict[int, tuple[int, ...]] = {}

    def draw(number: int) -> None:
        colours[number] = pixel(renderer.render(letter, page=number % 2, width=80), 0.25, y=0.5)

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert colours == {number: (GREEN if number % 2 else RED) for number in range(8)}


def test_every_refusal_can_be_caught_as_one_and_names_its_code() -> None:
    assert issubclass(ScanUnusable, ScanRefused)
    assert issubclass(RenderFailed, ScanRefused)
    assert {trouble.value for trouble in PageTrouble} == {
        "scan_unreadable",
        "scan_encrypted",
        "scan_empty",
        "scan_too_large",
        "scan_wrong_type",
        "scan_heic",
        "sheet_unreadable",
        "sheet_locked",
        "sheet_too_large",
        "sheet_macros",
        "render_timeout",
        "render_failed",
    }
