"""Which blocks of numbers a PC asks for."""

from collections.abc import Collection
from datetime import date
from itertools import product

from core.domain.books import DEFAULT_BOOK
from core.domain.ids import PositionId
from core.domain.numbering import needs_refill, series_of
from core.domain.offices import Role
from core.domain.permissions import POWERS, Power
from core.protocol.messages import NumberNeed
from desktop.storage.number_books import number_books
from desktop.storage.unit_of_work import UnitOfWork

MAX_NEEDS = 32  # as many as the server takes in one request
DECEMBER = 12


def needs_of(uow: UnitOfWork, positions: Collection[PositionId], today: date) -> tuple[NumberNeed, ...]:
    """What the people of this PC need: a block of each book in which half of the newest block is used.

    The block of January is fetched in December, so that the year can begin without a line.
    """
    years = (today.year, today.year + 1) if today.month == DECEMBER else (today.year,)
    needs: list[NumberNeed] = []
    for number in sorted(positions):
        position = uow.directory.position(number)
        if position is None or Power.REGISTER_LETTER not in POWERS[Role(position.role)]:
            continue
        books = number_books.of_office(uow.connection, position.office)
        series = [series_of(DEFAULT_BOOK), *(book.series for book in books if book.active)]
        for year, name in product(years, series):
            left = uow.leases.remaining(position.office, year, name)
            need = NumberNeed(office=position.office, year=year, series=name, remaining=left)
            if needs_refill(left, uow.leases.newest_size(position.office, year, name)) and need not in needs:
                needs.append(need)
    return tuple(needs[:MAX_NEEDS])
