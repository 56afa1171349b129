"""Letter numbers by template: written, read, made and recognised.

Offices write the number of a letter in very different ways (`800.1.11.1/091/BKAD/V/2026`, `B/1/800.1.11.1/UM/2026`,
`NOMOR 23 TAHUN 2020`); a template says which: `{kode}/{urut:3}/{unit}/{bulan_romawi}/{tahun}`. Text outside braces
stands as it is; `{{` and `}}` are braces. `{urut:3}` fills up to three digits and grows past 999 without cutting.

A number is recognised only where one reading of it exists. Pure; the names of the tokens are those of the tata naskah.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.number_parts import MAX_WIDTH, Token, fits, last_end, written

MAX_TEMPLATE = 120
MAX_LETTER_NO = 200
_MANY = 2  # readings: more than one is ambiguous, however many there are


class TemplateRefusal(Refusal):
    """A template or a number that cannot be used; `position` counts characters from 0 to where it is wrong."""

    def __init__(self, code: RefusalCode, position: int, field: str = "template") -> None:
        """Refuse with the place of what is wrong."""
        super().__init__(code, field)
        self.position = position


class Reset(Enum):
    """What starts a counter again, beside the turn of the year."""

    UNIT = "unit"
    TYPE = "jenis"
    CODE = "kode"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a template: a token with its width, or literal text; `position` is where it begins."""

    position: int
    token: Token | None = None
    width: int = 0
    text: str = ""


class NumberTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A template that was read. `resets` name what has a counter of its own; each counter starts again each year."""

    parts: tuple[Part, ...]
    resets: frozenset[Reset] = frozenset()

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens in their order."""
        return tuple(part.token for part in self.parts if part.token is not None)


Values = Mapping[Token, str | int]


def parse_template(text: str, resets: frozenset[Reset] = frozenset()) -> NumberTemplate:
    """Read a template; TemplateRefusal with the place of what is wrong.

    A template holds each token at most once and the running number always.
    """
    if len(text) > MAX_TEMPLATE:
        raise TemplateRefusal(RefusalCode.TEXT_TOO_LONG, MAX_TEMPLATE)
    parts: list[Part] = []
    literal, begun, at = "", 0, 0
    while at < len(text):
        if text[at : at + 2] in ("{{", "}}"):
            begun = begun if literal else at
            literal, at = literal + text[at], at + 2
        elif text[at] == "{":
            if literal:
                parts.append(Part(position=begun, text=literal))
                literal = ""
            part, at = _token(text, at)
            if any(one.token == part.token for one in parts):
                raise TemplateRefusal(RefusalCode.TEMPLATE_REPEATED, part.position)
            parts.append(part)
        elif text[at] == "}" or not text[at].isprintable():
            raise TemplateRefusal(RefusalCode.TEMPLATE_MALFORMED, at)
        else:
            begun = begun if literal else at
            literal, at = literal + text[at], at + 1
    if literal:
        parts.append(Part(position=begun, text=literal))
    if not any(part.token is Token.NUMBER for part in parts):
        raise TemplateRefusal(RefusalCode.TEMPLATE_WITHOUT_NUMBER, len(text))
    return NumberTemplate(parts=tuple(parts), resets=resets)


def template_text(template: NumberTemplate) -> str:
    """The template as it is written; reading it gives the same template."""
    pieces = []
    for part in template.parts:
        if part.token is None:
            pieces.append(part.text.replace("{", "{{").replace("}", "}}"))
        else:
            pieces.append(f"{{{part.token.value}:{part.width}}}" if part.width else f"{{{part.token.value}}}")
    return "".join(pieces)


