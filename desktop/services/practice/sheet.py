"""A sheet of A4 paper on which a letter is set: black text on white, measured in millimetres and points."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from resources.loading import read_bytes

WIDTH_MM: Final = 210.0
HEIGHT_MM: Final = 297.0
MM_AN_INCH: Final = 25.4
POINTS_AN_INCH: Final = 72.0
INK: Final = 24
PAPER: Final = 255
LINE_HEIGHT: Final = 1.32
_REGULAR: Final = "fonts/LiberationSerif-Regular.ttf"
_BOLD: Final = "fonts/LiberationSerif-Bold.ttf"
# Beyond Latin letters the fonts have only empty boxes.
_LAST_LATIN: Final = 0x024F
_TYPOGRAPHY: Final = range(0x2010, 0x2030)

Font = ImageFont.FreeTypeFont


class FontBook:
    """The two faces of the letters in every size asked for, at one resolution."""

    def __init__(self, dpi: int) -> None:
        """Read both faces from the program's files."""
        self._dpi = dpi
        self._faces = {False: read_bytes(_REGULAR), True: read_bytes(_BOLD)}
        self._fonts: dict[tuple[float, bool], Font] = {}

    def font(self, points: float, *, bold: bool = False) -> Font:
        """Give the face in that size."""
        key = (points, bold)
        if key not in self._fonts:
            pixels = points * self._dpi / POINTS_AN_INCH
            # Complex layout costs three times as much and changes nothing in Latin text.
            self._fonts[key] = ImageFont.truetype(
                BytesIO(self._faces[bold]), pixels, layout_engine=ImageFont.Layout.BASIC
            )
        return self._fonts[key]


def printable(text: str) -> bool:
    """Tell whether the fonts have all letters of the text."""
    return all(ord(sign) <= _LAST_LATIN or ord(sign) in _TYPOGRAPHY for sign in text)


class Sheet:
    """One page. `y` is where the next line begins, in millimetres from the top; every line moves it on."""

    def __init__(self, fonts: FontBook, dpi: int) -> None:
        """A white page."""
        self._fonts = fonts
        self._scale = dpi / MM_AN_INCH
        self._dpi = dpi
        self.image = Image.new("L", (round(WIDTH_MM * self._scale), round(HEIGHT_MM * self._scale)), PAPER)
        self._draw = ImageDraw.Draw(self.image)
        self.y = 18.0

    def pixels(self, millimetres: float) -> float:
        """Give a length in pixels."""
        return millimetres * self._scale

    def width_of(self, text: str, points: float, *, bold: bool = False) -> float:
        """Give the width of a text in millimetres."""
        return self._fonts.font(points, bold=bold).getlength(text) / self._scale

    def write(self, text: str, x: float, *, points: float, bold: bool = False, underlined: bool = False) -> None:
        """Write one line from `x` on, without moving on."""
        left, top = self.pixels(x), self.pixels(self.y)
        self._draw.text((left, top), text, fill=INK, font=self._fonts.font(points, bold=bold))
        if underlined:
            under = top + points * 1.14 * self._dpi / POINTS_AN_INCH
            right = left + self.pixels(self.width_of(text, points, bold=bold))
            self._draw.line((left, under, right, under), fill=INK, width=max(1, round(self.pixels(0.2))))

    def line(self, text: str, x: float, *, points: float, bold: bool = False, underlined: bool = False) -> None:
        """Write one line from `x` on, and move to the next."""
        self.write(text, x, points=points, bold=bold, underlined=underlined)
        self.move(points)

    def centred(self, text: str, *, points: float, bold: bool = False, width: float = WIDTH_MM) -> None:
        """Write one line in the middle of the page, smaller where it is too long for `width`; move on."""
        while points > 8 and self.width_of(text, points, bold=bold) > width:  # noqa: PLR2004 - still legible
            points -= 0.5
        self.line(text, (WIDTH_MM - self.width_of(text, points, bold=bold)) / 2, points=points, bold=bold)

    def paragraph(self, text: str, x: float, *, right: float, points: float, indent: float = 0, bold: bool = False,
                  justified: bool = True) -> None:  # fmt: skip
        """Write a paragraph between `x` and `right`, its first line indented; move below it."""
        lines = self.wrapped(text, right - x, points=points, indent=indent, bold=bold)
        for place, words in enumerate(lines):
            start = x + (indent if place == 0 else 0)
            last = place == len(lines) - 1
            self._write_words(words, start, right=None if last or not justified else right, points=points, bold=bold)
            self.move(points)

    def wrapped(
        self, text: str, width: float, *, points: float, indent: float = 0, bold: bool = False
    ) -> list[list[str]]:
        """Break a text into lines of at most `width` millimetres."""
        space = self.width_of(" ", points, bold=bold)
        lines: list[list[str]] = [[]]
        used = indent
        for word in self._pieces(text, width, points=points, bold=bold):
            needed = self.width_of(word, points, bold=bold)
            if lines[-1] and used + needed > width:
                lines.append([])
                used = 0.0
            lines[-1].append(word)
            used += needed + space
        return lines

    def rule(self, x: float, right: float, *, thick: float) -> None:
        """Draw a line across, `thick` millimetres high, at the current height."""
        box = (self.pixels(x), self.pixels(self.y), self.pixels(right), self.pixels(self.y + thick))
        self._draw.rectangle(box, fill=INK)

    def box(self, x: float, right: float, *, top: float, bottom: float) -> None:
        """Draw the frame of a cell of a table."""
        edges = (self.pixels(x), self.pixels(top), self.pixels(right), self.pixels(bottom))
        self._draw.rectangle(edges, outline=INK, width=max(1, round(self.pixels(0.2))))

    def move(self, points: float, *, lines: float = 1) -> None:
        """Move down by so many lines of that size."""
        self.y += lines * points * LINE_HEIGHT * MM_AN_INCH / POINTS_AN_INCH

    def _pieces(self, text: str, width: float, *, points: float, bold: bool) -> Iterator[str]:
        """Give the words of a text, those wider than a line in pieces: numbers of letters can be very long."""
        for word in text.split():
            rest = word
            while self.width_of(rest, points, bold=bold) > width:
                end = len(rest) - 1
                while end > 1 and self.width_of(rest[:end], points, bold=bold) > width:
                    end -= 1
                # After a stroke, if there is one: numbers are read in parts.
                end = rest.rfind("/", 1, end) + 1 or end
                yield rest[:end]
                rest = rest[end:]
            yield rest

    def _write_words(self, words: list[str], x: float, *, right: float | None, points: float, bold: bool) -> None:
        space = self.width_of(" ", points, bold=bold)
        if right is not None and len(words) > 1:
            text_width = sum(self.width_of(word, points, bold=bold) for word in words)
            space = (right - x - text_width) / (len(words) - 1)
        for word in words:
            self.write(word, x, points=points, bold=bold)
            x += self.width_of(word, points, bold=bold) + space
