"""The archive classification codes: what a code means, and which code fits what a person types.

Codes and names are those of Permendagri 83/2022 for regional government, and of the older Permendagri 78/2012,
which letters of many offices still carry. The map from old to new codes is a customary one, not a rule.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Final, Self

import msgspec
from msgspec.structs import replace

from core.domain.classification import normalize_code
from resources.loading import read_text

NEW_CODES: Final = "klasifikasi/permendagri_83_2022_daerah.csv"
OLD_CODES: Final = "klasifikasi/permendagri_78_2012.csv"
OLD_TO_NEW: Final = "klasifikasi/peta_78_ke_83.csv"
# What offices call things; no rule either. Several words of one meaning stand together.
OFFICE_WORDS: Final = "klasifikasi/kata_kantor.csv"
# A shorter start of a word fits too much to help.
SHORTEST_WORD: Final = 2
_WORD: Final = re.compile(r"[a-z0-9]+")


class ClassificationCode(msgspec.Struct, frozen=True, kw_only=True):
    """One code of today with its name; `level` counts from 1, `parent` is empty at the top.

    `hint` says which old code or customary word led to it, or is empty.
    """

    code: str
    name: str
    level: int
    parent: str
    hint: str = ""


class _Searched(msgspec.Struct, frozen=True, kw_only=True):
    """A code as the search sees it: its name as ` word word`, so that ` wor` finds starts of words only."""

    words: str
    entry: ClassificationCode


class ClassificationCatalogue:
    """All codes, in memory; made once by `load`."""

    def __init__(
        self,
        entries: tuple[ClassificationCode, ...],
        old_names: Mapping[str, str],
        *,
        from_old: tuple[ClassificationCode, ...],
        from_words: tuple[ClassificationCode, ...] = (),
    ) -> None:
        """Take the codes of today and the names of old codes; today's codes with an old code, with words as `hint`."""
        self._by_code = {entry.code: entry for entry in entries}
        self._old_names = dict(old_names)
        self._searched = tuple(_Searched(words=_as_words(entry.name), entry=entry) for entry in entries)
        self._from_old = tuple(_Searched(words=_as_words(entry.hint), entry=entry) for entry in from_old)
        self._from_words = tuple(_Searched(words=_as_words(entry.hint), entry=entry) for entry in from_words)

    @classmethod
    def load(cls) -> Self:
        """Read the codes that are shipped with the program, which takes about 20 ms."""
        entries = tuple(
            ClassificationCode(code=row["kode"], name=row["nama"], level=int(row["tingkat"]), parent=row["induk"])
            for row in _rows(NEW_CODES)
        )
        by_code = {entry.code: entry for entry in entries}
        from_old = []
        for row in _rows(OLD_TO_NEW):
            note = f"; {row['catatan']}" if row["catatan"] else ""
            from_old.append(replace(by_code[row["kode_baru"]], hint=f"{row['kode_lama']} {row['arti']}{note}"))
        from_words = tuple(replace(by_code[row["kode"]], hint=row["kata"]) for row in _rows(OFFICE_WORDS))
        old_names = {row["kode"]: row["nama"] for row in _rows(OLD_CODES)}
        return cls(entries, old_names, from_old=tuple(from_old), from_words=from_words)

    def __len__(self) -> int:
        return len(self._by_code)

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def lookup(self, code: str) -> str | None:
        """Give the name of a code: today's meaning first, then the old one; None for a code of neither list."""
        wanted = normalize_code(code)
        entry = self._by_code.get(wanted)
        return self._old_names.get(wanted) if entry is None else entry.name

    def path(self, code: str) -> tuple[ClassificationCode, ...]:
        """Give the code and all above it, the top first; empty for a code that is not of today."""
        found: list[ClassificationCode] = []
        entry = self._by_code.get(normalize_code(code))
        while entry is not None:
            found.append(entry)
            entry = self._by_code.get(entry.parent)
        return tuple(reversed(found))

    def search(self, text: str, limit: int) -> list[ClassificationCode]:
        """Find codes for what a person types, best first, at most `limit`, each once.

        Digits fit the start of a code, and an old code fits the code of today that follows it. Words fit starts
        of words of the name, all of them in any order, or of the customary word, such as `undangan`. Where nothing
        has them all, what has most of them is found.
        """
        code = normalize_code(text)
        matches = self._by_digits(code) if code[:1].isdigit() else self._by_words(text)
        found: dict[str, ClassificationCode] = {}
        for entry in matches:
            found.setdefault(entry.code, entry)
            if len(found) == limit:
                break
        return list(found.values())

    def _by_digits(self, code: str) -> Iterator[ClassificationCode]:
        exact = self._by_code.get(code)
        if exact is not None:
            yield exact
        yield from (one.entry for one in self._from_old if one.entry.hint.startswith(f"{code} "))
        below = [one.entry for one in self._searched if one.entry.code.startswith(code)]
        yield from sorted(below, key=_by_level)
        yield from (one.entry for one in self._from_old if one.entry.hint.startswith(code))

    def _by_words(self, text: str) -> Iterator[ClassificationCode]:
        words = [f" {word}" for word in _WORD.findall(text.lower()) if len(word) >= SHORTEST_WORD]
        if not words:
            return
        yield from (one.entry for one in (*self._from_old, *self._from_words) if _fits(one.words, words))
        named = [one for one in self._searched if _fits(one.words, words)]
        # A short name that begins with what was typed says it best; a name of a hundred words mentions it only.
        named.sort(key=lambda one: (not one.words.startswith(words[0]), len(one.words), _by_level(one.entry)))
        yield from (one.entry for one in named)
        if not named:
            yield from self._by_most_words(words)

    def _by_most_words(self, words: list[str]) -> Iterator[ClassificationCode]:
        counted = [
            (sum(word in one.words for word in words), one)
            for one in (*self._from_old, *self._from_words, *self._searched)
        ]
        most = max(count for count, _ in counted)
        if most:
            yield from (one.entry for count, one in counted if count == most)


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(read_text(name))))


def _as_words(text: str) -> str:
    return "".join(f" {word}" for word in _WORD.findall(text.lower()))


def _fits(words: str, wanted: list[str]) -> bool:
    return all(word in words for word in wanted)


def _by_level(entry: ClassificationCode) -> tuple[int, tuple[int, ...]]:
    return entry.level, tuple(int(part) for part in entry.code.split("."))
