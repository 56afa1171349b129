"""The words of practice letters: subjects, senders, names and phrases, read from `resources/practice`.

All persons, places below the state, and numbers are invented. Subjects go with codes of Permendagri 83/2022; which
code fits which subject is a judgement, good enough for practice.
"""

from typing import Self

import msgspec

from resources.loading import read_bytes

FOLDER = "practice"


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What part of all incoming letters, in per cent, carries codes of `group` and invites or not."""

    group: str
    invitation: bool
    share: int


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """A subject with places to fill. `direction` is M (in), K (out) or I (inside); `senders` who writes it to us.

    A sender `@pekon` stands for every pekon of the kecamatan; without senders, only the office itself writes it.
    """

    no: int
    direction: str
    pattern: str
    code: str
    kind: str
    senders: tuple[str, ...]

    @property
    def is_invitation(self) -> bool:
        """Whether the letter invites to an event."""
        return self.kind == "Undangan"


class Subjects(msgspec.Struct, frozen=True, kw_only=True):
    """All subjects; `months` weighs January to December, `values` fills the places."""

    mix: tuple[Share, ...]
    months: tuple[float, ...]
    patterns: tuple[Pattern, ...]
    values: dict[str, tuple[str, ...]]


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes letters: the name in the agenda book, the shape of the numbers, and the letterhead.

    `number` is filled with code, no, year, month and roman, and is empty for those who number nothing; `pace` is how
    many letters a year it numbers; `signer` may have two lines; `fills` is what it alone writes into the places of
    subjects, such as its own name.
    """

    key: str
    group: str
    name: str
    number: str
    letterhead: tuple[str, ...]
    address: str
    place: str
    signer: str
    pace: int
    fills: dict[str, str]


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """The stock from which persons are invented."""

    male: tuple[str, ...]
    female: tuple[str, ...]
    family: tuple[str, ...]
    before_male: tuple[str, ...]
    before_female: tuple[str, ...]
    after: tuple[str, ...]
    ranks: tuple[str, ...]


class UnitWords(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of the practice office."""

    key: str
    name: str


class PositionWords(msgspec.Struct, frozen=True, kw_only=True):
    """A position of the practice office."""

    key: str
    title: str
    role: str
    unit: str | None
    superior: str | None


class PersonWords(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the practice office."""

    username: str
    name: str
    positions: tuple[str, ...]


class OfficeWords(msgspec.Struct, frozen=True, kw_only=True):
    """The practice office."""

    name: str
    short_name: str
    region: str
    code: str
    addressee: str
    place: str
    units: tuple[UnitWords, ...]
    positions: tuple[PositionWords, ...]
    people: tuple[PersonWords, ...]


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """Phrases: for the register, for dispositions and their answers, and for the text of a scanned letter."""

    places: tuple[str, ...]
    hours: tuple[str, ...]
    summaries: tuple[str, ...]
    notes: tuple[str, ...]
    answers: tuple[str, ...]
    answers_invited: tuple[str, ...]
    refused: str
    opening: tuple[str, ...]
    invitation: tuple[str, ...]
    middle: tuple[str, ...]
    points: tuple[str, ...]
    closing: tuple[str, ...]
    copies: tuple[str, ...]


class _SenderFile(msgspec.Struct, frozen=True, kw_only=True):
    senders: tuple[Sender, ...]


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that practice letters are made of."""

    subjects: Subjects
    senders: tuple[Sender, ...]
    names: Names
    office: OfficeWords
    wording: Wording

    @classmethod
    def load(cls) -> Self:
        """Read the words that are shipped with the program."""
        return cls(
            subjects=msgspec.json.decode(_content("subjects"), type=Subjects),
            senders=msgspec.json.decode(_content("senders"), type=_SenderFile).senders,
            names=msgspec.json.decode(_content("names"), type=Names),
            office=msgspec.json.decode(_content("office"), type=OfficeWords),
            wording=msgspec.json.decode(_content("wording"), type=Wording),
        )

    def senders_of(self, pattern: Pattern) -> tuple[Sender, ...]:
        """Everybody who writes letters of this pattern to the office."""
        if "@pekon" in pattern.senders:
            wanted = {*pattern.senders, *(one.key for one in self.senders if one.group == "pekon")}
        else:
            wanted = set(pattern.senders)
        return tuple(one for one in self.senders if one.key in wanted)


def _content(name: str) -> bytes:
    return read_bytes(f"{FOLDER}/{name}.json")
