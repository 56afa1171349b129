"""What an administrator does: positions, people, one-time codes. Each is an act like any other, and stands in the log.

The administrator of an office has his office, the administrator of the region every office. Nobody changes his own
rights, and a position that administers the region is given by its like alone.

People and positions carry small numbers. Those that are made at the server count from 1; a PC, which may be offline,
draws one at random far above them, and the rule refuses it where it is taken.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from core.domain.acting import Context, Decision
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId, PositionId, RandomBytes, RowId, UserId, small_row_id
from core.domain.offices import Office, Person, Position, Role
from core.domain.permissions import Power, require_over
from core.domain.server_room import is_operator

DRAWN_FROM = 1_000_000
DRAWN_BELOW = 2**31 - 1
MAX_NAME = 120
MAX_HELD = 20
CODE_LIFE = timedelta(days=14)
HASH_BYTES = 32
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


class CodeIssue(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """That a one-time code was given out: for whom, by whom, until when. What is kept of the code is not in it."""

    id: RowId
    office: OfficeId
    user: UserId
    resets: bool
    issued_by: UserId
    issued_as: PositionId
    issued_at: datetime
    expires_at: datetime


class OpenPosition(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Make a position; `position` was drawn by the PC."""

    position: PositionId
    office: OfficeId
    title: str
    role: Role
    order: int
    superior: PositionId | None


