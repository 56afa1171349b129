"""What a scanner saw of a page, made clean and small: straight, on white paper, text as one bit a pixel, colour apart.

A page becomes one or two layers. Black text is a picture of one bit a pixel at the full resolution, coded without loss
(CCITT group 4, ITU-T T.6): no coder may take one figure for another that looks like it. What has colour or shades lies
beneath as a JPEG of half the resolution, from which the text was taken out; where there is none, there is no layer.

Everything is done on whole pictures by Pillow, in about a second a page; it runs in the page process alone.
"""

import io
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageStat, TiffImagePlugin

# Skew is looked for in a picture of this width, first coarsely, then around the best; degrees.
SKEW_WIDTH: Final = 900
MOST_SKEW: Final = 4.0
COARSE_STEP: Final = 0.4
FINE_STEP: Final = 0.05
LEAST_SKEW: Final = 0.08
GRAIN: Final = 24
# The paper is the brightest around, in a picture so many times smaller, widened so often: about 14 mm at 300 dpi.
PAPER_REDUCED: Final = 8
PAPER_WIDENINGS: Final = 5
# What is darker than this is no paper, and is not made white.
DARKEST_PAPER: Final = 120
# Ink is what has less than this part of the light of the paper around it.
INK_LIGHT: Final = 0.72
# Dust stands alone: so many pixels of ink within 12 pixels. A full stop has letters beside it, an i its stem below, and
# the dot of the smallest print at 200 dpi has no more than six pixels, so size alone tells nothing.
ALONE: Final = 17
ALONE_WITHIN: Final = 12
# Of the 25 pixels around one in the layer of colour so many must be darker than paper, which FAINT is hardly.
FEWEST_MARKED: Final = 10
FAINT: Final = 12
# The difference between the strongest and the weakest of red, green and blue that makes a colour.
COLOUR: Final = 30
LIGHT: Final = 90
DARK: Final = 75
# Of the nine pixels around one, in the mean of a mask.
SOME_OF_NINE: Final = 2 * 255 // 9
MOST_OF_NINE: Final = 3 * 255 // 9
# Part of a page (in a million) from which colour or shades are worth a layer of their own.
COLOUR_WORTH: Final = 150
SHADE_WORTH: Final = 3000
SHADE: Final = 205
# Paper that is nearly white after all is white: this takes the grain out.
WHITE_FROM: Final = 226
BLACK_TO: Final = 12
# The layer of colour, by which the page shall not grow over MOST_BYTES: resolution (divided by) and quality of JPEG.
MOST_BYTES: Final = 72_000
_FOUND: Final = [0, *[255] * 255]
BACKS: Final = ((2, 45), (2, 30), (3, 30), (3, 20), (4, 20))


@dataclass(frozen=True, slots=True)
class CleanLayers:
    """A clean page: `text` in CCITT group 4, black on nothing, of `width` x `height` pixels; `back` a JPEG or empty.

    `grey`: whether the JPEG has one band.
    """

    width: int
    height: int
    text: bytes
    back: bytes
    back_width: int
    back_height: int
    grey: bool


def clean(page: Image.Image) -> CleanLayers:
    """Make one page clean; `page` is RGB or L, upright, at most 300 dpi."""
    grey, half = page.convert("L"), page.reduce(2)
    angle = skew(grey)
    paper, tints = _paper(grey.reduce(PAPER_REDUCED)), _paper(half.reduce(PAPER_REDUCED), widenings=3)
    if abs(angle) >= LEAST_SKEW:
        # Colour is turned at half the resolution, in which it is kept: to turn pages is the most work there is.
        grey, half, paper, tints = (_turned(one, angle) for one in (grey, half, paper, tints))
    half = _whitened(half, tints)
    ink = _ink(grey, paper)
    coloured = _coloured(half) if half.mode == "RGB" else Image.new("L", half.size)
    has_colour = _part(coloured) > COLOUR_WORTH
    if has_colour:
        ink = ImageChops.subtract(ink, coloured.resize(ink.size, Image.Resampling.NEAREST))
        flat = _flattened(half, ink, kept=coloured)
    else:
        flat = _flattened(half.convert("L"), ink)
    text = group4(ink)
    if not has_colour and _part(flat.point(_below(SHADE))) < SHADE_WORTH:
        return CleanLayers(*grey.size, text, b"", 0, 0, grey=True)
    small, back = flat, b""
    for parts, quality in BACKS:
        small = flat if parts == BACKS[0][0] else flat.resize(_shares(grey.size, parts), Image.Resampling.BOX)
        back = _jpeg(small, quality)
        if len(back) + len(text) <= MOST_BYTES:
            break
    return CleanLayers(*grey.size, text, back, *small.size, grey=not has_colour)


