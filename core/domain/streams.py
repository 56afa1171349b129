"""Streams: the units in which records travel and in which access is given.

A record lies in one or more streams; a device receives the streams of the positions of its users, and nothing else.
The inbox belongs to the position, so that it passes to a successor with the position. The register of an office is
parted by security level, because access differs by it, and by year, because the years behind us can wait.
"""

from collections.abc import Iterable
from enum import IntEnum

import msgspec

from core.domain.administering import CodeIssue
from core.domain.archives import RecordFile
from core.domain.books import BookYear
from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition
from core.domain.following_up import named_in
from core.domain.held_acts import HeldAct
from core.domain.ids import PositionId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.number_fates import NumberFate
from core.domain.offices import Position
from core.domain.permissions import POWERS, Power
from core.domain.server_room import SERVER_ROOM_POSITION
from core.domain.sessions import SessionEnd


class StreamKind(IntEnum):
    """What a stream holds."""

    DIRECTORY = 1  # offices, units, positions, people of the whole region
    INBOX = 2  # what is addressed to, or sent by, one position
    REGISTER = 3  # what one office holds at one security level, of one year


class StreamKey(msgspec.Struct, frozen=True, kw_only=True, array_like=True, order=True):
    """Names a stream: `owner` is a position (INBOX) or an office (REGISTER)."""

    kind: StreamKind
    owner: int = 0
    level: int = 0
    year: int = 0


DIRECTORY = StreamKey(kind=StreamKind.DIRECTORY)


def inbox_of(position: PositionId) -> StreamKey:
    """The inbox of a position."""
    return StreamKey(kind=StreamKind.INBOX, owner=position)


def letter_streams(letter: IncomingLetter) -> tuple[StreamKey, ...]:
    """The register of the letter's office, level and year, and the inbox of everyone involved."""
    register = StreamKey(kind=StreamKind.REGISTER, owner=letter.office, level=letter.security, year=letter.agenda_year)
    return (register, *[inbox_of(position) for position in letter.involved])


def disposition_streams(disposition: Disposition) -> tuple[StreamKey, ...]:
    """Beside its letter in the register, and the inboxes of whoever gave it and of those who could see it."""
    register = StreamKey(
        kind=StreamKind.REGISTER,
        owner=disposition.office,
        level=disposition.security,
        year=disposition.year,
    )
    named = set(named_in(disposition))
    return (register, *(inbox_of(position) for position in sorted(named)))


def conflict_streams(conflict: Conflict) -> tuple[StreamKey, ...]:
    """Beside its letter in the register alone: who may correct the letter may see what lost, and nobody else."""
    register = StreamKey(kind=StreamKind.REGISTER, owner=conflict.office, level=conflict.security, year=conflict.year)
    return (register,)


def record_file_streams(record_file: RecordFile) -> tuple[StreamKey, ...]:
    """The open register of its office and year: titles of files are not secret."""
    register = StreamKey(
        kind=StreamKind.REGISTER, owner=record_file.office, level=SecurityLevel.OPEN, year=record_file.year
    )
    return (register,)


def number_streams(record: NumberFate | BookYear) -> tuple[StreamKey, ...]:
    """The open register of the office and the year: whoever reads the book sees what became of its numbers."""
    register = StreamKey(kind=StreamKind.REGISTER, owner=record.office, level=SecurityLevel.OPEN, year=record.year)
    return (register,)


def code_streams(issue: CodeIssue) -> tuple[StreamKey, ...]:
    """The inbox of the administrator's position: his successor sees what was given out.

    What was given out at the server is told to everyone, as what was done there is.
    """
    return (DIRECTORY,) if issue.issued_as == SERVER_ROOM_POSITION else (inbox_of(issue.issued_as),)


def session_end_streams(end: SessionEnd) -> tuple[StreamKey, ...]:
    """The inbox of the position in which it was done, as with codes."""
    return (DIRECTORY,) if end.ended_as == SERVER_ROOM_POSITION else (inbox_of(end.ended_as),)


def held_streams(held: HeldAct) -> tuple[StreamKey, ...]:
    """The inboxes of those who decide over it, and nowhere else."""
    return tuple(inbox_of(position) for position in held.reviewers)


def directory_streams(_record: msgspec.Struct) -> tuple[StreamKey, ...]:
    """Offices, units, positions and people are known to everyone in the region."""
    return (DIRECTORY,)


def may_hold(stream: StreamKey, positions: Iterable[Position]) -> bool:
    """Whether someone who holds `positions` may receive the stream."""
    if stream.kind == StreamKind.DIRECTORY:
        return True
    if stream.kind == StreamKind.INBOX:
        return any(position.number == stream.owner for position in positions)
    power = Power.LIST_SECRET if stream.level >= SecurityLevel.SECRET else Power.READ_REGISTER
    return any(position.office == stream.owner and power in POWERS[position.role] for position in positions)


def stream_priority(stream: StreamKey, this_year: int) -> int:
    """1 first: inboxes and the directory, then the register of this year and the last, then the years before."""
    if stream.kind != StreamKind.REGISTER:
        return 1
    return 2 if stream.year >= this_year - 1 else 3
