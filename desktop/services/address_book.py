"""The address book of instansi that comes with the program: names with their abbreviations and former names.

It only helps to find and to spell: what an office itself wrote before always stands first (`SenderService`).
"""

import csv
import re
from io import StringIO
from typing import Final, Self

import msgspec

from resources.loading import read_text

BOOK: Final = "instansi/buku_alamat.csv"
# One letter abbreviates too much.
SHORTEST: Final = 2
_WORD: Final = re.compile(r"[a-z0-9]+")


class Instansi(msgspec.Struct, frozen=True):
    """One entry: its full name, its abbreviations in small letters, and what it was called before."""

    name: str
    shorts: tuple[str, ...]
    former: str

    @property
    def short(self) -> str:
        """The abbreviation that it is best known by, or the empty text."""
        return self.shorts[0] if self.shorts else ""


class _Searched(msgspec.Struct, frozen=True):
    entry: Instansi
    shorts: tuple[str, ...]
    names: tuple[str, ...]


class AddressBook:
    """All entries, in memory; made once by `load`."""

    def __init__(self, entries: tuple[_Searched, ...]) -> None:
        """Take the entries in the order of the book."""
        self._entries = entries

    @classmethod
    def load(cls) -> Self:
        """Read the book that is shipped with the program, which takes about a millisecond."""
        made = []
        for row in csv.DictReader(StringIO(read_text(BOOK))):
            shorts, former = _parts(row["singkatan"]), _parts(row["nama_lama"])
            entry = Instansi(name=row["nama"], shorts=shorts, former=", ".join(former))
            names = tuple(words(name) for name in (row["nama"], *former))
            made.append(_Searched(entry, tuple(words(one) for one in shorts), names))
        return cls(tuple(made))

    def like(self, typed: str) -> tuple[Instansi, ...]:
        """Entries whose abbreviation, name or former name begins as typed, in this order; nothing for one letter."""
        wanted = words(typed)
        if len(wanted) <= SHORTEST:
            return ()
        exact = [one.entry for one in self._entries if wanted in one.shorts]
        starting = [one.entry for one in self._entries if any(short.startswith(wanted) for short in one.shorts)]
        named = [one.entry for one in self._entries if any(wanted in name for name in one.names)]
        return tuple(dict.fromkeys((*exact, *starting, *named)))


def words(text: str) -> str:
    """A text as ` word word`, so that ` wor` finds the starts of words only."""
    return "".join(f" {word}" for word in _WORD.findall(text.lower()))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())
