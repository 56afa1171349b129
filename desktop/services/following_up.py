"""What one signed-in person does with dispositions afterwards: withdraw, remind, confirm."""

from collections.abc import Mapping, Sequence

from core.domain.dispositions import Disposition
from core.domain.following_up import ConfirmDisposition, RemindRecipients, WithdrawDisposition
from core.domain.ids import DispositionId, PositionId
from core.domain.letters import SecurityLevel
from desktop.services.person_service import ActingService, Together
from desktop.storage.undoing import perform_all_undoably


class FollowUpService(ActingService):
    """The acts on dispositions that this person gave, or that were entered for his position."""

    def withdraw(self, disposition_id: DispositionId, recipients: Sequence[PositionId], reason: str = "") -> None:
        """Ask nothing more of these; Refusal where one has read it and no reason is given, or has answered.

        No reason is kept of what is secret, so none is sent.
        """
        with self._store.begin() as uow:
            stored = uow.get(Disposition, disposition_id)
            said = "" if stored is not None and stored.security >= SecurityLevel.SECRET else reason.strip()
            act = WithdrawDisposition(disposition_id=disposition_id, recipients=tuple(recipients), reason=said)
            self._perform_in(uow, act, undoable=True)

    def remind(self, disposition_id: DispositionId, recipients: Sequence[PositionId]) -> bool:
        """Remind these; False if all of them were, a short time ago."""
        act = RemindRecipients(disposition_id=disposition_id, recipients=tuple(recipients))
        with self._store.begin() as uow:
            return self._perform_in(uow, act, undoable=True)

    def confirm(self, disposition_id: DispositionId) -> None:
        """Say that what was entered for me is what I wrote."""
        self._perform(ConfirmDisposition(disposition_id=disposition_id), undoable=True)

    def remind_all(self, waiting: Mapping[DispositionId, Sequence[PositionId]]) -> Together:
        """Remind these of several dispositions as one step; what was done is those of which somebody was reminded."""
        acts = [RemindRecipients(disposition_id=one, recipients=tuple(to)) for one, to in waiting.items()]
        with self._store.begin() as uow:
            return perform_all_undoably(uow, acts, self._actor, self._clock())

    def confirm_all(self, disposition_ids: Sequence[DispositionId]) -> Together:
        """Confirm several as one step that can be undone."""
        acts = [ConfirmDisposition(disposition_id=one) for one in disposition_ids]
        with self._store.begin() as uow:
            return perform_all_undoably(uow, acts, self._actor, self._clock())
