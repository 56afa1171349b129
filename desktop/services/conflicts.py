"""Perbedaan: values that lost against another one, and what a person decides about them."""

from datetime import datetime

import msgspec

from core.domain.conflicts import Conflict, ResolveConflict
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId, PositionId, RowId, UserId
from core.domain.letter_changes import PRIVATE_FIELDS
from core.domain.letters import as_text, field_text, subject_visible
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from core.domain.secrecy import is_sealed
from desktop.services.clock import Clock
from desktop.services.register import agenda_text
from desktop.services.told_values import value_told
from desktop.storage.conflicts import conflicts
from desktop.storage.letters import letters
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store, UnitOfWork

LISTED_AT_MOST = 300


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """Whose a value is, and since when; empty and None where that is not known."""

    person: str = ""
    position: str = ""
    at: datetime | None = None
    mine: bool = False


class ConflictRow(msgspec.Struct, frozen=True, kw_only=True):
    """One value that lost, beside what stands now. `about` names the letter, `rev` is the revision it is shown at.

    `winner` is None if what stands now came later than the value that won. `sealed` hides all values: the letter is
    secret, and the person may not read the field. `base` is None where it is not known. `choices` are the values that
    the field can have, each with its name, where there are only some.
    """

    id: RowId
    letter_id: LetterId
    agenda: str
    about: str
    field: str
    base: str | None
    stands: str
    winner: Voice | None
    wanted: str
    loser: Voice
    sealed: bool
    rev: int
    choices: tuple[tuple[str, str], ...] = ()


class ConflictService:
    """The conflicts of the office of one signed-in person, who may correct its letters; nobody else is shown any."""

    def __init__(self, store: Store, actor: Actor, clock: Clock) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor
        self._clock = clock

    def count(self) -> int:
        """How many are open."""
        if not self._may_decide():
            return 0
        with self._store.read() as uow:
            return conflicts.count_open(uow.connection, self._actor.office)

    def count_of(self, letter_id: LetterId) -> int:
        """How many are open for one letter."""
        if not self._may_decide():
            return 0
        with self._store.read() as uow:
            return conflicts.count_of(uow.connection, self._actor.office, [letter_id]).get(letter_id, 0)

    def listed(self) -> tuple[ConflictRow, ...]:
        """The open ones, the newest first."""
        if not self._may_decide():
            return ()
        with self._store.read() as uow:
            found = conflicts.open_in(uow.connection, self._actor.office, limit=LISTED_AT_MOST)
            rows = [self._row(uow, one.record) for one in found]
        return tuple(row for row in rows if row is not None)

    def keep(self, row: ConflictRow) -> None:
        """Let stand what stands; Refusal or EnvironmentFault: nothing is decided."""
        self._resolve(row, None)

    def take(self, row: ConflictRow) -> None:
        """Let the value that lost stand; as `keep`."""
        self._resolve(row, row.wanted)

    def change(self, row: ConflictRow, value: str) -> None:
        """Let another value stand (a date in ISO 8601); as `keep`."""
        self._resolve(row, value.strip())

    def _resolve(self, row: ConflictRow, value: str | None) -> None:
        if row.sealed:
            raise Refusal(RefusalCode.NOT_ALLOWED, row.field)
        act = ResolveConflict(
            conflict_id=row.id, letter_id=row.letter_id, field=row.field, value=value, base=row.rev, seen=row.stands
        )
        with self._store.begin() as uow:
            Replica(uow).perform(act, self._actor, self._clock())

    def _may_decide(self) -> bool:
        return has_power(self._actor, Power.AMEND_LETTER)

    def _row(self, uow: UnitOfWork, one: Conflict) -> ConflictRow | None:
        stored = letters.get(uow.connection, one.letter_id)
        if stored is None:
            return None
        letter = stored.record
        stands = field_text(letter, one.field)
        sealed = one.field in PRIVATE_FIELDS and not subject_visible(self._actor, letter)
        sealed = sealed or any(is_sealed(text) for text in (stands, one.base or "", one.wanted))
        return ConflictRow(
            id=one.id,
            letter_id=one.letter_id,
            agenda=agenda_text(letter.agenda_no, letter.agenda_suffix),
            about=letter.sender if letter.is_secret else letter.subject,
            field=one.field,
            base=None if sealed else one.base,
            stands="" if sealed else stands,
            winner=self._voice(uow, one.stands_by, one.stands_as, one.stands_at) if stands == one.stands else None,
            wanted="" if sealed else one.wanted,
            loser=self._voice(uow, one.wanted_by, one.wanted_as, one.wanted_at),
            sealed=sealed,
            rev=stored.rev,
            choices=_choices(uow, one),
        )

    def _voice(self, uow: UnitOfWork, user: UserId, position: PositionId, at: datetime | None) -> Voice:
        person, place = uow.directory.person(user), uow.directory.position(position)
        return Voice(
            person=person.name if person else "",
            position=place.title if place else "",
            at=at,
            mine=user == self._actor.user,
        )


def _choices(uow: UnitOfWork, one: Conflict) -> tuple[tuple[str, str], ...]:
    """The positions of the office for an addressee, and those that the conflict itself speaks of."""
    if one.field != "addressee":
        return ()
    known = {as_text(place.number): place.title for place in uow.directory.positions_of(one.office)}
    spoken = (text for text in (one.base, one.stands, one.wanted) if text and text not in known)
    return (*known.items(), *((text, value_told(uow, one.field, text)) for text in spoken))
