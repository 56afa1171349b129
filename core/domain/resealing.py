"""Letting somebody into a secret letter who was not yet: a successor, a delegate, a colleague with a new key.

Only who can open the letter can do it; nothing does it by itself. The letter says who let whom in, and when.
"""

import msgspec

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId
from core.domain.letters import require_letter, subject_visible
from core.domain.secrecy import SealedKey, with_keys


class ResealLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Seal the key of a letter's contents to further people."""

    letter_id: LetterId
    keys: tuple[SealedKey, ...]


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
