"""What somebody could not have heard yet when he acted: what he did in good faith counts."""

from core.domain.acting import Context
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, as_text


def could_not_know(context: Context, letter_id: LetterId) -> bool:
    """Whether whoever acts may not have heard yet that the letter is sealed: what he wrote in the clear still counts.

    It lies in the clear then, until somebody seals it too; to refuse it would lose what was done in good faith. Only
    the authority can tell, by the revision at which the letter was sealed.
    """
    if context.known is None:
        return False
    return context.records.field_revisions(IncomingLetter, letter_id).get("keys", 0) > context.known


def was_addressed(context: Context, letter: IncomingLetter) -> bool:
    """Whether the letter was the actor's when he acted: it was addressed to another since, and he could not know.

    What he did in good faith counts. Only the authority can tell, by the revision of the new address.
    """
    if context.known is None or context.actor.office != letter.office:
        return False
    if context.records.field_revisions(IncomingLetter, letter.id).get("addressee", 0) <= context.known:
        return False
    mine = as_text(context.actor.position)
    return any(one.field == "addressee" and one.before == mine for one in letter.changes)
