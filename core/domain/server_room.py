"""Who acts at the server itself: the operator, by a command there. He is no person of the directory.

What he does are acts like any other, done as who administers the region, in a position that nobody holds and nobody
can be given. Each of his commands begins with a note that says who ran it, as the operating system calls him.
"""

from datetime import datetime

import msgspec

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import DeviceId, OfficeId, PositionId, RowId, UserId, content_row_id
from core.domain.offices import Actor, Role

# Above all numbers that are ever drawn or counted.
SERVER_ROOM = UserId(2**31 - 1)
SERVER_ROOM_POSITION = PositionId(2**31 - 1)
# The one device of every server: its ops are those of the operator.
SERVER_ROOM_DEVICE = DeviceId(content_row_id("server room"))
MAX_RUN_BY = 120
MAX_ABOUT = 200


class ServerRun(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """That somebody at the server ran a command that changes something: who, which, about what, when."""

    id: RowId
    run_by: str
    verb: str
    about: str
    at: datetime


class NoteServerRun(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Say who runs which command at the server, and about what; nothing secret is in it."""

    run_id: RowId
    run_by: str
    verb: str
    about: str


def operator_of(office: OfficeId) -> Actor:
    """Who acts at the server; what belongs to an office and names none is this one's."""
    return Actor(user=SERVER_ROOM, position=SERVER_ROOM_POSITION, office=office, role=Role.REGION_ADMIN)


def is_operator(actor: Actor) -> bool:
    """Whether the actor is who acts at the server."""
    return actor.user == SERVER_ROOM


def note_server_run(act: NoteServerRun, context: Context) -> Decision:
    """Keep the note; nobody but who acts at the server can leave one."""
    if not is_operator(context.actor):
        raise Refusal(RefusalCode.NOT_ALLOWED)
    run_by, verb = " ".join(act.run_by.split()), " ".join(act.verb.split())
    about = " ".join(act.about.split())
    if not run_by or not verb:
        raise Refusal(RefusalCode.NAME_MISSING, "verb" if run_by else "run_by")
    if len(run_by) > MAX_RUN_BY or len(verb) > MAX_RUN_BY or len(about) > MAX_ABOUT:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "about" if len(about) > MAX_ABOUT else "run_by")
    if context.records.get(ServerRun, act.run_id) is not None:
        return Decision(records=())
    note = ServerRun(id=act.run_id, run_by=run_by, verb=verb, about=about, at=context.now)
    return Decision(records=(note,))
