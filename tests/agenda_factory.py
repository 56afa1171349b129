"""An invitation that was decided upon, and the acts that concern its event and its answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from core.domain.attendance import Attendance, Attending
from core.domain.attending import AttendEvent
from core.domain.ids import LetterId, PositionId, UserId
from core.domain.replying import EndReply, ExpectReply
from tests.change_factory import LATE, two_changes
from tests.reading_factory import two_readings
from tests.secrecy_factory import sealed_key

EVENT: dict[str, Any] = {
    "event_on": date(2026, 3, 19),
    "event_from": "09:00",
    "event_until": "11:30",
    "event_place": "Aula Bappeda",
}
# The columns of letters that came with arrivals and with the agenda, and all that the first schema did not have.
RECENT_COLUMNS = frozenset(
    {
        *("arrivals", "merged_into", "receipts"),
        *("event_on", "event_from", "event_until", "event_place", "attendance"),
        *("reply_by", "reply_asked", "reply_no", "reply_reason"),
    }
)
LATER_COLUMNS = RECENT_COLUMNS | {"changes", "keys", "proof", "readings"}


def decided(position: PositionId, *delegates: PositionId, at: datetime, **changes: Any) -> Attendance:
    how = Attending.DELEGATED if delegates else Attending.COMES
    plain: dict[str, Any] = {"how": how, "by": UserId(100 + position), "at": at}
    return Attendance(position=position, delegates=delegates, **(plain | changes))


def whole_letter(position: PositionId, delegate: PositionId, *, at: datetime) -> dict[str, Any]:
    """All that a letter can say of itself besides what every letter says."""
    return {
        "changes": two_changes(),
        "receipts": (LATE,),
        "keys": (sealed_key(UserId(100 + position)),),
        "readings": two_readings(position),
        **EVENT,
        "attendance": (decided(position, delegate, at=at, entered_as=delegate),),
        "reply_by": date(2026, 3, 25),
        "reply_asked": position,
        "reply_no": "005/77/2026",
        "reply_reason": "Cukup dihadiri",
    }


def agenda_acts(letter_id: LetterId, position: PositionId, delegate: PositionId) -> dict[type[Any], Any]:
    return {
        AttendEvent: AttendEvent(
            letter_id=letter_id, how=Attending.DELEGATED, delegates=(delegate,), on_behalf=position
        ),
        ExpectReply: ExpectReply(letter_id=letter_id, by=date(2026, 3, 25)),
        EndReply: EndReply(letter_id=letter_id, answer_no="005/77/2026", reason="Cukup dihadiri"),
    }
