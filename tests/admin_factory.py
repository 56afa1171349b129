"""What the administrator of the office of `tests.factories` does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from core.domain.administering import AddUser, CodeIssue, IssueCode, MoveUser, OpenPosition, RenameUser, SuspendUser
from core.domain.handing_over import HandOver
from core.domain.ids import DeviceId, OfficeId, PositionId, RowId, UserId
from core.domain.offices import Handed, OpenItems, Role
from core.domain.sessions import EndSessions, SessionEnd

ISSUE_ID = RowId(bytes.fromhex("0198c0de000070008000000000000020"))
MOMENT = datetime(2026, 3, 16, 2, 30, tzinfo=UTC)
NEW_POSITION = PositionId(1_000_075)
NEW_USER = UserId(1_000_175)
_HEAD, _SECTION, _OFFICE_ADMIN = PositionId(73), PositionId(74), PositionId(77)


def open_position_act(**changes: Any) -> OpenPosition:
    plain = OpenPosition(
        position=NEW_POSITION,
        office=OfficeId(7),
        title="Staf Umum",
        role=Role.STAFF,
        order=12,
        superior=_HEAD,
    )
    return msgspec.structs.replace(plain, **changes)


def hand_over_act(**changes: Any) -> HandOver:
    items = OpenItems(to_decide=2, to_answer=3, in_hand=7, to_reseal=1)
    plain = HandOver(position=_SECTION, leaving=UserId(174), successor=UserId(171), items=items)
    return msgspec.structs.replace(plain, **changes)


def handed(**changes: Any) -> Handed:
    plain = Handed(
        leaving=UserId(174),
        successor=UserId(171),
        by=UserId(177),
        position=_OFFICE_ADMIN,
        at=MOMENT,
        items=OpenItems(to_decide=2, to_answer=3, in_hand=7, to_reseal=1),
    )
    return msgspec.structs.replace(plain, **changes)


def add_user_act(**changes: Any) -> AddUser:
    plain = AddUser(user=NEW_USER, username="siti.umum", name="Siti Aminah", positions=(_SECTION,))
    return msgspec.structs.replace(plain, **changes)


def issue_code_act(**changes: Any) -> IssueCode:
    plain = IssueCode(issue_id=ISSUE_ID, user=UserId(174), code_hash=bytes(range(32)), resets=False)
    return msgspec.structs.replace(plain, **changes)


MOVE_USER = MoveUser(user=UserId(174), positions=(PositionId(75),))
RENAME_USER = RenameUser(user=UserId(174), name="Ratu Pertiwi")
SUSPEND_USER = SuspendUser(user=UserId(174), active=False)
END_SESSIONS = EndSessions(end_id=ISSUE_ID, user=UserId(174), device=DeviceId(bytes(range(16))))
SESSION_END = SessionEnd(id=ISSUE_ID, user=UserId(174), ended_by=UserId(177), ended_as=_OFFICE_ADMIN, ended_at=MOMENT)
CODE_ISSUE = CodeIssue(
    id=ISSUE_ID,
    office=OfficeId(7),
    user=UserId(174),
    resets=True,
    issued_by=UserId(177),
    issued_as=_OFFICE_ADMIN,
    issued_at=MOMENT,
    expires_at=MOMENT + timedelta(days=14),
)
