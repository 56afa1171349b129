"""What was changed in the letter of `tests.factories`: by the registrar, and an answer that the section amended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from core.domain.dispositions import EarlierAnswer, Recipient, RecipientState
from core.domain.ids import PositionId, UserId
from core.domain.letter_changes import LetterChange
from core.domain.receipts import Receipt

MOMENT = datetime(2026, 3, 16, 2, 30, tzinfo=UTC)
# The server heard of it two hours after it was done, from a PC whose clock was behind.
LATE = Receipt(at=MOMENT, by=UserId(171), late_s=7200, behind_s=720)


def changed(**changes: Any) -> LetterChange:
    plain = LetterChange(
        field="subject",
        before="Undangan",
        after="Undangan rapat koordinasi",
        by=UserId(171),
        position=PositionId(71),
        at=MOMENT,
    )
    return msgspec.structs.replace(plain, **changes)


def unnoted(record: Any) -> Any:
    """A letter as if nobody had noted what was changed in it."""
    return msgspec.structs.replace(record, changes=())


def amended_answer() -> Recipient:
    return Recipient(
        position=PositionId(74),
        state=RecipientState.ANSWERED,
        read_at=MOMENT,
        answered_at=MOMENT,
        answered_by=UserId(174),
        result="Sudah dihadiri.",
        read_by=UserId(174),
        earlier=(EarlierAnswer(result="Akan hadir.", answered_by=UserId(174), answered_at=MOMENT),),
    )


def two_changes() -> tuple[LetterChange, ...]:
    """A change of each kind: of a text, and of a date by a PC whose clock was ahead."""
    return (changed(), changed(field="due_on", before="", after="2026-03-20", behind_s=-720))