def legible(page: Image.Image) -> Image.Image:
    """The page as it is best read: level, black on white, without what is coloured - stamps lie over words."""
    grey = page.convert("L")
    angle = skew(grey)
    half = page.reduce(2) if page.mode == "RGB" else None
    paper = _paper(grey.reduce(PAPER_REDUCED))
    if half is not None:
        half = _whitened(half, _paper(half.reduce(PAPER_REDUCED), widenings=3))
        apart = _coloured(half).resize(grey.size, Image.Resampling.NEAREST)
        # What is black beneath a stamp stays black.
        grey = ImageChops.lighter(grey, ImageChops.darker(apart, grey.point(_above(DARK))))
    if abs(angle) >= LEAST_SKEW:
        grey, paper = _turned(grey, angle), _turned(paper, angle)
    return ImageChops.invert(_ink(grey, paper))


def skew(grey: Image.Image) -> float:
    """By how many degrees the page must be turned, counter-clockwise, so that its lines lie level."""
    height = max(1, round(grey.height * SKEW_WIDTH / grey.width))
    small = grey.resize((SKEW_WIDTH, height), Image.Resampling.BOX, reducing_gap=2.0)
    paper = small.filter(ImageFilter.BoxBlur(12))
    ink = ImageChops.subtract(paper, small).point(_above(GRAIN))
    # The margins hold shadows of the lid, which are level with the scanner and not with the paper.
    edge = SKEW_WIDTH // 20
    ink = ink.crop((edge, edge, ink.width - edge, ink.height - edge)).reduce((4, 1))
    coarse = round(MOST_SKEW / COARSE_STEP)
    best = max((step * COARSE_STEP for step in range(-coarse, coarse + 1)), key=lambda angle: _levelness(ink, angle))
    fine = round(COARSE_STEP / FINE_STEP)
    around = [best + step * FINE_STEP for step in range(-fine, fine + 1)]
    found = max(around, key=lambda angle: _levelness(ink, angle))
    # A page without lines of text, a photo for one, has no best angle: it is left as it lies.
    return found if _levelness(ink, found) > _levelness(ink, 0.0) * 1.05 and abs(found) < MOST_SKEW else 0.0


def group4(ink: Image.Image) -> bytes:
    """A picture with ink where it is not 0, in CCITT group 4 as one strip; 1 is ink."""
    file = io.BytesIO()
    tags = {TiffImagePlugin.ROWSPERSTRIP: ink.height}  # a PDF takes a single stream
    bits = ink.convert("1", dither=Image.Dither.NONE)
    bits.save(file, "TIFF", compression="group4", tiffinfo=tags)
    with Image.open(file) as tiff:
        found = dict(tiff.tag_v2) if isinstance(tiff, TiffImagePlugin.TiffImageFile) else {}
    start, length = found[TiffImagePlugin.STRIPOFFSETS][0], found[TiffImagePlugin.STRIPBYTECOUNTS][0]
    return file.getvalue()[start : start + length]


def _levelness(ink: Image.Image, angle: float) -> float:
    """How sharply rows of ink and rows of paper are told apart when the picture is sheared by the angle."""
    # The picture is four times narrower than high: so is the slope.
    slope = math.tan(math.radians(angle)) * 4
    level = ink.transform(ink.size, Image.Transform.AFFINE, (1, 0, 0, slope, 1, -slope * ink.width / 2))
    rows = level.resize((1, ink.height), Image.Resampling.BOX).tobytes()
    return float(sum((below - above) ** 2 for above, below in pairwise(rows)))


def _turned(image: Image.Image, angle: float) -> Image.Image:
    return image.rotate(angle, Image.Resampling.BILINEAR, fillcolor="white")


