"""Scans of practice letters: what a clerk's scanner makes of a printed, signed and stamped letter, as PDF.

The same letter and seed always give the same bytes: the files hold no date and no number of their own.
"""

import math
from collections.abc import Callable
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from desktop.services.practice.image_pdf import ScannedPage, grey_page, image_pdf, jpeg_page, line_art_page
from desktop.services.practice.inking import BLUE, VIOLET, lay_ink, signature, stamp
from desktop.services.practice.letterhead import LetterSetter, SetLetter
from desktop.services.practice.records import PracticeLetter
from desktop.services.practice.sheet import MM_AN_INCH, FontBook, Sheet
from desktop.services.practice.vocabulary import Vocabulary

COLOUR_DPI: Final = 150
GREY_DPI: Final = 150
LINE_ART_DPI: Final = 200
# Most office scanners stand on colour; some on grey, a few on black and white.
_GREY_BELOW: Final = 0.25
_LINE_ART_BELOW: Final = 0.08
_BLACK_BELOW: Final = 175
_ASKEW_DEGREES: Final = 0.6
_GRAIN_TILE: Final = 256
_GRAIN: Final = 4
_SHADE: Final = 14
# Paper is not white and toner not black: both ends of each band, from ink 24 to paper 255.
_PAPER: Final = (250, 248, 243)
_TONER: Final = 38


def make_scan(letter: PracticeLetter, seed: int) -> bytes:
    """Make the scan of one letter, a PDF of `letter.pages` pages of 30 to 120 kB each."""
    return ScanMaker(Vocabulary.load()).make(letter, seed)


class ScanMaker:
    """Makes scans; keeps fonts and paper between them."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._fonts: dict[int, FontBook] = {}
        self._setters: dict[int, LetterSetter] = {}
        self._papers: dict[int, Image.Image] = {}

    def make(self, letter: PracticeLetter, seed: int) -> bytes:
        """Make the scan of one letter."""
        chance = Random(f"scan {seed} {letter.index}")  # noqa: S311 - invents data, protects nothing
        dpi, store = _scanner(chance.random())
        if dpi not in self._setters:
            self._fonts[dpi] = FontBook(dpi)
            self._setters[dpi] = LetterSetter(self._words, self._fonts[dpi], dpi=dpi)
        printed = self._setters[dpi].set(letter, chance)
        pages = [self._scanned(sheet, chance, dpi=dpi, signed=printed if number == 0 else None, letter=letter)
                 for number, sheet in enumerate(printed.pages)]  # fmt: skip
        return image_pdf([store(page) for page in pages])

    def _scanned(
        self, sheet: Sheet, chance: Random, *, dpi: int, signed: SetLetter | None, letter: PracticeLetter
    ) -> Image.Image:
        angle = chance.uniform(-_ASKEW_DEGREES, _ASKEW_DEGREES)
        # Turned while it has one band only: that is most of the work.
        turned = sheet.image.rotate(angle, Image.Resampling.BILINEAR, fillcolor=255)
        page = Image.merge("RGB", (turned, turned, turned))
        if signed is not None:
            self._sign(page, signed, letter, dpi=dpi, angle=angle, chance=chance)
        page = page.point([_TONER + value * (white - _TONER) // 255 for white in _PAPER for value in range(256)])
        paper = self._paper(dpi, page.size).transpose(chance.choice(_TURNS))
        return ImageChops.add(page, paper, 1, -128)

    def _sign(
        self,
        page: Image.Image,
        printed: SetLetter,
        letter: PracticeLetter,
        *,
        dpi: int,
        angle: float,
        chance: Random,
    ) -> None:
        place = printed.signature
        x, y = place.x + chance.uniform(0, 6), place.y + chance.uniform(-1, 2)
        pixels = _turned(page, x * dpi / MM_AN_INCH, y=y * dpi / MM_AN_INCH, angle=angle)
        lay_ink(page, signature(chance, dpi=dpi), pixels, colour=BLUE)
        if letter.origin.letterhead:
            x, y = place.x - chance.uniform(16, 24), place.y - chance.uniform(3, 7)
            pixels = _turned(page, x * dpi / MM_AN_INCH, y=y * dpi / MM_AN_INCH, angle=angle)
            mask = stamp(letter.origin, self._fonts[dpi], chance, dpi=dpi)
            lay_ink(page, mask, pixels, colour=VIOLET)

    def _paper(self, dpi: int, size: tuple[int, int]) -> Image.Image:
        """Grain of the paper and shade of the lid, around 128; the same sheet, turned, serves all pages."""
        if dpi not in self._papers:
            self._papers[dpi] = _make_paper(size)
        return self._papers[dpi]


_TURNS: Final = (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.ROTATE_180)


def _make_paper(size: tuple[int, int]) -> Image.Image:
    chance = Random("paper")  # noqa: S311 - grain of paper
    tile = Image.frombytes("L", (_GRAIN_TILE, _GRAIN_TILE), chance.randbytes(_GRAIN_TILE**2))
    tile = tile.filter(ImageFilter.GaussianBlur(1)).point([128 + (value - 128) * _GRAIN // 64 for value in range(256)])
    grain = Image.new("L", size)
    for left in range(0, size[0], _GRAIN_TILE):
        for top in range(0, size[1], _GRAIN_TILE):
            grain.paste(tile, (left, top))
    shade = Image.linear_gradient("L").resize(size).point([max(0, value - 200) * _SHADE // 55 for value in range(256)])
    for _ in range(25):  # dust on the glass
        x, y = chance.randrange(size[0] - 3), chance.randrange(size[1] - 3)
        grain.paste(chance.randrange(60, 110), (x, y, x + chance.randrange(1, 4), y + chance.randrange(1, 3)))
    paper = ImageChops.subtract(grain, shade)
    return Image.merge("RGB", (paper, paper, paper))


def _scanner(kind: float) -> tuple[int, Callable[[Image.Image], ScannedPage]]:
    """Which resolution a scanner has, and how it stores a page."""
    if kind < _LINE_ART_BELOW:
        return LINE_ART_DPI, _line_art
    if kind < _GREY_BELOW:
        return GREY_DPI, _grey
    return COLOUR_DPI, jpeg_page


def _turned(page: Image.Image, x: float, *, y: float, angle: float) -> tuple[int, int]:
    """Where a place comes to lie when the page is turned about its middle, counter-clockwise."""
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    across, down = x - page.width / 2, y - page.height / 2
    return (
        round(page.width / 2 + across * cosine + down * sine),
        round(page.height / 2 - across * sine + down * cosine),
    )


def _grey(page: Image.Image) -> ScannedPage:
    return grey_page(page.convert("L"))


def _line_art(page: Image.Image) -> ScannedPage:
    return line_art_page(page.convert("L").point([255 * (value >= _BLACK_BELOW) for value in range(256)]).convert("1"))
