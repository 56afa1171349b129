"""Subjects of practice letters: which pattern comes how often, from whom, and with what in its places."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import chain
from random import Random
from typing import Final

from desktop.services.practice.dates import MONTHS
from desktop.services.practice.names import NamePool
from desktop.services.practice.vocabulary import Pattern, Sender, Vocabulary

_PLACE: Final = re.compile(r"\{(\w+)\}")
_YEAR: Final = "tahun"
_MONTH: Final = "bulan"
_PERSON: Final = "nama"
_PEKON_PAIR: Final = {"pekon_a": "pekon", "pekon_b": "pekon"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A subject with its code and its sender."""

    pattern: Pattern
    sender: Sender
    subject: str


class _Filled:
    """One pattern, ready to be filled quickly."""

    def __init__(self, pattern: Pattern, senders: tuple[Sender, ...], *, vocabulary: Vocabulary) -> None:
        self.pattern = pattern
        self.senders = senders
        self.template = _PLACE.sub("%s", pattern.pattern.replace("%", "%%"))
        self.places = tuple(_PLACE.findall(pattern.pattern))
        values = vocabulary.subjects.values
        self.values = tuple(values.get(_PEKON_PAIR.get(place, place), ()) for place in self.places)


class SubjectPool:
    """Draws subjects by the mix of the vocabulary."""

    def __init__(self, vocabulary: Vocabulary, names: NamePool) -> None:
        self._names = names
        patterns = [one for one in vocabulary.subjects.patterns if one.senders]
        self._by_percent = tuple(
            chain.from_iterable(
                [
                    tuple(
                        _Filled(pattern, vocabulary.senders_of(pattern), vocabulary=vocabulary)
                        for pattern in patterns
                        if pattern.code.startswith(share.group) and pattern.is_invitation == share.invitation
                    )
                ]
                * share.share
                for share in vocabulary.subjects.mix
            )
        )

    def draw(self, chance: Random, day: date) -> Draft:
        """Draw a subject for a letter of that day."""
        draw = chance.random
        group = self._by_percent[int(draw() * len(self._by_percent))]
        filled = group[int(draw() * len(group))]
        sender = filled.senders[int(draw() * len(filled.senders))]
        if not filled.places:
            return Draft(filled.pattern, sender, filled.template)
        words: list[str] = []
        for place, values in zip(filled.places, filled.values, strict=True):
            if place in sender.fills:
                words.append(sender.fills[place])
            elif values:
                word = values[int(draw() * len(values))]
                words.append(word if word not in words else values[values.index(word) - 1])
            elif place == _YEAR:
                words.append(str(day.year))
            elif place == _MONTH:
                words.append(MONTHS[day.month - 2])  # of the month before
            else:
                words.append(self._names.draw(chance))
        return Draft(filled.pattern, sender, filled.template % tuple(words))
