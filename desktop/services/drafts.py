"""Keeps the letter that somebody is entering, so that a fallen plug costs two seconds of typing at most.

The store is sealed, and the draft with it. Of a secret letter the texts that are for its readers alone are not kept,
nor its scans: whoever else uses this PC could read the store with its key.
"""

import msgspec

from core.domain.offices import Actor
from core.protocol.codec import CodecError, decode, encode
from desktop.services.clock import Clock, millis, system_clock
from desktop.services.letters import LetterEntry
from desktop.storage.letter_drafts import drop_draft, keep_draft, kept_draft
from desktop.storage.thrown_drafts import throw_draft
from desktop.storage.unit_of_work import Store, UnitOfWork


class DraftService:
    """The one draft of a signed-in person in a position."""

    def __init__(self, store: Store, actor: Actor, *, clock: Clock = system_clock) -> None:
        """Over the open store."""
        self._clock = clock
        self._store = store
        self._actor = actor

    def keep(self, entry: LetterEntry) -> None:
        """Keep it in the place of the one before; on disk when this returns."""
        with self._store.begin() as uow:
            keep_draft(uow.connection, self._actor.user, self._actor.position, encode(_keepable(entry)))
            _note_secret(uow, entry)

    def throw_away(self, entry: LetterEntry) -> None:
        """Keep nothing any more, and put this into the trash, of a secret letter no more than was kept of it."""
        whose = self._actor.user, self._actor.position
        with self._store.begin() as uow:
            drop_draft(uow.connection, *whose)
            throw_draft(uow.connection, *whose, encode(_keepable(entry)), now_ms=millis(self._clock()))
            _note_secret(uow, entry)

    def kept(self) -> LetterEntry | None:
        """What was kept, or None; also for what an older or newer program kept and this one cannot read."""
        with self._store.read() as uow:
            content = kept_draft(uow.connection, self._actor.user, self._actor.position)
        if content is None:
            return None
        try:
            entry: LetterEntry = decode(content, LetterEntry)
        except CodecError:
            return None
        return entry

    def drop(self) -> None:
        """Keep nothing any more."""
        with self._store.begin() as uow:
            drop_draft(uow.connection, self._actor.user, self._actor.position)


def _keepable(entry: LetterEntry) -> LetterEntry:
    return msgspec.structs.replace(entry, subject="", summary="", scans=(), items=()) if entry.is_secret else entry


def _note_secret(uow: UnitOfWork, entry: LetterEntry) -> None:
    if entry.is_secret:
        # What was kept before it was known to be secret still lies in the log of the store.
        uow.meta.write(msgspec.structs.replace(uow.meta.residue(), log=True))
