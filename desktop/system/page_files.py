"""Opening PDFs and pictures from outside, in the page process: what cannot be opened is a PageError with its reason."""

import struct
from typing import BinaryIO, Final

import pypdfium2
import pypdfium2.raw
from PIL import Image

from core.domain.attachments import MediaType
from desktop.system.page_messages import PageTrouble

# An A4 page at 600 dpi has 35 million pixels. A JPEG can be decoded at an eighth of its size, a PNG cannot.
MAX_PIXELS: Final = {MediaType.PNG: 64_000_000, MediaType.JPEG: 250_000_000}
_FORMATS: Final = {MediaType.JPEG: "JPEG", MediaType.PNG: "PNG"}
# The tag Orientation of Exif 2.32, and how to set each of its values upright.
_ORIENTATION_TAG: Final = 0x0112
UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ON_ITS_SIDE: Final = frozenset({5, 6, 7, 8})


class PageError(Exception):
    """The file or the page cannot be shown; `trouble` says why."""

    def __init__(self, trouble: PageTrouble, detail: str = "") -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail


def open_pdf(content: BinaryIO) -> pypdfium2.PdfDocument:
    """A PDF; PageError if it is none or locked."""
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as err:
        if err.err_code in {pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY}:
            raise PageError(PageTrouble.ENCRYPTED, str(err)) from err
        raise PageError(PageTrouble.UNREADABLE, str(err)) from err


def open_picture(content: BinaryIO, media: MediaType) -> Image.Image:
    """A picture, not decoded yet; PageError if it is none or has too many pixels."""
    try:
        picture = Image.open(content, formats=(_FORMATS[media],))
    except (OSError, ValueError, SyntaxError) as err:
        raise PageError(PageTrouble.UNREADABLE, type(err).__name__) from err
    if picture.width * picture.height > MAX_PIXELS[media]:
        size = picture.size
        picture.close()
        raise PageError(PageTrouble.TOO_LARGE, f"{size[0]} x {size[1]} pixels")
    return picture


def orientation(picture: Image.Image) -> int:
    """Read how a camera was held; a picture whose Exif block is broken is taken as upright."""
    try:
        return int(picture.getexif().get(_ORIENTATION_TAG, 1))
    except (OSError, ValueError, TypeError, SyntaxError, struct.error):
        return 1


def decode(picture: Image.Image) -> None:
    """Read all of the picture: only that shows that nothing is missing."""
    try:
        picture.load()
    except (OSError, ValueError, SyntaxError) as err:
        raise PageError(PageTrouble.UNREADABLE, type(err).__name__) from err


def on_white(picture: Image.Image) -> Image.Image:
    """Lay a picture with transparent parts on white paper, and make RGB of every other kind."""
    if picture.mode in {"I;16", "I;16B", "I"}:
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        paper.alpha_composite(layer)
        return paper.convert("RGB")
    return picture.convert("RGB")
