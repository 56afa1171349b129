"""Sessions at the server: how they are ended, and how old one may become.

A session is of a person on a PC. It lasts by use, but never longer than the region's policy says since the password was
given last; and a person, or who administers the person, may end the others before. What ends is the contact with the
server: the store of the PC, and what waits in it, opens with the password as before.
"""

from datetime import datetime

import msgspec

from core.domain.acting import Context, Decision
from core.domain.administering import done_before, person_known, require_over_person
from core.domain.ids import DeviceId, PositionId, RowId, UserId

NOWHERE = DeviceId(b"")
# A PC that is used asks for a fresh session this long before it must: nobody is asked for anything then.
RENEW_BEFORE_DAYS = 14
DAY_MS = 24 * 3600 * 1000


class SessionEnd(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """That sessions of a person were ended, by whom; the person's own act spares the PC on which it was done.

    On which PC, where it was one alone, says the act.
    """

    id: RowId
    user: UserId
    ended_by: UserId
    ended_as: PositionId
    ended_at: datetime


class EndSessions(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """End my sessions at all other PCs, or all sessions of somebody whom I administer; on one PC, if it is named."""

    end_id: RowId
    user: UserId
    device: DeviceId = NOWHERE


def end_sessions(act: EndSessions, context: Context) -> Decision:
    """Anybody ends his own; those of others takes the right to administer them."""
    actor = context.actor
    person = person_known(act.user, context)
    if act.user != actor.user:
        require_over_person(person, context)
    known = context.records.get(SessionEnd, act.end_id)
    if known is not None:
        return done_before((known.ended_by, known.user) == (actor.user, act.user))
    made = SessionEnd(id=act.end_id, user=act.user, ended_by=actor.user, ended_as=actor.position, ended_at=context.now)
    return Decision(records=(made,))


def session_ends_ms(*, began_ms: int, most_days: int) -> int:
    """The moment from which a session that began then is over, however much it is used."""
    return began_ms + most_days * DAY_MS


def wants_renewal(*, ends_ms: int, now_ms: int) -> bool:
    """Whether a PC whose person has just given the password shall ask for a fresh session; 0: the end is not known."""
    return ends_ms > 0 and now_ms >= ends_ms - RENEW_BEFORE_DAYS * DAY_MS
