"""Practice letters, as many as wanted, one by one; the same seed always gives the same letters."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from random import Random
from typing import Final

from desktop.services.practice.chains import DispositionMaker
from desktop.services.practice.dates import ROMAN, receipts, working_day, written, written_with_weekday
from desktop.services.practice.names import NamePool, invented_nip
from desktop.services.practice.nasty import NastyLetters
from desktop.services.practice.records import (
    PracticeDisposition,
    PracticeLetter,
    PracticeOffice,
    PracticePerson,
    PracticePosition,
    PracticeUnit,
)
from desktop.services.practice.subjects import SubjectPool
from desktop.services.practice.vocabulary import Sender, Vocabulary

LAST_DAY: Final = date(2026, 11, 20)
# A kecamatan takes in 1,000 to 2,000 letters a year; more letters than that reach further back.
LETTERS_A_YEAR: Final = 1500
MOST_YEARS: Final = 10
DAYS_A_YEAR: Final = 365

# Each table has a hundred places, one for each per cent.
_SECURITY: Final = (0,) * 95 + (1,) * 3 + (2,) * 2
_URGENCY: Final = (0,) * 78 + (1,) * 17 + (2,) * 5
_CHANNEL: Final = tuple(
    chain(("paper",) * 45, ("srikandi",) * 25, ("whatsapp",) * 20, ("email",) * 8, ("courier",) * 2)
)
_LEVELS: Final = (0,) * 10 + (1,) * 54 + (2,) * 27 + (3,) * 9
_PAGES: Final = (1,) * 55 + (2,) * 35 + (3,) * 10
_PAPER_DELAY: Final = (0, 1, 1, 2, 2, 3, 4, 5, 7, 10)
_SAY_SOMETHING: Final = 0.6
_WANT_ANSWER: Final = 0.45


class PracticeGenerator:
    """An invented kecamatan and what happens in it up to the day `until`."""

    def __init__(self, seed: int, *, until: date = LAST_DAY, vocabulary: Vocabulary | None = None) -> None:
        """Make the office; letters are made when asked for. The vocabulary is read from the program's files."""
        self._seed = seed
        self._until = until
        self._words = vocabulary or Vocabulary.load()
        self._pool = SubjectPool(self._words, NamePool(self._words.names, seed))
        self._maker = DispositionMaker(self._words, seed, until=until)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words in use."""
        return self._words

    def office(self) -> PracticeOffice:
        """The kecamatan: units, positions in the order of its lists, and one person for each position."""
        chance = Random(f"office {self._seed}")  # noqa: S311 - invents data, protects nothing
        words = self._words.office
        return PracticeOffice(
            name=words.name,
            short_name=words.short_name,
            region=words.region,
            code=words.code,
            units=tuple(PracticeUnit(key=one.key, name=one.name) for one in words.units),
            positions=tuple(
                PracticePosition(key=one.key, title=one.title, role=one.role, unit=one.unit, superior=one.superior)
                for one in words.positions
            ),
            people=tuple(
                PracticePerson(username=one.username, name=one.name, nip=invented_nip(chance), positions=one.positions)
                for one in words.people
            ),
        )

    def letters(self, count: int, *, first_day: date | None = None) -> Iterator[PracticeLetter]:
        """Make `count` letters in the order of receipt, the last ones received on the last working day.

        They begin on `first_day`, or so long before that a kecamatan could have received them, ten years at most.
        """
        if first_day is None:
            years = max(1, min(MOST_YEARS, -(-count // LETTERS_A_YEAR)))
            first_day = self._until - timedelta(days=years * DAYS_A_YEAR - 1)
        desk = _Desk(self._words, self._pool, seed=self._seed)
        nasty = NastyLetters(self._words)
        index = 0
        for day, number in receipts(count, self._words.subjects.months, first=first_day, last=self._until):
            for _ in range(number):
                letter = desk.letter(index, day)
                step = nasty.step_at(index)
                yield letter if step is None else nasty.turn(letter, step)
                index += 1

    def dispositions(self, letter: PracticeLetter) -> tuple[PracticeDisposition, ...]:
        """Make the dispositions of a letter, each after the one above it; the same letter always has the same."""
        return self._maker.dispositions(letter)


class _Desk:
    """Makes one ordinary letter after the other; remembers how far each sender has numbered."""

    def __init__(self, words: Vocabulary, pool: SubjectPool, *, seed: int) -> None:
        self._chance = Random(f"letters {seed}")  # noqa: S311 - invents data, protects nothing
        self._pool = pool
        self._hours = words.wording.hours
        self._places = words.wording.places
        self._summaries = words.wording.summaries
        self._numbers: dict[tuple[str, int], int] = {}

    def letter(self, index: int, day: date) -> PracticeLetter:
        """Make the letter that comes in as number `index` on that day."""
        draw = self._chance.random
        draft = self._pool.draw(self._chance, day)
        pattern, sender = draft.pattern, draft.sender
        channel = _CHANNEL[int(draw() * 100)]
        urgency = _URGENCY[int(draw() * 100)]
        delay = _PAPER_DELAY[int(draw() * 10)] if channel in {"paper", "courier"} else int(draw() * 2)
        dated = day - timedelta(days=delay)
        event_on = due_on = None
        summary = ""
        if pattern.is_invitation:
            event_on = due_on = working_day(day + timedelta(days=2 + int(draw() * 10)))
            hour, place = self._pick(self._hours), self._pick(self._places)
            summary = f"{written_with_weekday(event_on)}, pukul {hour} WIB di {place}."
        else:
            if draw() < _WANT_ANSWER or urgency:
                due_on = working_day(day + timedelta(days=1 + int(draw() * (4 if urgency else 14))))
            if draw() < _SAY_SOMETHING:
                summary = self._pick(self._summaries)
                if "{date}" in summary:
                    due_on = due_on or working_day(day + timedelta(days=7))
                    summary = summary.replace("{date}", written(due_on))
        return PracticeLetter(
            index=index,
            letter_no=self._number(sender, pattern.code, dated=dated),
            letter_date=dated,
            received_on=day,
            sender=sender.name,
            subject=draft.subject,
            classification=pattern.code,
            kind=pattern.kind,
            security=_SECURITY[int(draw() * 100)],
            urgency=urgency,
            channel=channel,
            summary=summary,
            event_on=event_on,
            due_on=due_on,
            pages=_PAGES[int(draw() * 100)],
            levels=_LEVELS[int(draw() * 100)],
            nasty=None,
            origin=sender,
        )

    def _pick(self, choices: tuple[str, ...]) -> str:
        return choices[int(self._chance.random() * len(choices))]

    def _number(self, sender: Sender, code: str, *, dated: date) -> str:
        if not sender.number:
            return ""
        key = (sender.key, dated.year)
        # As many as the sender has numbered by that day of the year, and never the same number twice.
        by_now = sender.pace * dated.timetuple().tm_yday // DAYS_A_YEAR
        number = self._numbers[key] = max(self._numbers.get(key, 0) + 1, by_now)
        return sender.number.format(
            code=code, no=number, year=dated.year, month=dated.month, roman=ROMAN[dated.month - 1]
        )
