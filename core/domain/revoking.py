"""Shutting a PC out for good, and what becomes of the work that it had not sent.

The act names the PC by its id and says why. What the PC had not sent it seals before it erases itself
(`core.protocol.revoking`); nobody but the server can open that, and it does so only when an administrator says so by a
second act. Then the work waits for a superior's decision like all work whose author's right had ended.
"""

from datetime import datetime

import msgspec

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import ROW_ID_BYTES, OfficeId, PositionId, RowId, UserId, small_row_id
from core.domain.number_fates import MAX_REASON
from core.domain.offices import Office
from core.domain.permissions import Power, require_over

MAX_DEVICE_NAME = 120
NOBODY = UserId(0)


class Revocation(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """That a PC was shut out: `id` is that of the PC. `opened_by` let its sealed work be laid before its superiors."""

    id: RowId
    office: OfficeId
    name: str
    reason: str
    revoked_by: UserId
    revoked_as: PositionId
    revoked_at: datetime
    opened_by: UserId = NOBODY
    opened_at: datetime | None = None


class RevokeDevice(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Shut a PC of an office out; `name` is what it is called in the list from which it was chosen."""

    device: RowId
    office: OfficeId
    name: str
    reason: str


class OpenSealed(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Let what a PC that was shut out had not sent be laid before the superiors of its authors."""

    revocation_id: RowId


def revoke_device(act: RevokeDevice, context: Context) -> Decision:
    """Shut it out, once. Whether it is a PC of that office, and not the one in use, only the authority knows."""
    actor = context.actor
    require_over(actor, Power.ADMINISTER, act.office)
    if context.records.get(Office, small_row_id(max(0, act.office))) is None:
        raise Refusal(RefusalCode.WRONG_OFFICE, "office")
    if len(act.device) != ROW_ID_BYTES:
        raise Refusal(RefusalCode.UNKNOWN_DEVICE, "device")
    known = context.records.get(Revocation, act.device)
    if known is not None:
        return Decision(records=())  # by whomever: it is shut out
    reason, name = " ".join(act.reason.split()), " ".join(act.name.split())
    if not reason:
        raise Refusal(RefusalCode.REASON_MISSING, "reason")
    if len(reason) > MAX_REASON or len(name) > MAX_DEVICE_NAME:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "reason" if len(reason) > MAX_REASON else "name")
    made = Revocation(
        id=act.device,
        office=act.office,
        name=name,
        reason=reason,
        revoked_by=actor.user,
        revoked_as=actor.position,
        revoked_at=context.now,
    )
    return Decision(records=(made,))


def open_sealed(act: OpenSealed, context: Context) -> Decision:
    """Let it be opened; what is opened already stays so."""
    known = context.records.get(Revocation, act.revocation_id)
    if known is None:
        raise Refusal(RefusalCode.UNKNOWN_DEVICE)
    require_over(context.actor, Power.ADMINISTER, known.office)
    if known.opened_at is not None:
        return Decision(records=())
    opened = msgspec.structs.replace(known, opened_by=context.actor.user, opened_at=context.now)
    return Decision(records=(opened,))