def _paper(small: Image.Image, *, widenings: int = PAPER_WIDENINGS) -> Image.Image:
    """How bright the paper is in each place."""
    paper = small.filter(ImageFilter.MedianFilter(3))
    for _ in range(widenings):  # many small windows cost less than a wide one
        paper = paper.filter(ImageFilter.MaxFilter(5))
    paper = paper.filter(ImageFilter.BoxBlur(2 * widenings))
    return paper.point([max(value, DARKEST_PAPER) for value in range(256)] * len(paper.getbands()))


def _whitened(half: Image.Image, tints: Image.Image) -> Image.Image:
    """The page as on white paper: its usual tint is multiplied away, which leaves black black; shadows are added."""
    usual = ImageStat.Stat(tints).median
    table = [min(255, value * 255 // white) for white in usual for value in range(256)]
    lift = ImageChops.invert(tints.point(table)).resize(half.size, Image.Resampling.BILINEAR)
    return ImageChops.add(half.point(table), lift)


def _ink(grey: Image.Image, paper: Image.Image) -> Image.Image:
    """Where ink is, as 0 and 255, without dust."""
    limit = paper.point([round(value * INK_LIGHT) for value in range(256)])
    limit = limit.resize(grey.size, Image.Resampling.BILINEAR)
    ink = ImageChops.subtract(limit, grey).point(_FOUND)
    around = (2 * ALONE_WITHIN + 1) ** 2
    among = ink.filter(ImageFilter.BoxBlur(ALONE_WITHIN)).point(_above(round(ALONE * 255 / around)))
    return ImageChops.darker(ink, among)


def _coloured(half: Image.Image) -> Image.Image:
    """Where the page has colour, as 0 and 255."""
    red, green, blue = half.split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    weakest = ImageChops.darker(ImageChops.darker(red, green), blue)
    found = ImageChops.subtract(strongest, weakest).point(_above(COLOUR))
    # Colours of single pixels are grain; the rim of a stroke belongs to it, but black beside colour stays text.
    around = found.filter(ImageFilter.BoxBlur(1))
    rim = ImageChops.darker(around.point(_above(SOME_OF_NINE)), strongest.point(_above(LIGHT)))
    return ImageChops.lighter(ImageChops.darker(found, around.point(_above(MOST_OF_NINE))), rim)


def _flattened(half: Image.Image, ink: Image.Image, *, kept: Image.Image | None = None) -> Image.Image:
    """What is left of the page without its text and dust; what is `kept` stays also beside text."""
    taken = ink.reduce(2).filter(ImageFilter.BoxBlur(1)).point(_FOUND)
    if kept is not None:
        taken = ImageChops.subtract(taken, kept)
    around = half.reduce(4).filter(ImageFilter.MaxFilter(3)).resize(half.size, Image.Resampling.BILINEAR)
    flat = Image.composite(around, half, taken)
    span = WHITE_FROM - BLACK_TO
    curve = [min(255, max(0, (value - BLACK_TO) * 255 // span)) for value in range(256)]
    flat = flat.point(curve * len(flat.getbands()))
    # Dust, and the rims of letters that were taken out, would cost more bytes than the rest.
    marked = ImageChops.invert(flat.convert("L")).point(_above(FAINT))
    solid = marked.filter(ImageFilter.BoxBlur(2)).point(_above(FEWEST_MARKED * 255 // 25))
    worth = solid.filter(ImageFilter.BoxBlur(3)).point(_FOUND)
    white = Image.new(flat.mode, flat.size, "white")
    return Image.composite(flat, white, worth)


def _above(least: int) -> list[int]:
    """The table that makes 255 of this value and higher ones, and 0 of all others."""
    return [255 * (value >= least) for value in range(256)]


def _below(limit: int) -> list[int]:
    return [255 * (value < limit) for value in range(256)]


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, optimize=True, progressive=True, subsampling="4:2:0")
    return file.getvalue()


def _part(mask: Image.Image) -> float:
    """How much of the page a mask covers, in a million."""
    histogram = mask.histogram()
    return histogram[255] * 1_000_000 / (mask.width * mask.height)


def _shares(size: tuple[int, int], parts: int) -> tuple[int, int]:
    return max(1, size[0] // parts), max(1, size[1] // parts)
