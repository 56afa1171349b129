"""The lines of the book that a letter stands for: each has a seal of its own, and dispositions of its own."""

from collections.abc import Iterator

import msgspec

from core.domain.dispositions import Disposition
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, lines_of
from desktop.storage.dispositions import dispositions
from desktop.storage.letters import letters
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import Store, UnitOfWork


def lines_here(uow: UnitOfWork, letter: IncomingLetter) -> tuple[IncomingLetter, ...]:
    """The letter, and those of the lines merged into it that are on this PC. Who opened it has opened its lines."""
    further = (letters.get(uow.connection, one) for one in lines_of(letter)[1:])
    return (letter, *(msgspec.structs.replace(one.record, readings=letter.readings) for one in further if one))


def names_of_lines(store: Store, letter_id: LetterId) -> tuple[LetterId, ...]:
    """As `lines_here`, by their names; of a letter that is not here its own."""
    with store.read() as uow:
        stored = letters.get(uow.connection, letter_id)
        return (letter_id,) if stored is None else tuple(one.id for one in lines_here(uow, stored.record))


def sheets_of_lines(uow: UnitOfWork, letter: IncomingLetter) -> Iterator[tuple[IncomingLetter, Stored[Disposition]]]:
    """Every disposition with its line, those of the letter itself first; with the letter where the line is not here."""
    known = {one.id: one for one in lines_here(uow, letter)}
    for number in lines_of(letter):
        for one in dispositions.of_letter(uow.connection, number):
            yield known.get(number, letter), one
