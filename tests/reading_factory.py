"""Who read the letter of `tests.factories` while it was secret."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from core.domain.ids import PositionId, UserId
from core.domain.letter_readings import LetterReading, ReadingWay

MOMENT = datetime(2026, 3, 16, 3, 0, tzinfo=UTC)


def reading(**changes: Any) -> LetterReading:
    plain = LetterReading(
        user=UserId(171), position=PositionId(71), day=date(2026, 3, 16), way=ReadingWay.OPENED, at=MOMENT
    )
    return msgspec.structs.replace(plain, **changes)


def two_readings(position: PositionId) -> tuple[LetterReading, ...]:
    by = {"user": UserId(100 + position), "position": position}
    return (reading(**by), reading(**by, way=ReadingWay.PRINTED, day=date(2026, 3, 17)))
