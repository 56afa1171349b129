"""The page process: reads scans from outside and draws their pages, so that a bad file harms nothing else.

It opens no file: the bytes come through the pipe, as they are asked for (`given_file`). Started by `page_process` as
`python -m desktop.system.page_worker`, or by the frozen program as `--page-worker`. Reads requests from standard
input, writes replies to standard output, ends with its input.
"""

import io
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Final

import pypdfium2
import pypdfium2.raw
from PIL import Image

from core.domain.attachments import MAX_THUMBNAIL_BYTES, MediaType
from desktop.system.given_file import given_file
from desktop.system.page_cleaning import clean
from desktop.system.page_files import (
    ON_ITS_SIDE,
    UPRIGHT,
    PageError,
    decode,
    on_white,
    open_pdf,
    open_picture,
    orientation,
)
from desktop.system.page_joining import joined
from desktop.system.page_messages import (
    MAX_SIDE,
    Clean,
    Cleaned,
    Inspect,
    Inspected,
    Join,
    Joined,
    PageRequest,
    PageTrouble,
    Render,
    Rendered,
    Reply,
    Survey,
    Surveyed,
    Thumbnail,
    Thumbnailed,
    Troubled,
    read_request,
)
from desktop.system.paper_pages import is_all_paper, paper_page
from desktop.system.worker_pipes import Pipes, served

MEMORY_LIMIT: Final = 512 * 1024 * 1024
MAX_PAGES: Final = 5000
# ISO 32000-1, 7.5.5 and the implementation note that readers look at the last 1024 bytes.
END_OF_PDF: Final = b"%%EOF"
END_SEARCHED: Final = 1024
TAIL_READ: Final = 64 * 1024
# The parent kills this process long before; this is for a parent that was itself killed meanwhile.
ORPHAN_SECONDS: Final = 120
# The widest and finest that is small enough is taken. 480 pixels fill the reading pane, and the body of a letter can be
# read (figures: docs/adr/0014).
THUMBNAIL_WIDTHS: Final = (480, 360, 240)
THUMBNAIL_QUALITIES: Final = (30, 20)
# Clockwise degrees; Pillow counts the other way round.
_TURNS: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}

Answered = Callable[[PageRequest, BinaryIO], Reply]


def main() -> int:
    """Serve requests until the pipe ends."""
    return serve(_answered, memory_bytes=MEMORY_LIMIT)


