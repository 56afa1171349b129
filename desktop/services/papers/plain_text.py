"""Texts of people as they may stand on paper and in other programs.

No sign turns lines around, every word has a place to break, and no spreadsheet takes a text for a formula.
"""

import unicodedata

# A column of a book holds so many letters; a longer word needs places at which it may be broken.
LONGEST_WORD = 12
# Signs after which a number of a letter is broken before it is broken anywhere else.
_BREAK_AFTER = frozenset("/.-_,;:)@\\")
BREAK = "\u200b"  # zero width space
# Controls, formats (among them those that turn the direction of writing), lone surrogates, private signs.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
# What a spreadsheet takes for the beginning of a formula or of a command (OWASP, CSV injection).
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
AS_TEXT = "'"


def printable(text: str) -> str:
    """The text with its lines, without what cannot be seen; long words can be broken."""
    lines = (" ".join(_visible(line).split()) for line in text.splitlines())
    return "\n".join(" ".join(_breakable(word) for word in line.split(" ")) for line in lines).strip()


def one_line(text: str) -> str:
    """As `printable`, in one line."""
    return " ".join(printable(text).split())


def visible(text: str) -> str:
    """The text with its lines and blanks, without what cannot be seen."""
    return "\n".join(_visible(line) for line in text.splitlines())


def no_formula(text: str) -> str:
    """As `visible`, with a sign before it where it would begin a formula."""
    seen = visible(text)
    return AS_TEXT + seen if text.startswith(BEGINS_FORMULA) or seen.lstrip().startswith(BEGINS_FORMULA) else seen


def _visible(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    return "".join(
        " " if sign == "\t" else sign for sign in line if sign == "\t" or unicodedata.category(sign) not in _UNSEEN
    )


def _breakable(word: str) -> str:
    if len(word) <= LONGEST_WORD:
        return word
    parts, part = [], ""
    for sign in word:
        part += sign
        if sign in _BREAK_AFTER:
            parts.append(part)
            part = ""
    parts.append(part)
    return BREAK.join(one if len(one) <= LONGEST_WORD else BREAK.join(one) for one in parts if one)
