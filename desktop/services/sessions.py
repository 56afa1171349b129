"""One's own sessions at the server: where they are, and ending them on other PCs."""

from datetime import datetime

import msgspec

from core.domain.ids import DeviceId, RandomBytes
from core.domain.offices import Actor
from core.domain.sessions import NOWHERE, EndSessions
from desktop.services.clock import Clock
from desktop.services.locksmith import Locksmith
from desktop.services.person_service import PersonService
from desktop.storage.unit_of_work import Store


class SessionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A PC on which somebody is signed in, as the server told it; `leaving`: it was ended from here meanwhile."""

    device: DeviceId
    name: str
    here: bool
    began_at: datetime
    seen_at: datetime
    leaving: bool = False


class OwnSessions(PersonService):
    """What a person does about the own sessions."""

    def __init__(
        self, store: Store, actor: Actor, clock: Clock, random_bytes: RandomBytes, *, locksmith: Locksmith
    ) -> None:
        """Over the open store, and who may open it."""
        super().__init__(store, actor, clock, random_bytes)
        self._locksmith = locksmith

    def end(self, password: str, device: DeviceId = NOWHERE) -> None:
        """The server asks for the password on a PC, or on every other one, as soon as it hears of this.

        SignInRefused and TooManyTries if this is not the password: nothing has changed. What such a PC holds, and what
        waits there, stays.
        """
        self._locksmith.open(self._actor.user, password)
        self._perform(EndSessions(end_id=self._new_id(), user=self._actor.user, device=device))
