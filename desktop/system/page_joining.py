"""Pages of several files made into one PDF, in the page process: pictures stay as they are, byte for byte."""

import io
from collections.abc import Sequence
from typing import BinaryIO

import pypdfium2
from PIL import Image

from core.domain.attachments import MediaType
from desktop.system.given_file import PlacedFile
from desktop.system.page_files import UPRIGHT, decode, on_white, open_pdf, open_picture, orientation
from desktop.system.page_messages import JoinedPage
from desktop.system.paper_pages import POINTS_AN_INCH, sheet_of

_TURNS = {1: 0, 6: 90, 3: 180, 8: 270}
_QUALITY = 90


def joined(pages: Sequence[JoinedPage], content: BinaryIO) -> bytes:
    """A PDF of these pages."""
    made = pypdfium2.PdfDocument.new()
    try:
        for place, page in enumerate(pages):
            part = io.BufferedReader(_Part(content, page.offset, page.size))
            if page.media == MediaType.PDF:
                with open_pdf(part) as document:
                    made.import_pages(document, [page.page])
                turn = page.rotate
            else:
                turn = page.rotate + _add_picture(made, part, page.media)
            leaf = made[place]
            leaf.set_rotation((leaf.get_rotation() + turn) % 360)
            leaf.close()
        written = io.BytesIO()
        made.save(written)
        return written.getvalue()
    finally:
        made.close()


def _add_picture(made: pypdfium2.PdfDocument, part: BinaryIO, media: MediaType) -> int:
    """Add a picture as a page of its size; by how many degrees it must be turned to stand upright."""
    with open_picture(part, media) as picture:
        held, size = orientation(picture), picture.size
        across, down = sheet_of(size, picture.info.get("dpi", (0, 0)))
        as_it_is = media == MediaType.JPEG and held in _TURNS and picture.mode in {"L", "RGB"}
        if as_it_is:
            part.seek(0)
            jpeg = part.read()
        else:
            decode(picture)
            turn = UPRIGHT.get(held)
            seen = on_white(picture)
            seen = seen if turn is None else seen.transpose(turn)
            across, down = sheet_of(seen.size, (0, 0)) if turn is not None else (across, down)
            jpeg = _jpeg(seen)
    leaf = made.new_page(across * POINTS_AN_INCH, down * POINTS_AN_INCH)
    image = pypdfium2.PdfImage.new(made)
    image.load_jpeg(io.BytesIO(jpeg), inline=True)
    image.set_matrix(pypdfium2.PdfMatrix().scale(across * POINTS_AN_INCH, down * POINTS_AN_INCH))
    leaf.insert_obj(image)
    leaf.gen_content()
    leaf.close()
    return _TURNS[held] if as_it_is else 0


def _jpeg(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


class _Part(PlacedFile):
    """A file within what is given."""

    def __init__(self, whole: BinaryIO, offset: int, size: int) -> None:
        super().__init__(size)
        self._whole = whole
        self._offset = offset

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # of what BufferedReader hands over
        count = max(0, min(len(buffer), self._size - self._place))
        self._whole.seek(self._offset + self._place)
        piece = self._whole.read(count)
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)
