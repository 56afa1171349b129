"""Dispositions that were followed up, and lists of instructions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from core.domain.attachments import Attachment
from core.domain.dispositions import Disposition, Recipient, RecipientState
from core.domain.following_up import ConfirmDisposition, RemindRecipients, WithdrawDisposition
from core.domain.ids import DispositionId, OfficeId, PositionId, UserId
from core.domain.instruction_lists import InstructionChoice, OwnInstruction, SetInstructions


def withdrawn(position: PositionId, by: UserId, at: datetime) -> Recipient:
    return Recipient(
        position=position,
        state=RecipientState.WITHDRAWN,
        withdrawn_at=at,
        withdrawn_by=by,
        withdrawn_reason="Salah alamat",
        reminded_at=at,
        reminded_by=by,
        reminders=1,
    )


def choice(position: PositionId, office: OfficeId, by: UserId) -> InstructionChoice:
    act = set_choice(position)
    return InstructionChoice(number=position, office=office, chosen=act.chosen, own=act.own, set_by=by)


def set_choice(position: PositionId) -> SetInstructions:
    own = OwnInstruction(number=position * 1000 + 1, text="Bahas dalam apel")
    return SetInstructions(position=position, chosen=(2, 7, own.number), own=(own,))


def follow_up_acts(disposition_id: DispositionId, recipient: PositionId) -> dict[type[Any], Any]:
    named: dict[str, Any] = {"disposition_id": disposition_id, "recipients": (recipient,)}
    return {
        WithdrawDisposition: WithdrawDisposition(**named, reason="Salah alamat"),
        RemindRecipients: RemindRecipients(**named),
        ConfirmDisposition: ConfirmDisposition(disposition_id=disposition_id),
    }


def followed_up(
    sheet: Disposition, secretary: PositionId, answer: Recipient, scan: Attachment, *, at: datetime
) -> Disposition:
    """A disposition with everything that can become of it."""
    answered = msgspec.structs.replace(answer, files=(scan,))
    return msgspec.structs.replace(
        sheet,
        recipients=(withdrawn(secretary, sheet.from_user, at), answered),
        recast=True,
        entered_as=secretary,
        sheets=(scan,),
        confirmed_by=sheet.from_user,
        confirmed_at=at,
    )
