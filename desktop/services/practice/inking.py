"""The coloured ink on a practice letter: the violet stamp of the office and the blue signature."""

import math
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from desktop.services.practice.sheet import MM_AN_INCH, Font, FontBook
from desktop.services.practice.vocabulary import Sender

VIOLET: Final = (92, 58, 168)
BLUE: Final = (32, 52, 150)
STAMP_MM: Final = (46.0, 33.0)
SIGNATURE_MM: Final = (46.0, 24.0)
# Drawn larger and made smaller: the library draws lines without smoothing.
_OVERSIZE: Final = 2
_LONGEST_LINE: Final = 13
# A stamp has room for so many letters around its rim.
_RIM: Final = 40


def stamp(sender: Sender, fonts: FontBook, chance: Random, *, dpi: int) -> Image.Image:
    """Draw the stamp of an office as a mask: how much ink lies where. It stands a little askew and is worn."""
    width, height = (round(side * dpi / MM_AN_INCH) for side in STAMP_MM)
    big = Image.new("L", (width * _OVERSIZE, height * _OVERSIZE), 0)
    draw = ImageDraw.Draw(big)
    thick = round(0.7 * _OVERSIZE * dpi / MM_AN_INCH)
    _oval(draw, big.size, inset=0.0, thick=thick)
    _oval(draw, big.size, inset=0.05, thick=thick // 2)
    _oval(draw, big.size, inset=0.30, thick=thick // 2)
    lines = [line for part in sender.letterhead for line in part.split("\n")]
    rim, middle = lines[0].removeprefix("PEMERINTAH "), _short_lines(sender.name)
    font = fonts.font(6.5 * _OVERSIZE, bold=True)
    _write_on_rim(big, rim[:_RIM], font=font, upper=True)
    _write_on_rim(big, sender.place.upper()[:_RIM], font=font, upper=False)
    inner = fonts.font(8.0 * _OVERSIZE, bold=True)
    step = inner.size * 1.1
    top = big.height / 2 - step * len(middle) / 2
    for number, line in enumerate(middle):
        left = (big.width - inner.getlength(line)) / 2
        draw.text((left, top + number * step), line, fill=255, font=inner)
    mask = big.rotate(chance.uniform(-16, -4), Image.Resampling.BILINEAR, expand=True).reduce(_OVERSIZE)
    return ImageChops.multiply(mask, _worn(mask.size, chance, least=90))


def signature(chance: Random, *, dpi: int) -> Image.Image:
    """Draw a signature as a mask: some fast loops and a stroke underneath."""
    width, height = (round(side * dpi / MM_AN_INCH) * _OVERSIZE for side in SIGNATURE_MM)
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    loops, lean = chance.uniform(3.2, 5.5), chance.uniform(0.05, 0.11)
    phase, wobble = chance.uniform(0, math.tau), chance.uniform(0.5, 1.6)
    points = []
    for step in range(240):
        part = step / 239
        angle = loops * math.tau * part + phase
        x = 0.08 + 0.70 * part + lean * math.cos(angle)
        size = (0.34 - 0.22 * part) * (0.75 + 0.25 * math.sin(wobble * math.tau * part))
        points.append((x * width, (0.46 + size * math.sin(angle) - 0.08 * part) * height))
    pen = max(2, round(0.55 * _OVERSIZE * dpi / MM_AN_INCH))
    draw.line(points, fill=255, width=pen, joint="curve")
    rise = chance.uniform(0.02, 0.12)
    stroke = [
        ((0.05 + 0.9 * part) * width, (0.8 - rise * part + 0.05 * math.sin(3 * part)) * height)
        for part in (number / 20 for number in range(21))
    ]
    draw.line(stroke, fill=230, width=pen - 1, joint="curve")
    small = mask.reduce(_OVERSIZE)
    return ImageChops.multiply(small, _worn(small.size, chance, least=190))


def lay_ink(page: Image.Image, mask: Image.Image, place: tuple[int, int], *, colour: tuple[int, int, int]) -> None:
    """Lay ink on the page where the mask says; what is black below stays black."""
    area = (*place, place[0] + mask.width, place[1] + mask.height)
    below = page.crop(area)
    inked = ImageChops.multiply(below, Image.new("RGB", mask.size, colour))
    page.paste(Image.composite(inked, below, mask), area)


def _oval(draw: ImageDraw.ImageDraw, size: tuple[int, int], *, inset: float, thick: int) -> None:
    dx, dy = size[0] * inset / 2, size[1] * inset / 2
    draw.ellipse((dx, dy, size[0] - 1 - dx, size[1] - 1 - dy), outline=255, width=max(1, thick))


def _write_on_rim(image: Image.Image, text: str, *, font: Font, upper: bool) -> None:
    """Write letter by letter between the two inner ovals: over the top, or along the bottom."""
    across, down = image.width * 0.415, image.height * 0.405
    total = sum(font.getlength(sign) for sign in text)
    # The angle that the text takes on a circle of the mean radius; the oval is flat enough for it to look even.
    reach = min(total * 1.15 / ((across + down) / 2), math.pi * 0.85)
    middle = -math.pi / 2 if upper else math.pi / 2
    direction = 1 if upper else -1
    angle = middle - direction * reach / 2
    for sign in text:
        part = font.getlength(sign) / total * reach
        angle += direction * part / 2
        x, y = image.width / 2 + across * math.cos(angle), image.height / 2 + down * math.sin(angle)
        tangent = math.degrees(math.atan2(down * math.cos(angle), -across * math.sin(angle)))
        letter = _letter(sign, font).rotate(-tangent if upper else 180 - tangent, Image.Resampling.BILINEAR)
        image.paste(255, (round(x - letter.width / 2), round(y - letter.height / 2)), letter)
        angle += direction * part / 2


def _letter(sign: str, font: Font) -> Image.Image:
    side = round(font.size * 1.7)
    image = Image.new("L", (side, side), 0)
    ImageDraw.Draw(image).text((side / 2, side / 2), sign, fill=255, font=font, anchor="mm")
    return image


def _short_lines(name: str) -> list[str]:
    """Break a name into at most three lines that fit into the middle of a stamp."""
    lines = [""]
    for word in name.upper().split():
        if lines[-1] and len(lines[-1]) + len(word) >= _LONGEST_LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [line[: _LONGEST_LINE + 3] for line in lines[:3]]


def _worn(size: tuple[int, int], chance: Random, *, least: int) -> Image.Image:
    """Uneven ink: soft spots between `least` and full."""
    coarse = (max(2, size[0] // 5), max(2, size[1] // 5))
    spots = Image.frombytes("L", coarse, chance.randbytes(coarse[0] * coarse[1]))
    spots = spots.filter(ImageFilter.GaussianBlur(1)).point(
        [least + value * (255 - least) // 255 for value in range(256)]
    )
    return spots.resize(size, Image.Resampling.BILINEAR)
