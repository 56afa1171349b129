"""A few words that tell a person what an act is about."""

from collections.abc import Iterable
from typing import Any

from core.domain.archives import RecordFile
from core.domain.dispositions import Disposition
from core.domain.held_acts import HeldAct
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.registering import RegisterLetter
from desktop.storage.unit_of_work import UnitOfWork


def subject_of(uow: UnitOfWork, act: Any, *, besides: Iterable[Any] = ()) -> str:
    """Which letter or file an act is about; `besides` are records that this PC need not hold."""
    letter_id = getattr(act, "letter_id", None)
    near = {record.id: record for record in besides}
    if letter_id is None and hasattr(act, "disposition_id"):
        disposition = near.get(act.disposition_id) or uow.get(Disposition, act.disposition_id)
        letter_id = disposition.letter_id if disposition else None
    if letter_id is not None:
        # A refused registration left no letter: then its own words tell, under the same rule of secrecy.
        known = near.get(letter_id) or uow.get(IncomingLetter, letter_id)
        told: Any = known or (act if isinstance(act, RegisterLetter) else None)
        if told is None:
            return ""
        return str(told.sender if told.security >= SecurityLevel.SECRET else told.subject)
    if hasattr(act, "record_file_id"):
        record_file = uow.get(RecordFile, act.record_file_id)
        return record_file.title if record_file else str(getattr(act, "title", ""))
    return ""


def sealed_subject(uow: UnitOfWork, held: HeldAct) -> str:
    """Which letter a sealed held act is about; the empty text of one that is not sealed, or whose letter is not here.

    Of what it says nothing is told before it is performed.
    """
    letters = (uow.get(IncomingLetter, letter_id) for letter_id in (held.about if held.sealed else ()))
    return next((letter.sender for letter in letters if letter is not None), "")
