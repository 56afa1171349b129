"""How often a letter came, as a person reads it."""

from datetime import date

import msgspec

from core.domain.ids import LetterId
from core.domain.joining import first_scan_of
from core.domain.letters import Channel, IncomingLetter
from core.domain.numbering import format_agenda
from desktop.storage.letters import letters
from desktop.storage.unit_of_work import UnitOfWork


class ArrivalView(msgspec.Struct, frozen=True, kw_only=True):
    """One arrival of a letter: `pages` says which pages of its scans came with it, (0, 0) if none did.

    `struck` is the agenda number of the line of the book that was made of it, `letter_id` that line.
    """

    received_on: date
    channel: Channel
    pages: tuple[int, int] = (0, 0)
    struck: str = ""
    letter_id: LetterId | None = None


def arrivals_of(uow: UnitOfWork, letter: IncomingLetter) -> tuple[ArrivalView, ...]:
    """Every arrival of a letter, the first included; () if it came once."""
    if not letter.arrivals:
        return ()
    ends = [first_scan_of(letter.arrivals, place, len(letter.scans)) for place in range(len(letter.arrivals))]
    first = ArrivalView(received_on=letter.received_on, channel=letter.channel, pages=_pages(letter, 0, ends[0]))
    found = [first]
    for one, start, end in zip(letter.arrivals, ends, [*ends[1:], len(letter.scans)], strict=True):
        stored = letters.get(uow.connection, one.letter) if one.letter is not None else None
        struck = "" if stored is None else _agenda(stored.record)
        found.append(
            ArrivalView(
                received_on=one.received_on,
                channel=one.channel,
                pages=_pages(letter, start, end),
                struck=struck,
                letter_id=one.letter,
            )
        )
    return tuple(found)


def stands_for(uow: UnitOfWork, letter: IncomingLetter) -> str:
    """The agenda number and year of the letter that a line was merged into; empty if it was not, or is not here."""
    if letter.merged_into is None:
        return ""
    stored = letters.get(uow.connection, letter.merged_into)
    if stored is None or not stored.record.agenda_no:
        return ""
    number = _agenda(stored.record)
    return f"{number}/{stored.record.agenda_year}"


def _pages(letter: IncomingLetter, start: int, end: int) -> tuple[int, int]:
    before = sum(scan.pages for scan in letter.scans[:start])
    count = sum(scan.pages for scan in letter.scans[start:end])
    return (before + 1, before + count) if count else (0, 0)


def _agenda(letter: IncomingLetter) -> str:
    return format_agenda(letter.agenda_no, letter.agenda_suffix) if letter.agenda_no else ""
