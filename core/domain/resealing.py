"""Sealing a letter that became secret, and letting somebody in who was not yet: a successor, a delegate.

Only who can open a letter can let somebody in; nothing does it by itself. The letter says who let whom in, and when.
"""

import msgspec

from core.domain.acting import Context, Decision
from core.domain.attachments import Attachment, kept_scans
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId
from core.domain.letter_changes import SEALED_FIELDS, readable_changes
from core.domain.letters import IncomingLetter, check_texts, is_in_clear, require_letter, subject_visible
from core.domain.permissions import Power, require
from core.domain.secrecy import SealedKey, require_sealed, with_keys


class ResealLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Seal the key of a letter's contents to further people."""

    letter_id: LetterId
    keys: tuple[SealedKey, ...]


class SealLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Seal a secret letter that is not: what it says, as its author saw it at the revision `base`.

    `scans` are those of the letter in their order, each under the hash of its sealed bytes, or as it was.
    """

    letter_id: LetterId
    base: int
    keys: tuple[SealedKey, ...]
    subject: str
    summary: str
    scans: tuple[Attachment, ...]


def seal_letter(act: SealLetter, context: Context) -> Decision:
    """Put sealed texts in the place of those in the clear, also where the letter tells of its changes.

    A letter that is sealed is no act; one that somebody changed meanwhile has to be looked at again.
    """
    letter = require_letter(act.letter_id, context)
    actor = context.actor
    require(actor, Power.RAISE_SECURITY, letter.office)
    if letter.keys and not is_in_clear(letter):
        return Decision(records=())
    if not letter.is_secret:
        raise Refusal(RefusalCode.NOT_ALLOWED)
    revisions = context.records.field_revisions(IncomingLetter, letter.id)
    if any(revisions.get(field, 0) > act.base for field in (*SEALED_FIELDS, "scans")):
        raise Refusal(RefusalCode.SEAL_OUTDATED)
    texts = {"subject": act.subject, "summary": act.summary}
    require_sealed(texts)
    keys = with_keys(letter.keys, act.keys, by=actor.user, at=context.now)
    whole = all(bool(text) == bool(getattr(letter, field)) for field, text in texts.items())
    if not keys or not whole or not _same_scans(letter.scans, act.scans):
        raise Refusal(RefusalCode.SEAL_MALFORMED)
    sealed = msgspec.structs.replace(
        letter,
        subject=act.subject,
        summary=act.summary,
        scans=kept_scans(act.scans, secret=True),
        keys=keys,
        changes=readable_changes(letter.changes, sealed=True),
    )
    check_texts(sealed)
    return Decision(records=(sealed,))


def _same_scans(before: tuple[Attachment, ...], after: tuple[Attachment, ...]) -> bool:
    return [(one.media, one.pages) for one in before] == [(one.media, one.pages) for one in after]


def reseal_letter(act: ResealLetter, context: Context) -> Decision:
    """Add the keys; what is there already is no act."""
    letter = require_letter(act.letter_id, context)
    actor = context.actor
    opens = any(one.user == actor.user for one in letter.keys)
    if not letter.is_secret or not opens or not subject_visible(actor, letter):
        raise Refusal(RefusalCode.SEALED_FOR_OTHERS)
    keys = with_keys(letter.keys, act.keys, by=actor.user, at=context.now)
    if keys == letter.keys:
        return Decision(records=())
    return Decision(records=(msgspec.structs.replace(letter, keys=keys),))
