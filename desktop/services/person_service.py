"""What the services of one signed-in person have in common: who acts, where, when, and doing one act."""

from datetime import datetime

import msgspec

from core.domain.ids import RandomBytes, RowId, uuid7
from core.domain.offices import Actor
from desktop.services.clock import Clock, millis
from desktop.storage.replica import Replica
from desktop.storage.undoing import Together, perform_undoably
from desktop.storage.unit_of_work import Store, UnitOfWork


class ActingService:
    """Acts in one person's name on the store of this PC."""

    def __init__(self, store: Store, actor: Actor, clock: Clock) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor
        self._clock = clock

    def _perform(self, act: msgspec.Struct, now: datetime | None = None, *, undoable: bool = False) -> None:
        """Do one act; durable when this returns. Refusal or EnvironmentFault: nothing was changed.

        One that is `undoable` can be undone for a while, as long as the program that runs lets people.
        """
        with self._store.begin() as uow:
            self._perform_in(uow, act, now, undoable=undoable)

    def _perform_in(
        self, uow: UnitOfWork, act: msgspec.Struct, now: datetime | None = None, *, undoable: bool = False
    ) -> bool:
        """Do one act within a transaction; whether it changed anything. Refusal."""
        moment = now or self._clock()
        if undoable:
            return perform_undoably(uow, act, self._actor, moment)
        return bool(Replica(uow).perform(act, self._actor, moment))


class PersonService(ActingService):
    """Acts in one person's name, and makes rows that are new."""

    def __init__(self, store: Store, actor: Actor, clock: Clock, random_bytes: RandomBytes) -> None:
        """Over the open store."""
        super().__init__(store, actor, clock)
        self._random = random_bytes

    def _new_id(self, now: datetime | None = None) -> RowId:
        """The id of a row that is made now."""
        return RowId(uuid7(millis(now or self._clock()), self._random))


__all__ = ["ActingService", "PersonService", "Together"]
