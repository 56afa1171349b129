"""Taking back an agenda book that was imported and may have been sent: its letters are struck through, not deleted.

What others have may not vanish: a struck letter keeps its line and its number, with the reason beside it. Until it is
sent an import is undone without a trace (`desktop.services.undoing`).
"""

from collections.abc import Sequence

from core.domain.errors import Refusal
from core.domain.ids import RandomBytes
from core.domain.letters import LetterStatus
from core.domain.number_fates import VoidLetter
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.clock import Clock
from desktop.services.importing import BATCH, UNDO_MS, ImportService
from desktop.services.importing_tables import BookTable
from desktop.services.person_service import PersonService, Together
from desktop.storage.letters import letters
from desktop.storage.meta import UndoHold
from desktop.storage.undoing import hold_step
from desktop.storage.unit_of_work import Store


class ImportStrikingService(PersonService):
    """Strikes letters through on behalf of one person."""

    def __init__(
        self, store: Store, actor: Actor, clock: Clock, random_bytes: RandomBytes, *, importing: ImportService
    ) -> None:
        """Over the open store."""
        super().__init__(store, actor, clock, random_bytes)
        self._importing = importing
        self._step = UndoHold()

    @property
    def may_strike(self) -> bool:
        """Whether this person may strike letters through."""
        return has_power(self._actor, Power.VOID_NUMBER)

    def strike(self, table: BookTable, columns: Sequence[str], reason: str) -> Together:
        """Strike the letters through that came from these lines, as one step that can be undone for five minutes.

        Those that are disposed stay, and are counted; so do those that are struck through already, without a word.
        Refusal: none of them could be.
        """
        ids = self._importing.ids_of(table, columns)
        self._step = UndoHold()
        done, refused = 0, []
        for start in range(0, len(ids), BATCH):
            with self._store.begin() as uow:
                before, first, now = uow.meta.chain(), 0, self._clock()
                for letter_id in ids[start : start + BATCH]:
                    stored = letters.get(uow.connection, letter_id)
                    if stored is None or stored.record.status == LetterStatus.VOID:
                        continue
                    act = VoidLetter(fate_id=self._new_id(now), letter_id=letter_id, reason=reason.strip())
                    try:
                        self._perform_in(uow, act, now)
                    except Refusal as refusal:
                        refused.append(refusal)
                    else:
                        done += 1
                        first = first or uow.outbox.newest()
                if first:
                    span = (first, uow.outbox.newest())
                    self._step = hold_step(
                        uow, self._step, span, user=self._actor.user, now=now, before=before, for_ms=UNDO_MS
                    )
        if refused and not done:
            raise refused[0]
        return Together(done=done, refused=tuple(one.code.value for one in refused))
