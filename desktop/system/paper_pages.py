"""Pages that are pictures of paper: which files hold nothing else, and each page as the scanner saw it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

import pypdfium2
import pypdfium2.raw
from PIL import Image

from core.domain.attachments import MediaType
from desktop.system.page_files import ON_ITS_SIDE, UPRIGHT, decode, on_white, open_pdf, open_picture, orientation

POINTS_AN_INCH: Final = 72.0
A4_INCHES: Final = (8.27, 11.69)
FINEST_DPI: Final = 300
COARSEST_DPI: Final = 200
# A page that is not A4 but larger gets fewer pixels an inch, so that the memory of the page process is enough.
MOST_PIXELS: Final = 9_500_000
# Sides of sheets, in inches: what a picture says of its resolution is believed within these.
SMALLEST_SIDE: Final = 3.0
LARGEST_SIDE: Final = 17.0
# The part of a page that its pictures must cover.
COVERED: Final = 0.8
PICTURED: Final = 0.2  # of a page, from where a picture counts


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A page as it was seen, upright, and the sides of the sheet in points."""

    image: Image.Image
    across: float
    down: float


def is_all_paper(content: BinaryIO, media: MediaType) -> tuple[int, bool]:
    """The number of pages, and whether all of them are pictures of paper.

    A PDF that was made by a program keeps its text and lines as they are, one with a signature or with fields every
    byte: such files are no scans. Text that nobody sees lies over the picture in scans that were read already.
    """
    if media != MediaType.PDF:
        return 1, True
    with open_pdf(content) as document:
        pages = len(document)
        if pypdfium2.raw.FPDF_GetSignatureCount(document) or pypdfium2.raw.FPDF_GetFormType(document):
            return pages, False
        return pages, all(_is_paper(document, number) for number in range(pages))


def paper_page(content: BinaryIO, media: MediaType, number: int) -> PaperPage:
    """One page of such a file, with 200 to 300 pixels an inch; PageError if it cannot be read."""
    if media == MediaType.PDF:
        return _of_pdf(content, number)
    with open_picture(content, media) as picture:
        held = orientation(picture)
        stated = picture.info.get("dpi", (0, 0))
        decode(picture)
        seen = picture if picture.mode == "L" else on_white(picture)
        turn = UPRIGHT.get(held)
        seen = seen.copy() if turn is None else seen.transpose(turn)
    across, down = sheet_of(seen.size, stated[::-1] if held in ON_ITS_SIDE else stated)
    dpi = _fitting_dpi(min(seen.width / across, FINEST_DPI), across=across, down=down)
    wanted = (round(across * dpi), round(down * dpi))
    if seen.width != wanted[0]:
        seen = seen.resize(wanted, Image.Resampling.BICUBIC, reducing_gap=2.0)
    return PaperPage(seen, across * POINTS_AN_INCH, down * POINTS_AN_INCH)


def _of_pdf(content: BinaryIO, number: int) -> PaperPage:
    with open_pdf(content) as document:
        page = document[number]
        across, down = page.get_size()
        dpi = _fitting_dpi(_seen_dpi(page), across=across / POINTS_AN_INCH, down=down / POINTS_AN_INCH)
        bitmap = page.render(
            scale=dpi / POINTS_AN_INCH,
            rev_byteorder=True,
            force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGR,
            limit_image_cache=True,
        )
        return PaperPage(bitmap.to_pil(), across, down)


def _is_paper(document: pypdfium2.PdfDocument, number: int) -> bool:
    with _page(document, number) as page:
        across, down = page.get_size()
        if pypdfium2.raw.FPDFPage_GetAnnotCount(page) or across <= 0 or down <= 0:
            return False
        covered = 0.0
        for thing in page.get_objects(max_depth=2):
            if thing.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE:
                left, low, right, high = thing.get_bounds()
                covered += abs((right - left) * (high - low)) / (across * down)
            elif thing.type == pypdfium2.raw.FPDF_PAGEOBJ_TEXT:
                if pypdfium2.raw.FPDFTextObj_GetTextRenderMode(thing) != pypdfium2.raw.FPDF_TEXTRENDERMODE_INVISIBLE:
                    return False
            elif thing.type != pypdfium2.raw.FPDF_PAGEOBJ_FORM:
                return False
        return covered >= COVERED


def _seen_dpi(page: pypdfium2.PdfPage) -> float:
    """The resolution of the finest picture that covers a good part of the page."""
    across, down = page.get_size()
    found = [float(COARSEST_DPI)]
    for thing in page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=2):
        left, low, right, high = thing.get_bounds()
        if (right - left) * (high - low) >= PICTURED * across * down:
            found.append(max(thing.get_px_size()) * POINTS_AN_INCH / max(right - left, high - low))
    return max(found)


def sheet_of(pixels: tuple[int, int], stated: tuple[float, float]) -> tuple[float, float]:
    """The sides of the sheet in inches: as the scanner says, or, of a photo, as if its longer side were that of A4."""
    if min(stated) > 0:
        sides = pixels[0] / float(stated[0]), pixels[1] / float(stated[1])
        if min(sides) >= SMALLEST_SIDE and max(sides) <= LARGEST_SIDE:
            return sides
    longest = A4_INCHES[1] / max(pixels)
    return pixels[0] * longest, pixels[1] * longest


def _fitting_dpi(seen: float, *, across: float, down: float) -> float:
    wanted = min(max(seen, COARSEST_DPI), FINEST_DPI)
    most: float = (MOST_PIXELS / (across * down)) ** 0.5
    return min(wanted, most)


@contextmanager
def _page(document: pypdfium2.PdfDocument, number: int) -> Iterator[pypdfium2.PdfPage]:
    page = document[number]
    try:
        yield page
    finally:
        page.close()
