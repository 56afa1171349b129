"""Letters that want an answer: by when, which are late, and what ends that."""

from collections.abc import Sequence
from datetime import date

import msgspec

from core.domain.ids import LetterId, PositionId
from core.domain.letters import IncomingLetter, SecurityLevel, register_visible, subject_visible
from core.domain.permissions import Power, has_power
from core.domain.replying import EndReply, ExpectReply, Nearness, nearness
from core.domain.secrecy import is_sealed
from desktop.services.clock import local_date
from desktop.services.person_service import ActingService
from desktop.services.register import agenda_text
from desktop.storage.dated_letters import awaiting_reply
from desktop.storage.undoing import Together, perform_all_undoably
from desktop.storage.unit_of_work import UnitOfWork


class AwaitedReply(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that nobody has answered yet.

    `subject` is None where it is secret; `concerns` are the positions that it is with.
    """

    letter: LetterId
    by: date
    near: Nearness
    days: int
    agenda: str
    sender: str
    subject: str | None
    letter_no: str
    security: SecurityLevel
    concerns: tuple[PositionId, ...]


class ReplyService(ActingService):
    """What one signed-in person does about answers to letters."""

    @property
    def may_set(self) -> bool:
        """Whether this person may say by when a letter wants an answer."""
        return has_power(self._actor, Power.ANSWER)

    def unanswered(self) -> tuple[AwaitedReply, ...]:
        """Belum dijawab: what is late first."""
        today = local_date(self._clock())
        with self._store.read() as uow:
            found = [one.record for one in awaiting_reply(uow.connection, self._actor.office)]
        return tuple(self._row(one, today) for one in found if register_visible(self._actor, one))

    def expect(self, letter_id: LetterId, by: date) -> None:
        """Say by when a letter wants an answer."""
        self._perform(ExpectReply(letter_id=letter_id, by=by), undoable=True)

    def end(self, letter_id: LetterId, *, answer_no: str = "", reason: str = "") -> None:
        """Enter the number of the answer, or why there is none.

        No reason is kept of what is secret, so none is sent.
        """
        with self._store.begin() as uow:
            self._perform_in(uow, _ending(uow, letter_id, answer_no, reason), undoable=True)

    def end_all(self, letter_ids: Sequence[LetterId], *, answer_no: str = "", reason: str = "") -> Together:
        """As `end` for several letters, as one step that can be undone; Refusal: for none of them."""
        with self._store.begin() as uow:
            acts = [_ending(uow, one, answer_no, reason) for one in letter_ids]
            return perform_all_undoably(uow, acts, self._actor, self._clock())

    def _row(self, letter: IncomingLetter, today: date) -> AwaitedReply:
        by = letter.reply_by or today
        visible = subject_visible(self._actor, letter) and not is_sealed(letter.subject)
        return AwaitedReply(
            letter=letter.id,
            by=by,
            near=nearness(by, today),
            days=(by - today).days,
            agenda=agenda_text(letter.agenda_no, letter.agenda_suffix),
            sender=letter.sender,
            subject=letter.subject if visible else None,
            letter_no=letter.letter_no,
            security=letter.security,
            concerns=(*letter.involved, letter.reply_asked),
        )


def _ending(uow: UnitOfWork, letter_id: LetterId, answer_no: str, reason: str) -> EndReply:
    letter = uow.get(IncomingLetter, letter_id)
    said = "" if letter is not None and letter.is_secret else reason
    return EndReply(letter_id=letter_id, answer_no=answer_no, reason=said)


__all__ = ["AwaitedReply", "Nearness", "ReplyService"]
