"""A PDF with one image a page, written by hand: no dates, no ids, so the same images give the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageChops, TiffImagePlugin

from desktop.system.pdf_objects import assembled

QUALITY: Final = 45
# A4 in points.
_MEDIA_BOX: Final = "0 0 595.28 841.89"
_PAGE_MATRIX: Final = "595.28 0 0 841.89 0 0 cm"


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """The compressed image of one page, and what a PDF says of it."""

    content: bytes
    width: int
    height: int
    entries: str


def jpeg_page(image: Image.Image) -> ScannedPage:
    """Compress a page in colour."""
    return ScannedPage(_jpeg(image), *image.size, "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode")


def grey_page(image: Image.Image) -> ScannedPage:
    """Compress a page in grey."""
    return ScannedPage(_jpeg(image), *image.size, "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode")


def line_art_page(image: Image.Image) -> ScannedPage:
    """Compress a black and white page by CCITT group 4."""
    file = BytesIO()
    # The coder takes set bits for black ink, and Pillow sets the bits of white paper.
    # One strip for the whole page: a PDF takes only a single stream.
    ImageChops.invert(image).save(
        file, "TIFF", compression="group4", tiffinfo={TiffImagePlugin.ROWSPERSTRIP: image.height}
    )
    with Image.open(file) as tiff:
        tags = dict(tiff.tag_v2) if isinstance(tiff, TiffImagePlugin.TiffImageFile) else {}
    start, length = tags[TiffImagePlugin.STRIPOFFSETS][0], tags[TiffImagePlugin.STRIPBYTECOUNTS][0]
    parameters = f"<< /K -1 /Columns {image.width} /Rows {image.height} >>"
    return ScannedPage(
        file.getvalue()[start : start + length],
        *image.size,
        f"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms {parameters}",
    )


def image_pdf(pages: Sequence[ScannedPage]) -> bytes:
    """Put the pages into one PDF of A4 pages."""
    kids = " ".join(f"{3 + 3 * number} 0 R" for number in range(len(pages)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
    ]
    for number, page in enumerate(pages):
        first = 3 + 3 * number
        drawing = f"q {_PAGE_MATRIX} /Im0 Do Q".encode()
        bodies += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{_MEDIA_BOX}] "
            f"/Resources << /XObject << /Im0 {first + 2} 0 R >> >> /Contents {first + 1} 0 R >>".encode(),
            _stream(f"<< /Length {len(drawing)} >>", drawing),
            _stream(
                f"<< /Type /XObject /Subtype /Image /Width {page.width} /Height {page.height} {page.entries} "
                f"/Length {len(page.content)} >>",
                page.content,
            ),
        ]
    return assembled(bodies)


def _jpeg(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True, subsampling="4:2:0")
    return file.getvalue()


def _stream(entries: str, content: bytes) -> bytes:
    return entries.encode() + b"\nstream\n" + content + b"\nendstream"
