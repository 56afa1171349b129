"""Serah terima jabatan: what lies open in each position of the office, and handing one over."""

from datetime import datetime, timedelta

import msgspec

from core.domain.errors import Refusal
from core.domain.handing_over import NOBODY, HandOver
from core.domain.ids import PositionId, UserId
from core.domain.letters import IncomingLetter
from core.domain.offices import Handed, OpenItems, Position
from core.domain.permissions import POWERS, Power, has_power
from desktop.services.person_service import ActingService
from desktop.services.secrecy import Secrecy
from desktop.storage.directory import positions
from desktop.storage.duties import OpenLetter, open_items, open_letters, sealed_letters
from desktop.storage.unit_of_work import UnitOfWork

__all__ = ["TOLD_FOR", "DutyRow", "HandOverService", "HandedRow", "OpenLetter"]

# For so long who left a position and who followed are told of it when they sign in.
TOLD_FOR = timedelta(days=14)
# So many letters of a position are named one by one.
LISTED = 8


class HandedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One hand-over in words; `leaving` is empty where the position was vacant."""

    title: str
    leaving: str
    successor: str
    by: str
    at: datetime
    items: OpenItems | None


class DutyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A position with who holds it and what lies open in it; `items` is None where this PC does not hold its letters.

    `open` are its letters in hand, those that are due first before them; no more than a list can show. `last` is its
    newest hand-over.
    """

    position: PositionId
    title: str
    leaving: UserId
    holder: str
    items: OpenItems | None
    last: HandedRow | None
    open: tuple[OpenLetter, ...] = ()


class HandOverService(ActingService):
    """The hand-overs of one office, for whoever is signed in."""

    @property
    def may_hand_over(self) -> bool:
        """Whether this person may hand positions over."""
        return has_power(self._actor, Power.DELEGATE)

    def duties(self) -> tuple[DutyRow, ...]:
        """The positions of the office in their order."""
        with self._store.read() as uow:
            people = uow.directory.people_of(self._actor.office)
            rows = []
            for place in uow.directory.positions_of(self._actor.office):
                holder = next((one for one in people if place.number in one.positions), None)
                rows.append(
                    DutyRow(
                        position=place.number,
                        title=place.title,
                        leaving=NOBODY if holder is None else holder.number,
                        holder="" if holder is None else holder.name,
                        items=self._items(uow, place.number),
                        last=_row(uow, place, place.handed[-1]) if place.handed else None,
                        open=self._open(uow, place.number),
                    )
                )
            return tuple(rows)

    def hand_over(self, position: PositionId, leaving: UserId, successor: UserId) -> int:
        """Hand a position over, and let the successor into the secret letters that this person can open; how many.

        Refusal if the rules say no: nothing is changed. A letter whose readers are others is left to them.
        """
        with self._store.begin() as uow:
            act = HandOver(position=position, leaving=leaving, successor=successor, items=self._items(uow, position))
            self._perform_in(uow, act)
        with self._store.read() as uow:
            sealed = sealed_letters(uow.connection, position)
        return sum(self._let_in(letter_id) for letter_id in sealed)

    def told(self) -> tuple[HandedRow, ...]:
        """The hand-overs of the last days in which this person is who left or who followed, the newest first."""
        since = self._clock() - TOLD_FOR
        with self._store.read() as uow:
            found = [
                _row(uow, place, one)
                for place in positions.every(uow.connection)
                for one in place.handed
                if one.at >= since and self._actor.user in (one.leaving, one.successor)
            ]
        return tuple(sorted(found, key=lambda row: row.at, reverse=True))

    def _items(self, uow: UnitOfWork, position: PositionId) -> OpenItems | None:
        return open_items(uow.connection, position) if self._sees(position) else None

    def _open(self, uow: UnitOfWork, position: PositionId) -> tuple[OpenLetter, ...]:
        return open_letters(uow.connection, position, limit=LISTED) if self._sees(position) else ()

    def _sees(self, position: PositionId) -> bool:
        return Power.READ_REGISTER in POWERS[self._actor.role] or position == self._actor.position

    def _let_in(self, letter_id: bytes) -> bool:
        """Let the readers of a letter in who are not; False where nobody is missing, or others can do it alone."""
        with self._store.begin() as uow:
            letter, secrecy = uow.get(IncomingLetter, letter_id), Secrecy(uow, self._clock())
            if letter is None or not secrecy.not_let_in(letter) or secrecy.content_of(letter) is None:
                return False
            act = secrecy.letting_in(letter, self._actor)
            try:
                return self._perform_in(uow, act)
            except Refusal:  # it is no letter for this position any more
                return False


def _row(uow: UnitOfWork, place: Position, one: Handed) -> HandedRow:
    leaving, successor, by = (
        uow.directory.person(number) if number else None for number in (one.leaving, one.successor, one.by)
    )
    return HandedRow(
        title=place.title,
        leaving=leaving.name if leaving else "",
        successor=successor.name if successor else "",
        by=by.name if by else "",
        at=one.at,
        items=one.items,
    )
