"""Keeps the letter that somebody is entering, so that a fallen plug costs two seconds of typing at most.

The store is sealed, and the draft with it. Of a secret letter the texts that are for its readers alone are not kept,
nor its scans: whoever else uses this PC could read the store with its key.
"""

import msgspec

from core.domain.offices import Actor
from core.protocol.codec import CodecError, decode, encode
from desktop.services.letters import LetterEntry
from desktop.storage.letter_drafts import drop_draft, keep_draft, kept_draft
from desktop.storage.unit_of_work import Store


class DraftService:
    """The one draft of a signed-in person in a position."""

    def __init__(self, store: Store, actor: Actor) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor

    def keep(self, entry: LetterEntry) -> None:
        """Keep it in the place of the one before; on disk when this returns."""
        if entry.is_secret:
            entry = msgspec.structs.replace(entry, subject="", summary="", scans=())
        with self._store.begin() as uow:
            keep_draft(uow.connection, self._actor.user, self._actor.position, encode(entry))
            if entry.is_secret:
                # What was kept before it was known to be secret still lies in the log of the store.
                uow.meta.write(msgspec.structs.replace(uow.meta.residue(), log=True))

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
