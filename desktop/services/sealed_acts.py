"""What an act says in the clear, in the form in which the letter is that it speaks of."""

from typing import Any

import msgspec

from core.domain.amending import AmendLetter
from core.domain.conflicts import ResolveConflict
from core.domain.dispositions import AnswerDisposition, Disposition, IssueDisposition
from core.domain.following_up import WithdrawDisposition
from core.domain.ids import PositionId
from core.domain.letters import IncomingLetter, is_for_readers
from core.domain.replying import EndReply
from core.domain.secrecy import seal_of
from core.protocol.letter_sealing import letter_place, note_place, result_place, seal_text
from desktop.services.secrecy import Secrecy, sealed_letter_texts
from desktop.storage.unit_of_work import UnitOfWork


def sealed_act(uow: UnitOfWork, act: Any, *, position: PositionId) -> Any:
    """The act with its texts sealed as those of its letter are; SEALED_FOR_OTHERS. `position` did it.

    What a sealed letter takes in no form at all is left out: reasons.
    """
    letter = _letter_of(uow, act)
    if letter is None or not is_for_readers(letter):
        return act
    if getattr(act, "seal", b""):
        return act  # its author had heard of a seal, and sealed it
    texts = _texts(act, letter, Secrecy(uow).required(letter), position)
    return msgspec.structs.replace(act, **texts) if texts else act


def _texts(act: Any, letter: IncomingLetter, content: bytes, position: PositionId) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    match act:
        case AmendLetter():
            texts = {name: sealed_letter_texts(letter.id, getattr(act, name), content) for name in ("changes", "seen")}
            texts["seal"] = seal_of(letter.keys)
        case ResolveConflict():
            place = letter_place(letter.id, act.field)
            texts = {"seen": seal_text(act.seen, content, place=place), "seal": seal_of(letter.keys)}
            if act.value is not None:
                texts["value"] = seal_text(act.value, content, place=place)
        case IssueDisposition():
            # Who was let in under the key of then is let in by a reader, under that of now.
            note = seal_text(act.note, content, place=note_place(act.disposition_id))
            texts = {"note": note, "keys": (), "seal": seal_of(letter.keys)}
        case AnswerDisposition():
            result = seal_text(act.result, content, place=result_place(act.disposition_id, position))
            texts = {"result": result, "seal": seal_of(letter.keys)}
        case WithdrawDisposition() | EndReply():
            texts = {"reason": ""}
    return texts


def _letter_of(uow: UnitOfWork, act: Any) -> IncomingLetter | None:
    letter_id = getattr(act, "letter_id", None)
    if letter_id is None:
        sheet = uow.get(Disposition, getattr(act, "disposition_id", b""))
        letter_id = None if sheet is None else sheet.letter_id
    return None if letter_id is None else uow.get(IncomingLetter, letter_id)
