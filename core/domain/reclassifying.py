"""Changing the sifat (security level) of a letter, and with it of everything that speaks of it.

Of two who change it the stricter one wins, in whatever order they are heard; nobody has to decide between them. What is
made less strict is seen by people who could not see it before, and that cannot be undone. So a lowering is never what a
merge comes to: it takes the power to do so, and holds only where its author knew all that had been said of the level.
"""

import msgspec

from core.domain.acting import Context, Decision
from core.domain.attachments import kept_scans
from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.held_acts import HeldAct, fit_reviewers
from core.domain.ids import LetterId, small_row_id
from core.domain.letter_changes import with_changes
from core.domain.letters import IncomingLetter, SecurityLevel, lines_of, visible_letter
from core.domain.offices import Position
from core.domain.permissions import Power, require
from core.domain.registering import check_texts
from core.domain.secrecy import is_sealed


class ReclassifyLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Give a letter another level. `seen` is the level that its author saw, `base` the revision at which."""

    letter_id: LetterId
    security: SecurityLevel
    seen: SecurityLevel
    base: int


def reclassify_letter(act: ReclassifyLetter, context: Context) -> Decision:
    """Move the letter and what speaks of it to the level.

    What was meant to be stricter moves nothing where the letter is as strict by now; it counts all the same, so that
    nobody lowers the level who has not heard of it. What was meant to be less strict is refused unless its author's PC
    had heard of everything that the authority has heard.
    """
    letter = visible_letter(act.letter_id, context)
    require(context.actor, Power.RAISE_SECURITY, letter.office)
    if letter.security >= act.security > act.seen:
        return Decision(records=(letter,), renewed=("security",))
    if act.security == letter.security:
        return Decision(records=())
    if act.security < letter.security:
        require(context.actor, Power.LOWER_SECURITY, letter.office)
        _require_seen(act, context)
    return Decision(records=_moved(letter, act.security, context))


def _require_seen(act: ReclassifyLetter, context: Context) -> None:
    newest = context.records.newest_change(IncomingLetter, act.letter_id, "security")
    if newest is None:
        raise Refusal(RefusalCode.SECURITY_WAITS, "security")
    if newest > act.base:
        raise Refusal(RefusalCode.SECURITY_CHANGED, "security")


def _moved(letter: IncomingLetter, level: SecurityLevel, context: Context) -> tuple[msgspec.Struct, ...]:
    """What was merged into the letter says what it says, and goes with it."""
    lines = (context.records.get(IncomingLetter, line) for line in lines_of(letter)[1:])
    merged = (line for line in lines if line is not None and line.security != level)
    return tuple(record for one in (letter, *merged) for record in _line_moved(one, level, context))


def _line_moved(letter: IncomingLetter, level: SecurityLevel, context: Context) -> tuple[msgspec.Struct, ...]:
    if level < SecurityLevel.SECRET and (is_sealed(letter.subject) or is_sealed(letter.summary)):
        # It would lie in an open register, and still open for nobody but its readers.
        raise Refusal(RefusalCode.SEALED_STAYS, "security")
    scans = kept_scans(letter.scans, secret=level >= SecurityLevel.SECRET)
    texts = {"security": (str(int(letter.security)), str(int(level)))}
    noted = with_changes(letter.changes, texts, context)
    moved = msgspec.structs.replace(letter, security=level, scans=scans, changes=noted)
    if level >= SecurityLevel.SECRET:
        # The place of an event stands in the letter: of a secret one it is kept nowhere else.
        moved = msgspec.structs.replace(moved, event_place="", reply_reason="")
    # Only a secret letter may be without a subject.
    check_texts(moved)
    children = ((child, _level_of(child, level)) for child in context.records.children(letter.id))
    changed = (_child_at(child, to, context) for child, to in children if child.security != to)
    return (moved, *changed)


def _child_at(child: Disposition | Conflict | HeldAct, level: SecurityLevel, context: Context) -> msgspec.Struct:
    """What speaks of the letter, at its level; over a secret matter not everybody decides who did before."""
    if not isinstance(child, HeldAct):
        return msgspec.structs.replace(child, security=level)
    reviewers = fit_reviewers(child, level, lambda number: context.records.get(Position, small_row_id(number)))
    return msgspec.structs.replace(child, security=level, reviewers=reviewers)


def _level_of(child: Disposition | Conflict | HeldAct, level: SecurityLevel) -> SecurityLevel:
    """What is held may speak of more than this letter: it stays as strict as it was."""
    return max(child.security, level) if isinstance(child, HeldAct) else level