def serve(answered: Answered, *, memory_bytes: int) -> int:
    """Serve requests until the pipe ends."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands in page_files and depends on the kind
    return served(partial(_serve, answered), memory_bytes=memory_bytes)


def answer(request: PageRequest, content: BinaryIO, answered: Answered) -> Reply:
    """Give the reply to one request; every trouble with the file becomes a reply."""
    try:
        return answered(request, content)
    except PageError as err:
        return Troubled(trouble=err.trouble, detail=err.detail)
    except MemoryError:
        return Troubled(trouble=PageTrouble.FAILED, detail="out of memory")
    except pypdfium2.PdfiumError as err:
        trouble = PageTrouble.UNREADABLE if isinstance(request, Inspect) else PageTrouble.FAILED
        return Troubled(trouble=trouble, detail=str(err))


def _answered(request: PageRequest, content: BinaryIO) -> Reply:
    match request:
        case Inspect():
            return _inspect(request, content)
        case Thumbnail():
            return _thumbnail(request, content)
        case Render():
            return _render(request, content)
        case Survey():
            pages, scanned = is_all_paper(content, request.media)
            reply: Reply = Surveyed(pages=pages, scanned=scanned)
        case Clean():
            reply = _clean(request, content)
        case Join():
            reply = Joined(pdf=joined(request.pages, content))
        case _:
            reply = Troubled(trouble=PageTrouble.FAILED, detail="another process reads")
    return reply


def _serve(answered: Answered, pipes: Pipes) -> None:
    def reply_to(request: PageRequest) -> Reply:
        return answer(request, given_file(pipes.requests, pipes.replies, request.size), answered)

    pipes.answer_each(read_request, reply_to, orphan_seconds=ORPHAN_SECONDS)


def _inspect(request: Inspect, content: BinaryIO) -> Reply:
    if request.media != MediaType.PDF:
        with open_picture(content, request.media) as picture:
            picture.draft("RGB", (picture.width // 8, picture.height // 8))
            decode(picture)
        return Inspected(pages=1)
    if not _has_end(content):
        raise PageError(PageTrouble.UNREADABLE, "the end of the file is missing")
    with open_pdf(content) as document:
        pages = len(document)
        if not 0 < pages <= MAX_PAGES:
            raise PageError(PageTrouble.UNREADABLE, f"{pages} pages")
        document.get_page_size(0)  # reads the page, but does not draw it
    return Inspected(pages=pages)


def _render(request: Render, content: BinaryIO) -> Reply:
    draw = _draw_page if request.media == MediaType.PDF else _draw_picture
    image = draw(content, request)
    return Rendered(width=image.width, height=image.height, rgb=image.tobytes())


def _thumbnail(request: Thumbnail, content: BinaryIO) -> Reply:
    draw = _draw_page if request.media == MediaType.PDF else _draw_picture
    for width in THUMBNAIL_WIDTHS:
        drawing = Render(size=request.size, media=request.media, page=0, width=width, rotate=0)
        # The colour of a stamp is worth less than that the words can be read.
        grey = draw(content, drawing).convert("L")
        for quality in THUMBNAIL_QUALITIES:
            written = io.BytesIO()
            grey.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
            if written.tell() <= MAX_THUMBNAIL_BYTES:
                return Thumbnailed(jpeg=written.getvalue())
    raise PageError(PageTrouble.FAILED, "no small picture of it")


def _clean(request: Clean, content: BinaryIO) -> Reply:
    page = paper_page(content, request.media, request.page)
    layers = clean(page.image)
    return Cleaned(
        across=page.across,
        down=page.down,
        width=layers.width,
        height=layers.height,
        text=layers.text,
        back=layers.back,
        back_width=layers.back_width,
        back_height=layers.back_height,
        grey=layers.grey,
    )


def _draw_page(content: BinaryIO, request: Render) -> Image.Image:
    with open_pdf(content) as document:
        if not 0 <= request.page < len(document):
            raise PageError(PageTrouble.FAILED, f"page {request.page} of {len(document)}")
        # A visible electronic signature is a form field, and is drawn only where forms are. No script runs: this
        # build of the library has no engine for them.
        document.init_forms()
        page = document[request.page]
        sides = page.get_size()
        across, down = sides if request.rotate % 180 == 0 else sides[::-1]
        if across <= 0 or down <= 0:
            raise PageError(PageTrouble.FAILED, "a page without size")
        width, height = _fitting(request.width, across=across, down=down)
        # The library rounds both sides up from one scale: an A4 page could come a pixel too wide.
        scale = min(width / across, height / down) * (1 - 1e-9)
        bitmap = page.render(
            scale=scale,
            rotation=request.rotate,
            rev_byteorder=True,
            force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGR,
            limit_image_cache=True,
        )
        image: Image.Image = bitmap.to_pil()
    return image


def _draw_picture(content: BinaryIO, request: Render) -> Image.Image:
    if request.page:
        raise PageError(PageTrouble.FAILED, "a picture has one page")
    with open_picture(content, request.media) as picture:
        held = orientation(picture)
        sideways = (held in ON_ITS_SIDE) != (request.rotate % 180 != 0)
        across, down = picture.size[::-1] if sideways else picture.size
        width, height = _fitting(request.width, across=across, down=down)
        stored = (height, width) if sideways else (width, height)
        picture.draft("RGB", stored)
        decode(picture)
        small = on_white(picture.resize(stored, Image.Resampling.BOX, reducing_gap=2.0))
    for turn in (UPRIGHT.get(held), _TURNS.get(request.rotate)):
        small = small if turn is None else small.transpose(turn)
    return small


def _fitting(width: int, *, across: float, down: float) -> tuple[int, int]:
    """Scale a page to `width`, or less where a side would grow over the limit."""
    wanted = max(1, min(width, MAX_SIDE))
    factor = min(wanted / across, MAX_SIDE / down)
    return max(1, round(across * factor)), max(1, round(down * factor))


def _has_end(content: BinaryIO) -> bool:
    """Tell whether a PDF ends as one; the library would quietly mend a cut file and show a part of it."""
    size = content.seek(0, os.SEEK_END)
    content.seek(max(0, size - TAIL_READ))
    tail = content.read().rstrip(b"\x00\r\n\t ")
    return END_OF_PDF in tail[-END_SEARCHED:]


if __name__ == "__main__":
    sys.exit(main())
