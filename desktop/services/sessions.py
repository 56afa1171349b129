"""Ending one's own sessions at the server on all other PCs."""

from core.domain.ids import RandomBytes
from core.domain.offices import Actor
from core.domain.sessions import EndSessions
from desktop.services.clock import Clock
from desktop.services.locksmith import Locksmith
from desktop.services.person_service import PersonService
from desktop.storage.unit_of_work import Store


class OwnSessions(PersonService):
    """What a person does about the own sessions."""

    def __init__(
        self, store: Store, actor: Actor, clock: Clock, random_bytes: RandomBytes, *, locksmith: Locksmith
    ) -> None:
        """Over the open store, and who may open it."""
        super().__init__(store, actor, clock, random_bytes)
        self._locksmith = locksmith

    def end_others(self, password: str) -> None:
        """The server asks for the password on every other PC, as soon as it hears of this.

        SignInRefused and TooManyTries if this is not the password: nothing has changed. What those PCs hold, and what
        waits there, stays.
        """
        self._locksmith.open(self._actor.user, password)
        self._perform(EndSessions(end_id=self._new_id(), user=self._actor.user))
