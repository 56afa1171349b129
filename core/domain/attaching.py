"""Adding scans to a letter that is registered: an annex that came later, the sheet that the scanner had swallowed.

What is there stays; scans come behind it in the order in which the authority hears of them, so that two who attach at
the same time both succeed, and nobody has to decide between them.
"""

import msgspec

from core.domain.acting import Context, Decision
from core.domain.attachments import HASH_BYTES, MAX_SCANS, Attachment, kept_scans
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId
from core.domain.joining import MAX_JOINED_SCANS, first_scan_of, fresh_scans
from core.domain.letter_changes import with_changes
from core.domain.letters import IncomingLetter, require_letter
from core.domain.permissions import Power, require
from core.domain.secrecy import require_same_seal


class AttachScans(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Add scans to a letter. `sealed`: they are sealed with the key of the letter that its author saw at `base`.

    `seal` names the seal that they are under (`core.domain.secrecy.seal_of`).
    """

    letter_id: LetterId
    scans: tuple[Attachment, ...]
    sealed: bool = False
    base: int = 0
    seal: bytes = b""


def attach_scans(act: AttachScans, context: Context) -> Decision:
    """Put the scans behind those of the letter, before those of its other arrivals; one that it has is no act.

    To a sealed letter only a reader adds, what is sealed with its key. Who had not heard that it was sealed, or opened
    again, is refused with SEAL_CHANGED: nobody could open what he added.
    """
    letter = require_letter(act.letter_id, context)
    require(context.actor, Power.AMEND_LETTER, letter.office)
    if any(len(scan.sha256) != HASH_BYTES for scan in act.scans):
        raise Refusal(RefusalCode.NOT_ALLOWED, "scans")
    fresh = fresh_scans(letter.scans, act.scans)
    if not fresh:
        return Decision(records=())
    _require_form(act, letter, context)
    # Those of other arrivals stand at the end, counted from there.
    own = first_scan_of(letter.arrivals, 0, len(letter.scans))
    joined = (*letter.scans[:own], *fresh, *letter.scans[own:])
    if own + len(fresh) > MAX_SCANS or len(joined) > MAX_JOINED_SCANS:
        raise Refusal(RefusalCode.TOO_MANY_SCANS, "scans")
    scans = kept_scans(joined, secret=letter.is_secret)
    counted = {"scans": (str(len(letter.scans)), str(len(scans)))}
    changes = with_changes(letter.changes, counted, context)
    return Decision(records=(msgspec.structs.replace(letter, scans=scans, changes=changes),))


def _require_form(act: AttachScans, letter: IncomingLetter, context: Context) -> None:
    """The scans are in the form that the letter is in."""
    if act.sealed != bool(letter.keys):
        raise Refusal(RefusalCode.SEAL_CHANGED)
    if not letter.keys:
        return
    if all(one.user != context.actor.user for one in letter.keys):
        raise Refusal(RefusalCode.SEALED_FOR_OTHERS)
    require_same_seal(letter.keys, act.seal)
    if act.seal:
        return
    # An older program names no seal: where the subject changed it may be another one, for all that can be told.
    if context.records.field_revisions(IncomingLetter, letter.id).get("subject", 0) > act.base:
        raise Refusal(RefusalCode.SEAL_CHANGED)
