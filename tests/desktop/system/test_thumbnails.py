"""Small pictures of first pages: made in the page process, small whatever the scan, and good enough to be read."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from core.domain.attachments import MAX_THUMBNAIL_BYTES, MediaType
from desktop.system.page_renderer import PageRenderer, ScanRefused
from tests.support.scan_files import endless_pdf, left_half, pdf_bytes

PAGE = (1654, 2339)  # A4 at 200 dpi


@pytest.fixture(scope="module")
def renderer() -> Iterator[PageRenderer]:
    with PageRenderer(timeout_s=20.0) as renderer:
        yield renderer


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg), formats=("JPEG",))


def test_the_first_page_of_a_pdf_becomes_a_small_grey_picture(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "surat.pdf"
    path.write_bytes(pdf_bytes([left_half("0 0 0"), left_half("1 1 1")]))

    jpeg = renderer.thumbnail(path)

    picture = opened(jpeg)
    assert (picture.mode, picture.size) == ("L", (480, round(480 * 842 / 595)))
    assert len(jpeg) <= MAX_THUMBNAIL_BYTES
    # The left half is black, the right one paper.
    rows = picture.tobytes()
    left, right = rows[300 * 480 + 60], rows[300 * 480 + 420]
    assert (left < 20, right > 235) == (True, True)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_even_a_scan_of_pure_noise_gives_a_small_picture(renderer: PageRenderer, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"foto.{kind.lower()}"
    Image.frombytes("RGB", PAGE, os.urandom(3 * PAGE[0] * PAGE[1])).save(path, kind)

    assert 0 < len(renderer.thumbnail(path)) <= MAX_THUMBNAIL_BYTES


def test_a_small_picture_can_be_drawn_like_any_scan(renderer: PageRenderer, tmp_path: Path) -> None:
    scan, small = tmp_path / "surat.pdf", tmp_path / "kecil"
    scan.write_bytes(pdf_bytes([left_half("0 0 0")]))
    small.write_bytes(renderer.thumbnail(scan))

    assert renderer.inspect(small).media is MediaType.JPEG
    assert renderer.render(small, page=0, width=480).width == 480


def test_a_scan_that_cannot_be_drawn_has_none(tmp_path: Path) -> None:
    path = tmp_path / "tanpa-akhir.pdf"
    path.write_bytes(endless_pdf())

    with PageRenderer(timeout_s=1.0) as impatient, pytest.raises(ScanRefused):
        impatient.thumbnail(path)