class AddUser(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Let one more person in; `user` was drawn by the PC."""

    user: UserId
    username: str
    name: str
    positions: tuple[PositionId, ...]


class RenameUser(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Let a person be called otherwise; the user name stays."""

    user: UserId
    name: str


class MoveUser(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Let a person hold these positions and no others."""

    user: UserId
    positions: tuple[PositionId, ...]


class SuspendUser(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Shut a person out everywhere, or let the person in again."""

    user: UserId
    active: bool


class IssueCode(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Give out a one-time code, of which only the hash leaves the PC; with `resets` its use chooses a new password."""

    issue_id: RowId
    user: UserId
    code_hash: bytes
    resets: bool


def drawn_number(random_bytes: RandomBytes) -> int:
    """A number for a person or a position that a PC makes."""
    return DRAWN_FROM + int.from_bytes(random_bytes(8), "big") % (DRAWN_BELOW - DRAWN_FROM)


def open_position(act: OpenPosition, context: Context) -> Decision:
    """Make the position in an office that the actor administers."""
    require_over(context.actor, Power.ADMINISTER, act.office)
    if context.records.get(Office, small_row_id(max(0, act.office))) is None:
        raise Refusal(RefusalCode.WRONG_OFFICE, "office")
    title = _text(act.title, "title")
    _check_role(act.role, context)
    made = Position(
        number=act.position,
        office=act.office,
        unit=None,
        title=title,
        role=act.role,
        order=act.order,
        superior=act.superior,
    )
    known = context.records.get(Position, drawn_id(act.position, "position", context))
    if known is not None:
        return done_before(msgspec.structs.replace(known, handed=()) == made)
    if act.superior is not None:
        above = context.records.get(Position, small_row_id(max(0, act.superior)))
        if above is None or above.office != act.office:
            raise Refusal(RefusalCode.UNKNOWN_POSITION, "superior")
    if not 0 <= act.order <= MAX_NAME * MAX_NAME:
        raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE, "order")
    return Decision(records=(made,))


def add_user(act: AddUser, context: Context) -> Decision:
    """Make the person. Whether the user name is free, only the authority knows."""
    if not _USERNAME.fullmatch(act.username):
        raise Refusal(RefusalCode.USERNAME_MALFORMED, "username")
    name = _text(act.name, "name")
    _require_over_all(act.positions, context)
    if not act.positions and not is_operator(context.actor):
        raise Refusal(RefusalCode.UNKNOWN_POSITION, "positions")
    made = Person(number=act.user, username=act.username, name=name, positions=act.positions)
    known = context.records.get(Person, drawn_id(act.user, "user", context))
    if known is not None:
        return done_before((known.username, known.name) == (act.username, name))
    return Decision(records=(made,))


def rename_user(act: RenameUser, context: Context) -> Decision:
    """Call the person so; who administers may correct his own name too."""
    person = person_known(act.user, context)
    require_over_person(person, context)
    name = _text(act.name, "name")
    if person.name == name:
        return Decision(records=())
    return Decision(records=(msgspec.structs.replace(person, name=name),))


def move_user(act: MoveUser, context: Context) -> Decision:
    """Give the positions; the actor administers those that are taken and those that are given."""
    person = _other(act.user, context)
    _require_over_all((*person.positions, *act.positions), context)
    if not (*person.positions, *act.positions):
        require_over(context.actor, Power.ADMINISTER, context.actor.office)
    if len(set(act.positions)) != len(act.positions) or len(act.positions) > MAX_HELD:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "positions")
    if person.positions == act.positions:
        return Decision(records=())
    return Decision(records=(msgspec.structs.replace(person, positions=act.positions),))


def suspend_user(act: SuspendUser, context: Context) -> Decision:
    """Shut the person out, or let the person in again."""
    person = _other(act.user, context)
    require_over_person(person, context)
    if person.active == act.active:
        return Decision(records=())
    return Decision(records=(msgspec.structs.replace(person, active=act.active),))


def issue_code(act: IssueCode, context: Context) -> Decision:
    """Record that a code was given out; the authority keeps its hash beside the account."""
    actor = context.actor
    person = person_known(act.user, context)
    require_over_person(person, context)
    known = context.records.get(CodeIssue, act.issue_id)
    if known is not None:
        return done_before((known.issued_by, known.user) == (actor.user, act.user))
    if act.resets and act.user == actor.user:
        raise Refusal(RefusalCode.NOT_FOR_ONESELF, "user")
    if not person.active:
        raise Refusal(RefusalCode.UNKNOWN_USER, "user")
    if len(act.code_hash) != HASH_BYTES:
        raise Refusal(RefusalCode.UNKNOWN_ACT, "code_hash")
    issue = CodeIssue(
        id=act.issue_id,
        office=actor.office,
        user=act.user,
        resets=act.resets,
        issued_by=actor.user,
        issued_as=actor.position,
        issued_at=context.now,
        expires_at=context.now + CODE_LIFE,
    )
    return Decision(records=(issue,))


def _other(user: UserId, context: Context) -> Person:
    """Somebody else than the actor."""
    person = person_known(user, context)
    if user == context.actor.user:
        raise Refusal(RefusalCode.NOT_FOR_ONESELF, "user")
    return person


def person_known(user: UserId, context: Context) -> Person:
    """The person with this number; Refusal if there is none."""
    person = context.records.get(Person, small_row_id(user)) if 0 < user <= DRAWN_BELOW else None
    if person is None:
        raise Refusal(RefusalCode.UNKNOWN_USER, "user")
    return person


def require_over_person(person: Person, context: Context) -> None:
    """Refuse unless the actor administers all that the person holds."""
    _require_over_all(person.positions, context)
    if not person.positions:
        require_over(context.actor, Power.ADMINISTER, context.actor.office)


def _require_over_all(positions: Iterable[PositionId], context: Context) -> None:
    """Refuse unless the actor administers the offices of all of these positions, and may give their roles."""
    for number in positions:
        place = context.records.get(Position, small_row_id(number)) if 0 < number <= DRAWN_BELOW else None
        if place is None:
            raise Refusal(RefusalCode.UNKNOWN_POSITION, "positions")
        require_over(context.actor, Power.ADMINISTER, place.office)
        _check_role(place.role, context)


def _check_role(role: Role, context: Context) -> None:
    if role == Role.REGION_ADMIN and context.actor.role != Role.REGION_ADMIN:
        raise Refusal(RefusalCode.NOT_ALLOWED, "role")


def _text(text: str, field: str) -> str:
    plain = " ".join(text.split())
    if not plain:
        raise Refusal(RefusalCode.TITLE_MISSING if field == "title" else RefusalCode.NAME_MISSING, field)
    if len(plain) > MAX_NAME:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, field)
    return plain


def drawn_id(number: int, field: str, context: Context) -> RowId:
    """The row id of a number that somebody gave to something new; Refusal if it is none that he may give."""
    lowest = 1 if is_operator(context.actor) else DRAWN_FROM
    if not lowest <= number < DRAWN_BELOW:
        raise Refusal(RefusalCode.NUMBER_OUT_OF_RANGE, field)
    return small_row_id(number)


def done_before(same: bool) -> Decision:  # noqa: FBT001 - the answer to a question
    """An act that a mended PC sends again has been done; Refusal if something else was."""
    if same:
        return Decision(records=())
    raise Refusal(RefusalCode.ALREADY_EXISTS)