def render(template: NumberTemplate, values: Values) -> str:
    """The number as it is printed; TemplateRefusal if a part is missing or is none of its kind.

    The position of a refusal is that of the part in the template. A missing `sisipan` is no insertion.
    """
    pieces = []
    for part in template.parts:
        if part.token is None:
            pieces.append(part.text)
            continue
        value = values.get(part.token, "" if part.token is Token.SUFFIX else None)
        if value is None:
            raise TemplateRefusal(RefusalCode.NUMBER_PART_MISSING, part.position, part.token.value)
        text = written(part.token, value, part.width)
        if text is None:
            raise TemplateRefusal(RefusalCode.NUMBER_PART_MALFORMED, part.position, part.token.value)
        pieces.append(text)
    number = "".join(pieces)
    if len(number) > MAX_LETTER_NO:
        raise TemplateRefusal(RefusalCode.TEXT_TOO_LONG, MAX_LETTER_NO)
    return number


def recognise(template: NumberTemplate, number: str) -> dict[Token, str]:
    """The parts of a number as text; TemplateRefusal if it has no reading by this template, or several.

    The position of a refusal is that of the first character that no reading reaches, or 0.
    """
    if len(number) > MAX_LETTER_NO:
        raise TemplateRefusal(RefusalCode.TEXT_TOO_LONG, MAX_LETTER_NO, "letter_no")
    reader = _Reader(template.parts, number)
    ways = reader.ways(0, 0)
    if not ways:
        raise TemplateRefusal(RefusalCode.NUMBER_UNRECOGNISED, reader.furthest, "letter_no")
    if ways >= _MANY:
        raise TemplateRefusal(RefusalCode.NUMBER_AMBIGUOUS, 0, "letter_no")
    return reader.reading()


def counter_of(template: NumberTemplate, values: Values) -> tuple[str, ...]:
    """What names the counter of a number within its book and year: the values that have a counter of their own."""
    found = []
    for reset in sorted(template.resets, key=lambda one: one.value):
        value = values.get(Token(reset.value))
        if value is None:
            raise TemplateRefusal(RefusalCode.NUMBER_PART_MISSING, 0, reset.value)
        found.append(str(value))
    return tuple(found)


def _token(text: str, at: int) -> tuple[Part, int]:
    """The token that begins at a brace, and where the text goes on."""
    end = text.find("}", at)
    inside = text[at + 1 : end]
    if end < 0 or "{" in inside:
        raise TemplateRefusal(RefusalCode.TEMPLATE_MALFORMED, at)
    name, colon, width = inside.partition(":")
    try:
        token = Token(name)
    except ValueError:
        raise TemplateRefusal(RefusalCode.TEMPLATE_UNKNOWN_PART, at + 1) from None
    if not colon:
        return Part(position=at, token=token), end + 1
    widest = MAX_WIDTH.get(token, 0)
    if not (width.isascii() and width.isdigit() and len(width) == 1 and int(width) <= widest):
        raise TemplateRefusal(RefusalCode.TEMPLATE_MALFORMED, at + 2 + len(name))
    return Part(position=at, token=token, width=int(width)), end + 1


class _Reader:
    """Counts the readings of one number, each end of each part once: the work is bounded by parts x length squared."""

    def __init__(self, parts: Sequence[Part], number: str) -> None:
        self._parts = parts
        self._number = number
        self.furthest = 0
        self.ways = lru_cache(maxsize=None)(self._ways)

    def reading(self) -> dict[Token, str]:
        """The parts of the one reading there is."""
        found: dict[Token, str] = {}
        at = 0
        for place, part in enumerate(self._parts):
            end = next(end for end in self._ends(part, at) if self.ways(place + 1, end))
            if part.token is not None:
                found[part.token] = self._number[at:end]
            at = end
        return found

    def _ways(self, place: int, at: int) -> int:
        self.furthest = max(self.furthest, at)
        if place == len(self._parts):
            return int(at == len(self._number))
        return min(_MANY, sum(self.ways(place + 1, end) for end in self._ends(self._parts[place], at)))

    def _ends(self, part: Part, at: int) -> list[int]:
        if part.token is None:
            end = at + len(part.text)
            return [end] if self._number[at:end] == part.text else []
        last = last_end(part.token, self._number, at)
        return [end for end in range(at, last + 1) if fits(part.token, self._number[at:end], part.width)]
