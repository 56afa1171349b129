"""The photo process: makes JPEG of the photos that phones take (HEIC), which nothing else here can open.

A process of its own, only while there is a photo: what unpacks HEVC is large and reads stranger's files. Place and time
of the photo, and whose phone it was, are left out: a letter needs the paper alone. Started as the page process is.
"""

import io
import sys
from typing import BinaryIO, Final

import pi_heif
from PIL import Image

from desktop.system.page_files import PageError, on_white
from desktop.system.page_messages import Develop, Developed, PageRequest, PageTrouble, Reply, Troubled
from desktop.system.page_worker import serve

# What the largest photo takes: once as it is unpacked, once as a picture.
MEMORY_LIMIT: Final = 1024 * 1024 * 1024
# Letters keep their thin strokes; what cleans scans makes it small afterwards.
QUALITY: Final = 90
# No phone makes more.
MOST_PIXELS: Final = 64_000_000
LONGEST_SIDE: Final = 5000


def developed(request: PageRequest, content: BinaryIO) -> Reply:
    """The first photo of the file, upright."""
    if not isinstance(request, Develop):
        return Troubled(trouble=PageTrouble.FAILED, detail="the photo process only develops photos")
    content.seek(0)
    try:
        photo = pi_heif.open_heif(io.BytesIO(content.read(request.size)))
        width, height = photo.size
        if width * height > MOST_PIXELS:
            raise PageError(PageTrouble.TOO_LARGE, f"{width} x {height} pixels")
        picture = photo.to_pillow()
    except (OSError, ValueError, SyntaxError, RuntimeError, EOFError) as err:
        raise PageError(PageTrouble.UNREADABLE, type(err).__name__) from err
    paper = picture if picture.mode == "RGB" else on_white(picture)
    paper.info.clear()
    paper.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    jpeg = io.BytesIO()
    paper.save(jpeg, "JPEG", quality=QUALITY)
    return Developed(jpeg=jpeg.getvalue())


def main() -> int:
    """Serve requests until the pipe ends."""
    pi_heif.options.THUMBNAILS = False
    pi_heif.options.DECODE_THREADS = 1
    return serve(developed, memory_bytes=MEMORY_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
