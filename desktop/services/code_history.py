"""Which classification code the office would give a letter, judged by the letters it registered before.

Plain counting, so that a clerk can be told why: a word of the subject speaks for the codes of earlier letters that
had it, the more the rarer the word, and the sender speaks like one word more. Nothing leaves the PC.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log
from typing import Final, NamedTuple

from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.storage.letter_list import coded_letters
from desktop.storage.unit_of_work import Store

LETTERS: Final = 4000
SHORTEST: Final = 3
# A word met once, a name mostly, says little: counts are weighed against three letters that went elsewhere.
DOUBT: Final = 3.0
SENDER_WEIGHT: Final = 0.5
# How much of what the subject says has to speak for a code; a lone `permohonan` fits half of all letters.
LEAST: Final = 0.1
_WORD: Final = re.compile(r"[a-z]+")


class CodeGuess(NamedTuple):
    """A code, and for how many earlier letters it was used that share a telling word of the subject."""

    code: str
    letters: int


class CodeHistory:
    """What the office's own letters say; made anew when the form opens, asked while one types."""

    def __init__(self, letters: Iterable[tuple[str, str, str]]) -> None:
        """Count triples of subject, sender and code."""
        self._by_word: dict[str, Counter[str]] = defaultdict(Counter)
        self._totals: Counter[str] = Counter()
        for subject, sender, code in letters:
            if not code:
                continue
            self._totals[code] += 1
            for word in _words(subject, sender):
                self._by_word[word][code] += 1

    def suggest(self, subject: str, sender: str, *, limit: int) -> tuple[CodeGuess, ...]:
        """The codes that fit best, best first; none where most of what the subject says was not met before."""
        words = _words(subject, sender)
        every = sum(self._totals.values())
        scores: dict[str, float] = defaultdict(float)
        said = 0.0
        for word in words:
            codes = self._by_word.get(word, Counter())
            seen = sum(codes.values())
            telling = log(1 + every / max(1, seen)) * (SENDER_WEIGHT if word.startswith("@") else 1.0)
            said += telling
            for code, times in codes.items():
                scores[code] += telling * times / (seen + DOUBT)
        fitting = [code for code, score in scores.items() if score >= LEAST * said and self._witnesses(code, words)]
        best = sorted(fitting, key=lambda code: (-scores[code], code))[:limit]
        return tuple(CodeGuess(code, self._witnesses(code, words)) for code in best)

    def _witnesses(self, code: str, words: set[str]) -> int:
        met = (self._by_word[word][code] for word in words if word in self._by_word and not word.startswith("@"))
        return max(met, default=0)


class CodeHistoryService:
    """Reads the newest letters of the office for one signed-in person."""

    def __init__(self, store: Store, actor: Actor) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor

    def read(self) -> CodeHistory:
        """The history as it is now; empty for those who may not read the register. Takes some 50 ms, off the screen."""
        if not has_power(self._actor, Power.READ_REGISTER):
            return CodeHistory(())
        with self._store.read() as uow:
            return CodeHistory(coded_letters(uow.connection, self._actor.office, limit=LETTERS))


def _words(subject: str, sender: str) -> set[str]:
    words = {word for word in _WORD.findall(subject.lower()) if len(word) >= SHORTEST}
    if sender.strip():
        words.add("@" + " ".join(sender.lower().split()))
    return words
