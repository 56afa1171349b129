"""Suggestions for the sender of a letter, from the letters that were registered before."""

from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.storage.sender_list import senders_like
from desktop.storage.unit_of_work import Store

SUGGESTIONS = 8


class SenderService:
    """Suggests senders to one signed-in person."""

    def __init__(self, store: Store, actor: Actor) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor

    def like(self, typed: str) -> tuple[str, ...]:
        """Senders whose name, or a word of it, begins as typed; nothing for those who may not read the register."""
        if not has_power(self._actor, Power.READ_REGISTER):
            return ()
        with self._store.read() as uow:
            return senders_like(uow.connection, typed, limit=SUGGESTIONS)
