"""What was changed in a letter after it was entered: who, what, when, the old and the new value.

The changes lie in the letter itself. So they are wherever the letter is, with the line down and on a stick, are as
secret as it, move and are erased with it, and are decided by the rules that decide the change. What other records of
the letter say of themselves - who disposed, read, answered, struck it through - is not said again here.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from core.domain.acting import Context
from core.domain.ids import PositionId, UserId

# A letter keeps its newest changes; the log of the server has all of them.
KEPT_CHANGES = 60
# Fields whose values are for those alone who may read the subject of a secret letter. In one order, which a set has
# not: PC and server walk over them, and have to come to the same.
SEALED_FIELDS = ("subject", "summary")
# And those that are not even kept of a secret letter.
PRIVATE_FIELDS = (*SEALED_FIELDS, "event_place", "reply_reason")


class LetterChange(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One field that got another value; both as text, a date as ISO 8601, a row id in hexadecimal, nothing as "".

    `at` is the moment by the server's clock, `behind_s` by how many seconds the clock of the author's PC was behind it.
    """

    field: str
    before: str
    after: str
    by: UserId
    position: PositionId
    at: datetime
    behind_s: int = 0


def with_changes(
    changes: tuple[LetterChange, ...], texts: Mapping[str, tuple[str, str]], context: Context
) -> tuple[LetterChange, ...]:
    """`changes` and behind them one for each field of `texts`, which gives its old and its new value."""
    actor = context.actor
    fresh = tuple(
        LetterChange(
            field=field,
            before=before,
            after=after,
            by=actor.user,
            position=actor.position,
            at=context.now,
            behind_s=context.behind_s,
        )
        for field, (before, after) in texts.items()
    )
    return (*changes, *fresh)[-KEPT_CHANGES:]


def readable_changes(changes: tuple[LetterChange, ...], *, sealed: bool) -> tuple[LetterChange, ...]:
    """The changes as somebody may read them: with `sealed`, without the values that are for the addressees alone."""
    if not sealed:
        return changes
    return tuple(
        msgspec.structs.replace(one, before="", after="") if one.field in PRIVATE_FIELDS else one for one in changes
    )
