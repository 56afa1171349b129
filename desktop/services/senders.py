"""Suggestions for the sender of a letter: whom the office wrote before, then the address book of instansi."""

from typing import NamedTuple

from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.address_book import AddressBook
from desktop.storage.sender_list import senders_beginning, senders_like
from desktop.storage.unit_of_work import Store

SUGGESTIONS = 8


class SenderHint(NamedTuple):
    """A name to write, and what led to it: the abbreviation that was typed, or what the instansi was called before."""

    name: str
    short: str = ""
    former: str = ""


class SenderService:
    """Suggests senders to one signed-in person."""

    def __init__(self, store: Store, actor: Actor) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor
        self._book: AddressBook | None = None

    def like(self, typed: str) -> tuple[SenderHint, ...]:
        """Senders whose name, or a word of it, begins as typed, also by abbreviation; each once.

        First those of the office's own letters, in the spelling of the office, then those of the book. Nothing for
        those who may not read the register.
        """
        if not has_power(self._actor, Power.READ_REGISTER):
            return ()
        if self._book is None:
            self._book = AddressBook.load()
        entries = self._book.like(typed)[:SUGGESTIONS]
        with self._store.read() as uow:
            own = senders_like(uow.connection, typed, limit=SUGGESTIONS)
            found = {name: SenderHint(name) for name in own}
            for entry in entries:
                for spelling in filter(None, (entry.name, entry.short, entry.short.upper())):
                    for name in senders_beginning(uow.connection, spelling, limit=2):
                        found.setdefault(name, SenderHint(name, entry.short, entry.former))
        written = {" ".join(name.lower().split()) for name in found}
        for entry in entries:
            if not written.intersection(entry.shorts):  # the office writes it by its abbreviation
                found.setdefault(entry.name, SenderHint(entry.name, entry.short, entry.former))
        return tuple(found.values())[:SUGGESTIONS]
