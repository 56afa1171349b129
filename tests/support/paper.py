"""Sheets of paper as a scanner of 200 dpi sees them."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageDraw, ImageFont

from resources.loading import path_of

DPI = 200
SIZE = (1100, 1550)
PAPER = (240, 234, 220)
VIOLET = (92, 58, 168)
LINES = ("Nomor : 005/118/IV.02/2026", "Hal : Undangan rapat koordinasi;", "Demikian, terima kasih.")


def scanned(
    *, angle: float = 0.0, stamped: bool = False, lines: tuple[str, ...] = LINES, points: int = 30
) -> Image.Image:
    """A tinted page with lines of text, as it lay on the glass."""
    page = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(path_of("fonts/LiberationSerif-Regular.ttf")), points)
    for number in range(27):
        draw.text((120, 110 + 50 * number), lines[number % len(lines)], font=font, fill=(30, 30, 30))
    if stamped:
        draw.ellipse((700, 1200, 960, 1400), outline=VIOLET, width=12)
    page = page.rotate(angle, Image.Resampling.BICUBIC, fillcolor="white")
    return ImageChops.multiply(page, Image.new("RGB", SIZE, PAPER))


def written(page: Image.Image) -> bytes:
    file = io.BytesIO()
    page.save(file, "JPEG", quality=90, dpi=(DPI, DPI))
    return file.getvalue()
