"""Pages as office scanners deliver them at 200 and 300 dpi: printed, signed, stamped, shaded, askew, grainy, dusty.

Letters of the practice generator, scanned worse than practice shows them. The same number always gives the same page.
"""

from __future__ import annotations

import dataclasses
import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from desktop.services.practice.generator import PracticeGenerator
from desktop.services.practice.image_pdf import ScannedPage, image_pdf
from desktop.services.practice.inking import BLUE, VIOLET, lay_ink, signature, stamp
from desktop.services.practice.letterhead import LetterSetter
from desktop.services.practice.records import PracticeLetter
from desktop.services.practice.sheet import MM_AN_INCH, FontBook
from desktop.services.practice.vocabulary import Vocabulary

SEED = 41
ASKEW_DEGREES = 1.5
GRAIN = 5.0
QUALITY = 75
TONER = 40
PAPER = (243, 239, 228)
SHADE = 26
SPECKS = 120
TILE = 512


@dataclass(frozen=True)
class NoisyScan:
    """The first page of a letter as it came from a scanner, and the letter."""

    letter: PracticeLetter
    image: Image.Image
    dpi: int
    words: tuple[str, ...]

    @property
    def jpeg(self) -> bytes:
        """As a scanner stores it."""
        file = io.BytesIO()
        self.image.save(file, "JPEG", quality=QUALITY, dpi=(self.dpi, self.dpi))
        return file.getvalue()

    @property
    def pdf(self) -> bytes:
        """As most scanners deliver it: a PDF around that picture."""
        entries = "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
        return image_pdf([ScannedPage(self.jpeg, *self.image.size, entries)])


class NoisyScanner:
    """Scans letters; keeps fonts between them."""

    def __init__(self, seed: int = SEED) -> None:
        generator = PracticeGenerator(seed)
        self._seed = seed
        self._words: Vocabulary = generator.vocabulary
        self._generator = generator
        self._books = {dpi: FontBook(dpi) for dpi in (200, 300)}

    def letters(self, count: int) -> list[PracticeLetter]:
        """Letters with a number, a date and a subject that a page can show."""
        usable = (one for one in self._generator.letters(count * 3) if one.letter_no and one.letter_date)
        return [one for one in usable if one.subject and one.origin.letterhead][:count]

    def scan(self, letter: PracticeLetter, *, dpi: int, inked: bool = True) -> NoisyScan:
        """The first page; `inked` with a coloured stamp and signature."""
        chance = Random(f"noisy {self._seed} {letter.index} {dpi}")
        with _written_words() as written:
            first_only = dataclasses.replace(letter, pages=1)
            printed = LetterSetter(self._words, self._books[dpi], dpi=dpi).set(first_only, chance)
        sheet = printed.pages[0]
        ink = sheet.image.convert("L").filter(ImageFilter.GaussianBlur(dpi / 400))
        page = Image.merge("RGB", (ink, ink, ink))
        if inked:
            place = printed.signature
            left, top = (round(side * dpi / MM_AN_INCH) for side in (place.x + 3, place.y))
            lay_ink(page, signature(chance, dpi=dpi), (left, top), colour=BLUE)
            left, top = (round(side * dpi / MM_AN_INCH) for side in (place.x - 20, place.y - 5))
            lay_ink(page, stamp(letter.origin, self._books[dpi], chance, dpi=dpi), (left, top), colour=VIOLET)
        page = page.rotate(chance.uniform(-ASKEW_DEGREES, ASKEW_DEGREES), Image.Resampling.BICUBIC, fillcolor="white")
        page = page.point([TONER + value * (white - TONER) // 255 for white in PAPER for value in range(256)])
        _shade(page, chance)
        _dirty(page, chance, dpi=dpi)
        return NoisyScan(letter, _grainy(page, chance), dpi, tuple(written))


@contextmanager
def _written_words() -> Iterator[list[str]]:
    """What is drawn as text meanwhile, as the one truth of what stands on a page."""
    written: list[str] = []
    draw_text = ImageDraw.ImageDraw.text

    def noting(draw: ImageDraw.ImageDraw, xy: Any, text: str, *args: Any, **kwargs: Any) -> None:
        written.append(text)
        draw_text(draw, xy, text, *args, **kwargs)

    ImageDraw.ImageDraw.text = noting  # type: ignore[assignment,method-assign]  # put back below
    try:
        yield written
    finally:
        ImageDraw.ImageDraw.text = draw_text  # type: ignore[method-assign]


def _shade(page: Image.Image, chance: Random) -> None:
    """The lid did not close: one side is darker."""
    shade = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180, 270))).resize(page.size)
    shade = shade.point([max(0, value - 128) * SHADE // 127 for value in range(256)])
    page.paste(ImageChops.subtract(page, Image.merge("RGB", (shade, shade, shade))))


def _dirty(page: Image.Image, chance: Random, *, dpi: int) -> None:
    draw = ImageDraw.Draw(page)
    for _ in range(SPECKS):
        x, y = chance.randrange(page.width), chance.randrange(page.height)
        side = chance.randrange(1, max(2, math.ceil(dpi / 120)))
        draw.rectangle((x, y, x + side, y + side), fill=(chance.randrange(60, 150),) * 3)


def _grainy(page: Image.Image, chance: Random) -> Image.Image:
    # Bytes of chance, softened as the optics do, and brought to the spread that is wanted.
    tile = Image.frombytes("L", (TILE, TILE), chance.randbytes(TILE**2)).filter(ImageFilter.GaussianBlur(0.8))
    spread = ImageStat.Stat(tile).stddev[0]
    tile = tile.point([round(128 + (value - 128) * GRAIN / spread) for value in range(256)])
    grain = Image.new("L", page.size)
    for left in range(0, page.width, TILE):
        for top in range(0, page.height, TILE):
            grain.paste(tile.transpose(chance.choice(list(Image.Transpose)[:4])), (left, top))
    return ImageChops.add(page, Image.merge("RGB", (grain, grain, grain)), 1, -128)
