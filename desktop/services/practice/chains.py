"""Dispositions of practice letters: the camat orders, secretary and section heads pass on, and some have answered."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Final

from desktop.services.practice.dates import working_day
from desktop.services.practice.records import PracticeDisposition, PracticeLetter
from desktop.services.practice.vocabulary import Vocabulary

HEAD: Final = "camat"
SECRETARY: Final = "sekcam"
ALL_INSTRUCTIONS: Final = 40
# Numbers of the office's instruction list: those given on invitations, and those given on other letters.
_ON_INVITATIONS: Final[tuple[int, ...]] = (1, 2, 2, 2, 16, 16, 23, 35, 13)
_ON_OTHERS: Final[tuple[int, ...]] = (7, 7, 7, 10, 10, 11, 11, 18, 20, 4, 6, 9, 13, 14, 22, 32, 34, 39, 40)
_PASSED_ON: Final[tuple[int, ...]] = (7, 8, 9, 11, 13, 22, 23, 32, 34, 2)
_ANY_INSTRUCTION: Final = 0.08
# Who in the office deals with a letter, by the longest start of its code.
_IN_CHARGE: Final = (
    ("400.10", "kasi_pmp"),
    ("400.12", "kasi_pelayanan"),
    ("000.5", "arsiparis"),
    ("000.7", "kasi_pmp"),
    ("000.2", "kasubbag_keuangan"),
    ("100", "kasi_pemerintahan"),
    ("200", "kasi_trantib"),
    ("300", "kasi_trantib"),
    ("400", "kasi_kesos"),
    ("500", "kasi_pmp"),
    ("600", "kasi_pmp"),
    ("700", "kasi_pemerintahan"),
    ("800", "kasubbag_umum"),
    ("900", "kasubbag_keuangan"),
    ("", "kasi_pemerintahan"),
)
_OTHERS: Final = ("kasi_pemerintahan", "kasi_pmp", "kasi_trantib", "kasi_kesos", "kasi_pelayanan", "kasubbag_umum")
# To whom a position passes a letter on; who is not named passes nothing on.
_PASSES_TO: Final = {
    SECRETARY: ("kasubbag_umum", "kasi_pelayanan", "kasi_pmp", "kasubbag_keuangan"),
    "kasubbag_umum": ("tata_usaha", "arsiparis"),
    "kasubbag_keuangan": ("bendahara",),
    "kasi_pemerintahan": ("staf_pelayanan", "staf_pmp"),
    "kasi_pmp": ("staf_pmp",),
    "kasi_trantib": ("staf_pmp", "staf_pelayanan"),
    "kasi_kesos": ("staf_pelayanan",),
    "kasi_pelayanan": ("staf_pelayanan",),
    "bendahara": ("tata_usaha",),
    "staf_pmp": ("tata_usaha",),
    "staf_pelayanan": ("tata_usaha",),
}
_LONG_CHAIN: Final = (HEAD, SECRETARY, "kasubbag_umum", "kasi_pmp", "staf_pmp", "tata_usaha")
_REFUSING: Final = "kasi_kesos"
_MANY: Final = 11
_SECOND_BRANCH: Final = 0.5
_SECOND_INSTRUCTION: Final = 0.3
_WITH_SECRETARY: Final = 0.5
_WITH_ANOTHER: Final = 0.35
_WITH_NOTE: Final = 0.35
_FRESH_DAYS: Final = 7
_FRESH_ANSWERED: Final = 0.25
_OLD_ANSWERED: Final = 0.8


class DispositionMaker:
    """Makes the dispositions of one letter at a time, from the seed and the letter's index alone."""

    def __init__(self, words: Vocabulary, seed: int, *, until: date) -> None:
        self._seed = seed
        self._until = until
        self._wording = words.wording
        self._order = {one.key: place for place, one in enumerate(words.office.positions)}
        self._chance = Random()  # noqa: S311 - invents data, protects nothing

    def dispositions(self, letter: PracticeLetter) -> tuple[PracticeDisposition, ...]:
        """Make them, each after the one above it."""
        self._chance.seed(self._seed * 1_000_003 + letter.index)
        if letter.nasty == "eleven_recipients":
            many = tuple(key for key in self._order if key not in {HEAD, "admin"})[:_MANY]
            return (self._disposition(letter, HEAD, recipients=many, above=None, parent=None),)
        if letter.nasty == "five_levels":
            return self._long_chain(letter)
        if not letter.levels:
            return ()
        made = [self._disposition(letter, HEAD, recipients=self._addressed(letter), above=None, parent=None)]
        level = [0]
        for _ in range(letter.levels - 1):
            level = self._pass_on(letter, made, level=level)
        return tuple(made)

    def _addressed(self, letter: PracticeLetter) -> tuple[str, ...]:
        draw = self._chance.random
        chosen = {next(key for start, key in _IN_CHARGE if letter.classification.startswith(start))}
        if draw() < _WITH_SECRETARY:
            chosen.add(SECRETARY)
        if draw() < _WITH_ANOTHER:
            chosen.add(_OTHERS[int(draw() * len(_OTHERS))])
        if letter.levels > 1 and not any(key in _PASSES_TO for key in chosen):
            chosen.add(SECRETARY)
        return tuple(sorted(chosen, key=self._order.__getitem__))

    def _pass_on(self, letter: PracticeLetter, made: list[PracticeDisposition], *, level: list[int]) -> list[int]:
        """Pass on what stands in `level`; gives the places of the new dispositions."""
        named = {key for one in made for key in one.recipients}
        passing = [(place, key) for place in level for key in made[place].recipients if key in _PASSES_TO]
        branches = 2 if self._chance.random() < _SECOND_BRANCH else 1
        new: list[int] = []
        for place, key in passing:
            open_to = [one for one in _PASSES_TO[key] if one not in named]
            if not open_to:
                continue
            recipients = tuple(open_to[: 1 + int(self._chance.random() * len(open_to))])
            named.update(recipients)
            new.append(len(made))
            made.append(self._disposition(letter, key, recipients=recipients, above=made[place], parent=place))
            if len(new) == branches:
                break
        return new

    def _long_chain(self, letter: PracticeLetter) -> tuple[PracticeDisposition, ...]:
        made: list[PracticeDisposition] = []
        for place, (key, next_key) in enumerate(pairwise(_LONG_CHAIN)):
            recipients = (next_key, _REFUSING) if next_key == "kasi_pmp" else (next_key,)
            above = made[-1] if made else None
            parent = place - 1 if made else None
            made.append(self._disposition(letter, key, recipients=recipients, above=above, parent=parent))
        return tuple(made)

    def _disposition(
        self,
        letter: PracticeLetter,
        from_position: str,
        *,
        recipients: tuple[str, ...],
        above: PracticeDisposition | None,
        parent: int | None,
    ) -> PracticeDisposition:
        draw = self._chance.random
        before = letter.received_on if above is None else above.issued_on
        issued_on = min(working_day(before + timedelta(days=int(draw() * 3))), self._until)
        due_on = letter.due_on
        if due_on is not None and due_on < issued_on:
            due_on = None
        notes = self._wording.notes
        return PracticeDisposition(
            letter=letter.index,
            parent=parent,
            from_position=from_position,
            recipients=recipients,
            instructions=self._instructions(letter, passed_on=above is not None),
            note=notes[int(draw() * len(notes))] if draw() < _WITH_NOTE else "",
            issued_on=issued_on,
            due_on=due_on,
            answers=self._answers(letter, recipients, issued_on=issued_on),
        )

    def _instructions(self, letter: PracticeLetter, *, passed_on: bool) -> tuple[int, ...]:
        draw = self._chance.random
        first = _ON_OTHERS if letter.event_on is None else _ON_INVITATIONS
        usual = _PASSED_ON if passed_on else first
        chosen = {usual[int(draw() * len(usual))]}
        if draw() < _SECOND_INSTRUCTION:
            chosen.add(usual[int(draw() * len(usual))])
        if draw() < _ANY_INSTRUCTION:
            chosen.add(1 + int(draw() * ALL_INSTRUCTIONS))
        return tuple(sorted(chosen))

    def _answers(
        self, letter: PracticeLetter, recipients: tuple[str, ...], *, issued_on: date
    ) -> tuple[tuple[str, str], ...]:
        draw = self._chance.random
        fresh = (self._until - issued_on).days <= _FRESH_DAYS
        likely = _FRESH_ANSWERED if fresh else _OLD_ANSWERED
        answers = self._wording.answers if letter.event_on is None else self._wording.answers_invited
        given = []
        for key in recipients:
            if letter.nasty == "five_levels" and key == _REFUSING:
                given.append((key, self._wording.refused))
            elif draw() < likely:
                given.append((key, answers[int(draw() * len(answers))]))
        return tuple(given)
