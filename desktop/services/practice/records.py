"""What the practice generator makes: plain values in words of their own, to be mapped to records of the store."""

from dataclasses import dataclass
from datetime import date

from desktop.services.practice.vocabulary import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeUnit:
    """A part of the office."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticePosition:
    """A jabatan. `role` is the name of a `Role` in small letters; `superior` is the key of a position."""

    key: str
    title: str
    role: str
    unit: str | None
    superior: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticePerson:
    """Someone of the office; `nip` is invented and carries the serial 000, which is never given out."""

    username: str
    name: str
    nip: str
    positions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeOffice:
    """The invented kecamatan with its people. Positions stand in the order in which they are offered."""

    name: str
    short_name: str
    region: str
    code: str
    units: tuple[PracticeUnit, ...]
    positions: tuple[PracticePosition, ...]
    people: tuple[PracticePerson, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeLetter:
    """One letter that came in.

    `index` counts from 0 in the order of receipt; `security` 0-3 and `urgency` 0-2 as in `core.domain.letters`;
    `channel` is the name of a `Channel` in small letters; `levels` says how many levels of dispositions it gets;
    `event_on` is the day it invites to; `nasty` names the odd thing about it, as in `nasty.NASTY`.
    """

    index: int
    letter_no: str
    letter_date: date | None
    received_on: date
    sender: str
    subject: str
    classification: str
    kind: str
    security: int
    urgency: int
    channel: str
    summary: str
    event_on: date | None
    due_on: date | None
    pages: int
    levels: int
    nasty: str | None
    origin: Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeDisposition:
    """One lembar disposisi of a letter. Positions are named by their keys.

    `parent` is the place of the disposition above in the same letter's dispositions, or None; `answers` gives, for
    the recipients that have answered, what they wrote.
    """

    letter: int
    parent: int | None
    from_position: str
    recipients: tuple[str, ...]
    instructions: tuple[int, ...]
    note: str
    issued_on: date
    due_on: date | None
    answers: tuple[tuple[str, str], ...]
