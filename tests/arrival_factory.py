"""The letter of `tests.factories` when it comes once more."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from core.domain.attachments import Attachment
from core.domain.ids import LetterId, PositionId, RowId, UserId
from core.domain.joining import JoinArrival, MergeLetters
from core.domain.letters import Arrival, Channel, IncomingLetter
from tests.reading_factory import two_readings

TWIN_ID = LetterId(bytes.fromhex("0198c0de000070008000000000000077"))
ARRIVAL_ID = RowId(bytes.fromhex("0198c0de000070008000000000000078"))


def join(letter_id: LetterId, *scans: Attachment, **changes: Any) -> JoinArrival:
    plain = JoinArrival(
        arrival_id=ARRIVAL_ID,
        letter_id=letter_id,
        received_on=date(2026, 3, 19),
        channel=Channel.EMAIL,
        scans=scans,
    )
    return msgspec.structs.replace(plain, **changes)


def come_twice(one: IncomingLetter, position: PositionId) -> IncomingLetter:
    """The letter with all that a letter can say of itself."""
    return msgspec.structs.replace(one, readings=two_readings(position), **two_arrivals(position))


def two_arrivals(position: PositionId) -> dict[str, Any]:
    moment = datetime(2026, 3, 19, 3, 0, tzinfo=UTC)
    by: dict[str, Any] = {"by": UserId(100 + position), "position": position, "at": moment, "scans": 0}
    day = date(2026, 3, 19)
    one = Arrival(id=ARRIVAL_ID, received_on=day, channel=Channel.WHATSAPP, **by)
    other = Arrival(id=RowId(TWIN_ID), received_on=day, channel=Channel.PAPER, letter=TWIN_ID, **by)
    return {"arrivals": (one, other), "merged_into": TWIN_ID}


def arrival_acts(letter_id: LetterId, scan: Attachment) -> dict[type[Any], Any]:
    return {JoinArrival: join(letter_id, scan), MergeLetters: MergeLetters(letter_id=letter_id, into=TWIN_ID)}
